// Whole input files in memory, plain or gzip-compressed (told apart by content, not by name), and places in them.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sinew::read {

/// No input is larger than this, before or after decompression: a bound on memory for bombs and devices.
constexpr std::size_t largest_file = std::size_t{1} << 30;

/// The bytes of a file. They grow in place where the system can do that, and are never filled before they are read, so
/// that reading takes the memory that the file has and no more.
class FileContent {
  public:
    FileContent() = default;

    std::string_view view() const { return {data_.get() + begin_, size_ - begin_}; }
    operator std::string_view() const { return view(); }  // NOLINT: what readers take
    std::size_t size() const { return size_ - begin_; }

    /// Room for `more` bytes behind the last; what is written there counts after extend(). Throws std::bad_alloc.
    char* room(std::size_t more);
    std::size_t room_left() const { return capacity_ - size_; }
    void extend(std::size_t more) { size_ += more; }
    void drop_first(std::size_t bytes) { begin_ += bytes; }

  private:
    struct Free {
        void operator()(char* data) const { std::free(data); }
    };
    std::unique_ptr<char, Free> data_;
    std::size_t begin_ = 0;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

/// The content of the file at `path`, decompressed if it begins as a gzip file does.
/// Throws InputError where it is missing, a directory, unreadable, larger than `limit`, or damaged.
FileContent read_file(const std::string& path, std::size_t limit = largest_file);

/// A file of text: without the byte order mark that some programs write before UTF-8. Throws InputError for text in
/// UTF-16 and UTF-32, too.
FileContent read_text(const std::string& path);

/// The length of a byte order mark of UTF-8 at the beginning of `bytes`: 3 or 0. Throws InputError where `bytes` begin
/// with a mark of UTF-16 or UTF-32.
std::size_t byte_order_mark(std::string_view bytes, const std::string& name);

/// Line and column of `where` in the text that begins at `begin`: counted only when there is an error to place.
SourceLocation location_in(const std::string& name, const char* begin, const char* where);

}  // namespace sinew::read
