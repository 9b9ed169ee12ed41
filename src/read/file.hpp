// Whole input files in memory, plain or gzip-compressed (told apart by content, not by name), and places in them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sinew::read {

/// No input is larger than this, before or after decompression: a bound on memory for bombs and devices.
constexpr std::size_t largest_file = std::size_t{1} << 30;

/// The content of the file at `path`, decompressed if it begins as a gzip file does.
/// Throws InputError where it is missing, a directory, unreadable, larger than `limit`, or damaged.
std::string read_file(const std::string& path, std::size_t limit = largest_file);

/// `content` itself, or what it decompresses to; `name` is for the error.
std::string decompressed(std::string content, const std::string& name, std::size_t limit = largest_file);

/// Line and column of `where` in the text that begins at `begin`: counted only when there is an error to place.
SourceLocation location_in(const std::string& name, const char* begin, const char* where);

}  // namespace sinew::read
