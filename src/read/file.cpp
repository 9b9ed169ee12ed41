#include "read/file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <new>

#include <zlib.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::read {

namespace {
constexpr std::size_t least_room = 65536;
constexpr std::size_t most_at_once = std::size_t{1} << 20;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

[[noreturn]] void fail(const std::string& name, const std::string& message, const char* expected = "") {
    throw InputError({name, 0, 0}, message, expected);
}

[[noreturn]] void fail_too_large(const std::string& name, std::size_t limit) {
    fail(name, "the file is larger than " + std::to_string(limit) + " bytes");
}

/// Ends zlib's stream on every path.
struct Inflater {
    z_stream stream{};
    explicit Inflater(const std::string& name) {
        constexpr int gzip_only = 16 + MAX_WBITS;
        if (inflateInit2(&stream, gzip_only) != Z_OK) fail(name, "the gzip reader could not start");
    }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
};

/// Takes what is decompressed and keeps its size only.
class Counter {
  public:
    char* room(std::size_t) { return scratch_.data(); }
    std::size_t room_left() const { return scratch_.size(); }
    void extend(std::size_t more) { size_ += more; }
    std::size_t size() const { return size_; }

  private:
    std::array<char, least_room> scratch_;
    std::size_t size_ = 0;
};

/// A gzip file is a sequence of members, each decompressed on its own.
template <class Output>
void inflate_members(std::string_view packed, const std::string& name, std::size_t limit, Output& output) {
    std::size_t consumed = 0;
    while (consumed < packed.size()) {
        Inflater inflater(name);
        z_stream& stream = inflater.stream;
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + consumed));
        stream.avail_in = static_cast<uInt>(packed.size() - consumed);
        int status = Z_OK;
        while (status == Z_OK) {
            check_limits();
            stream.next_out = reinterpret_cast<Bytef*>(output.room(least_room));
            const std::size_t room = std::min(output.room_left(), most_at_once);
            stream.avail_out = static_cast<uInt>(room);
            status = inflate(&stream, Z_NO_FLUSH);
            output.extend(room - stream.avail_out);
            if (output.size() > limit) fail_too_large(name, limit);
            if (status == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) status = Z_BUF_ERROR;
        }
        if (status == Z_BUF_ERROR) fail(name, "the gzip data ends too early");
        if (status != Z_STREAM_END) fail(name, "the gzip data is damaged");
        consumed = packed.size() - stream.avail_in;
    }
}

/// How large the last member of a gzip file says it is (modulo 2^32).
std::size_t announced_size(std::string_view packed) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(4, packed.size()); ++i)
        size |= std::size_t{static_cast<unsigned char>(packed[packed.size() - 1 - i])} << (8 * (3 - i));
    return size;
}

FileContent decompressed(std::string_view packed, const std::string& name, std::size_t limit) {
    // What says it is too large is refused, or found to be damaged, without being kept.
    if (announced_size(packed) > limit) {
        Counter counter;
        inflate_members(packed, name, limit, counter);
    }
    FileContent result;
    inflate_members(packed, name, limit, result);
    return result;
}
}  // namespace

char* FileContent::room(std::size_t more) {
    if (room_left() < more) {
        // A quarter more each time: the system moves large blocks by their page tables, so that this copies nothing.
        const std::size_t wanted = std::max(size_ + more, capacity_ + capacity_ / 4);
        auto* const moved = static_cast<char*>(std::realloc(data_.get(), wanted));
        if (moved == nullptr) throw std::bad_alloc();
        static_cast<void>(data_.release());
        data_.reset(moved);
        capacity_ = wanted;
    }
    return data_.get() + size_;
}

FileContent read_file(const std::string& path, std::size_t limit) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) fail(path, "this is a directory", "a file");
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (!file) fail(path, std::string("the file cannot be opened: ") + std::strerror(errno));
    FileContent content;
    const std::uintmax_t announced = std::filesystem::file_size(path, ignored);
    if (!ignored) {
        if (announced > limit) fail_too_large(path, limit);
        content.room(announced + 1);
    }
    while (true) {
        check_limits();
        char* const end = content.room(content.room_left() > 0 ? 1 : least_room);
        const std::size_t got = std::fread(end, 1, std::min(content.room_left(), most_at_once), file.get());
        content.extend(got);
        if (content.size() > limit) fail_too_large(path, limit);
        if (got == 0) break;
    }
    if (std::ferror(file.get()) != 0) fail(path, std::string("the file cannot be read: ") + std::strerror(errno));
    if (content.view().starts_with("\x1f\x8b")) return decompressed(content, path, limit);
    return content;
}

FileContent read_text(const std::string& path) {
    FileContent content = read_file(path);
    content.drop_first(byte_order_mark(content, path));
    return content;
}

std::size_t byte_order_mark(std::string_view bytes, const std::string& name) {
    if (bytes.starts_with("\xef\xbb\xbf")) return 3;
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff") ||
        bytes.starts_with(std::string_view("\0\0\xfe\xff", 4)))
        fail(name, "the byte order mark is of UTF-16 or UTF-32", "text in UTF-8");
    return 0;
}

SourceLocation location_in(const std::string& name, const char* begin, const char* where) {
    const auto line = static_cast<std::size_t>(std::count(begin, where, '\n')) + 1;
    const char* line_begin = where;
    while (line_begin != begin && line_begin[-1] != '\n') --line_begin;
    return {name, line, static_cast<std::size_t>(where - line_begin) + 1};
}

}  // namespace sinew::read
