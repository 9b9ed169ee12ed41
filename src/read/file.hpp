// SPDX-License-Identifier: Apache-2.0
// Whole input files in memory, plain or gzip-compressed (told apart by content, not by name), and places in them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sinew::read {

/// No input is larger than this, before or after decompression: a bound on memory for bombs and devices.
constexpr std::size_t largest_file = std::size_t{1} << 30;

/// The bytes of a file. They grow in place where the system can do that, and are never filled before they are read, so
/// that reading takes the memory that the file has and no more. Copies share the bytes.
class FileContent {
  public:
    FileContent() = default;

    std::string_view view() const { return {bytes_ ? bytes_->data + begin_ : nullptr, size_ - begin_}; }
    operator std::string_view() const { return view(); }  // NOLINT: what readers take
    std::size_t size() const { return size_ - begin_; }

    /// Room for `more` bytes behind the last; what is written there counts after extend(). Throws std::bad_alloc.
    char* room(std::size_t more);
    std::size_t room_left() const { return capacity_ - size_; }
    void extend(std::size_t more) { size_ += more; }
    void drop_first(std::size_t bytes) { begin_ += bytes; }
    /// Gives the memory of a part of the bytes back to the system: nobody reads them again. Nothing happens where
    /// copies share them, or where memory cannot be given back.
    void discard(std::string_view part);

  private:
    struct Bytes {
        char* data = nullptr;
        Bytes() = default;
        Bytes(const Bytes&) = delete;
        Bytes& operator=(const Bytes&) = delete;
        ~Bytes();
    };
    std::shared_ptr<Bytes> bytes_;
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// What a file is called in messages: standard input, which is "-" on the command line, has a name there.
std::string shown_name(const std::string& path);
/// Whether there is nothing at this path; "-", standard input, is always there.
bool is_missing(const std::string& path);

/// The content of the file at `path`, decompressed if it begins as a gzip file does; "-" is standard input. Pipes and
/// what else can be read only once are read once and kept, so that several readers may look at them.
/// Throws InputError where it is missing, a directory, unreadable, larger than `limit`, or damaged.
FileContent read_file(const std::string& path, std::size_t limit = largest_file);

/// What read_file() has got from a pipe or standard input, which cannot be read again; absent before that, and of
/// files.
std::optional<FileContent> content_read_once(const std::string& path);

/// The first bytes of what read_file() gives, at most `most`: to tell a format by them. Of damaged files those before
/// the damage. Throws InputError where the file is missing, a directory or unreadable.
std::string beginning_of(const std::string& path, std::size_t most = 65536);

/// A file of text: without the byte order mark that some programs write before UTF-8. Throws InputError for text in
/// UTF-16 and UTF-32, too.
FileContent read_text(const std::string& path);

/// The length of a byte order mark of UTF-8 at the beginning of `bytes`: 3 or 0. Throws InputError where `bytes` begin
/// with a mark of UTF-16 or UTF-32.
std::size_t byte_order_mark(std::string_view bytes, const std::string& name);

/// Line and column of `where` in the text that begins at `begin`: counted only when there is an error to place.
SourceLocation location_in(const std::string& name, const char* begin, const char* where);

}  // namespace sinew::read
