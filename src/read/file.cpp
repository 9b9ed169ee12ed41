#include "read/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include <zlib.h>

#include "base/error.hpp"

namespace sinew::read {

namespace {
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
}  // namespace

std::string read_file(const std::string& path, std::size_t limit) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) fail(path, "this is a directory", "a file");
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (!file) fail(path, std::string("the file cannot be opened: ") + std::strerror(errno));
    std::string content;
    const std::uintmax_t announced = std::filesystem::file_size(path, ignored);
    if (!ignored) {
        if (announced > limit) fail_too_large(path, limit);
        content.reserve(announced + 1);
    }
    std::size_t length = 0;
    while (true) {
        content.resize(std::max(content.capacity(), length + 65536));
        const std::size_t got = std::fread(content.data() + length, 1, content.size() - length, file.get());
        length += got;
        if (length > limit) fail_too_large(path, limit);
        if (got == 0) break;
    }
    if (std::ferror(file.get()) != 0) fail(path, std::string("the file cannot be read: ") + std::strerror(errno));
    content.resize(length);
    return decompressed(std::move(content), path, limit);
}

std::string decompressed(std::string content, const std::string& name, std::size_t limit) {
    if (content.size() < 2 || content[0] != '\x1f' || content[1] != '\x8b') return content;
    std::string result;
    std::size_t consumed = 0;
    // A gzip file is a sequence of members, each decompressed on its own.
    while (consumed < content.size()) {
        Inflater inflater(name);
        z_stream& stream = inflater.stream;
        stream.next_in = reinterpret_cast<Bytef*>(content.data() + consumed);
        stream.avail_in = static_cast<uInt>(content.size() - consumed);
        int status = Z_OK;
        while (status == Z_OK) {
            const std::size_t begin = result.size();
            const std::size_t room = std::max<std::size_t>(65536, begin);
            result.resize(begin + room);
            stream.next_out = reinterpret_cast<Bytef*>(result.data() + begin);
            stream.avail_out = static_cast<uInt>(room);
            status = inflate(&stream, Z_NO_FLUSH);
            result.resize(begin + room - stream.avail_out);
            if (result.size() > limit) fail_too_large(name, limit);
            if (status == Z_OK && stream.avail_in == 0 && stream.avail_out != 0) status = Z_BUF_ERROR;
        }
        if (status == Z_BUF_ERROR) fail(name, "the gzip data ends too early");
        if (status != Z_STREAM_END) fail(name, "the gzip data is damaged");
        consumed = content.size() - stream.avail_in;
    }
    return result;
}

SourceLocation location_in(const std::string& name, const char* begin, const char* where) {
    const auto line = static_cast<std::size_t>(std::count(begin, where, '\n')) + 1;
    const char* line_begin = where;
    while (line_begin != begin && line_begin[-1] != '\n') --line_begin;
    return {name, line, static_cast<std::size_t>(where - line_begin) + 1};
}

}  // namespace sinew::read
