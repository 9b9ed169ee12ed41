// SPDX-License-Identifier: Apache-2.0
#include "read/file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <new>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::read {

namespace {
constexpr std::size_t least_room = 65536;
constexpr std::size_t least_mapped = std::size_t{1} << 20;  // of smaller blocks the allocator keeps the pages
constexpr std::size_t most_at_once = std::size_t{1} << 20;

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

FileContent::Bytes::~Bytes() {
    std::free(data);
}

char* FileContent::room(std::size_t more) {
    if (room_left() < more) {
        // A quarter more each time: the system moves large blocks by their page tables, so that this copies nothing.
        const std::size_t wanted = std::max(size_ + more, capacity_ + capacity_ / 4);
        if (!bytes_) bytes_ = std::make_shared<Bytes>();
        auto* const moved = static_cast<char*>(std::realloc(bytes_->data, wanted));
        if (moved == nullptr) throw std::bad_alloc();
        bytes_->data = moved;
        capacity_ = wanted;
    }
    return bytes_->data + size_;
}

void FileContent::discard(std::string_view part) {
    if (!bytes_ || bytes_.use_count() != 1 || capacity_ < least_mapped) return;
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(part.data());
    const std::uintptr_t first = (begin + page - 1) / page * page;
    const std::uintptr_t last = (begin + part.size()) / page * page;
    // Whole pages alone, so that their neighbours stay.
    if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

std::string shown_name(const std::string& path) {
    return path == "-" ? "standard input" : path;
}

bool is_missing(const std::string& path) {
    std::error_code ignored;
    return path != "-" && !std::filesystem::exists(path, ignored);
}

namespace {
/// An open file; "-" is standard input, which stays open.
class Descriptor {
  public:
    explicit Descriptor(const std::string& path) : name_(shown_name(path)), closes_(path != "-") {
        std::error_code ignored;
        if (closes_ && std::filesystem::is_directory(path, ignored)) fail(name_, "this is a directory", "a file");
        number_ = closes_ ? open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
        struct stat status {};
        if (number_ < 0 || fstat(number_, &status) != 0)
            fail(name_, std::string("the file cannot be opened: ") + std::strerror(errno));
        if (closes_ && S_ISREG(status.st_mode)) size_ = static_cast<std::size_t>(status.st_size);
    }
    ~Descriptor() {
        if (closes_ && number_ >= 0) close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    const std::string& name() const { return name_; }
    /// It can be read again from its beginning, and has a size.
    bool is_regular() const { return size_.has_value(); }
    std::size_t size() const { return *size_; }

    /// What read(2) does; waits within the limits of the run.
    std::size_t read(char* into, std::size_t most) const {
        while (true) {
            check_limits();
            pollfd waiting{number_, POLLIN, 0};
            constexpr int milliseconds = 50;
            const int ready = is_regular() ? 1 : poll(&waiting, 1, milliseconds);
            if (ready == 0 || (ready < 0 && errno == EINTR)) continue;  // Ctrl-C ends the poll: read would wait on
            const ssize_t got = ::read(number_, into, most);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) fail(name_, std::string("the file cannot be read: ") + std::strerror(errno));
        }
    }

  private:
    std::string name_;
    bool closes_;
    int number_ = -1;
    std::optional<std::size_t> size_;
};

FileContent bytes_of(const Descriptor& file, std::size_t limit) {
    FileContent content;
    if (file.is_regular()) {
        if (file.size() > limit) fail_too_large(file.name(), limit);
        content.room(file.size() + 1);
    }
    while (true) {
        char* const end = content.room(content.room_left() > 0 ? 1 : least_room);
        const std::size_t got = file.read(end, std::min(content.room_left(), most_at_once));
        if (got == 0) return content;
        content.extend(got);
        if (content.size() > limit) fail_too_large(file.name(), limit);
    }
}

bool is_gzip(std::string_view bytes) {
    return bytes.starts_with("\x1f\x8b");
}

/// What can be read only once, as far as it has been read, by its path: a program that lives on may have another pipe
/// there later (/dev/fd/3), or a file.
class OnceOnly {
  public:
    FileContent read(const std::string& path, const Descriptor& file, std::size_t limit) {
        const std::lock_guard lock(mutex_);
        const auto found = known(path);
        if (found != kept_.end()) return found->second.content;
        FileContent content = bytes_of(file, limit);
        if (is_gzip(content)) content = decompressed(content, file.name(), limit);
        return kept_.emplace(path, Kept{std::move(content), identity_of(path)}).first->second.content;
    }

    std::optional<FileContent> kept(const std::string& path) {
        const std::lock_guard lock(mutex_);
        const auto found = known(path);
        if (found == kept_.end()) return std::nullopt;
        return found->second.content;
    }

  private:
    using Identity = std::optional<std::pair<dev_t, ino_t>>;
    struct Kept {
        FileContent content;
        Identity identity;
    };

    /// Absent where there is nothing any more.
    static Identity identity_of(const std::string& path) {
        struct stat status {};
        if ((path == "-" ? fstat(STDIN_FILENO, &status) : stat(path.c_str(), &status)) != 0) return std::nullopt;
        return std::pair(status.st_dev, status.st_ino);
    }

    std::map<std::string, Kept>::iterator known(const std::string& path) {
        const auto found = kept_.find(path);
        if (found == kept_.end()) return found;
        const Identity now = identity_of(path);
        if (!now || now == found->second.identity) return found;
        kept_.erase(found);
        return kept_.end();
    }

    std::mutex mutex_;
    std::map<std::string, Kept> kept_;
};

OnceOnly& once_only() {
    static OnceOnly files;
    return files;
}

FileContent read_once(const std::string& path, const Descriptor& file, std::size_t limit) {
    return once_only().read(path, file, limit);
}

/// Up to `most` bytes of what begins with `packed`.
std::string inflated_beginning(std::string_view packed, const std::string& name, std::size_t most) {
    std::string bytes(most, '\0');
    std::size_t size = 0;
    for (bool more = true; more && size < most && !packed.empty();) {
        Inflater inflater(name);
        z_stream& stream = inflater.stream;
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream.avail_in = static_cast<uInt>(packed.size());
        stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + size);
        stream.avail_out = static_cast<uInt>(most - size);
        more = inflate(&stream, Z_SYNC_FLUSH) == Z_STREAM_END;
        size = most - stream.avail_out;
        packed.remove_prefix(packed.size() - stream.avail_in);
    }
    bytes.resize(size);
    return bytes;
}
}  // namespace

std::optional<FileContent> content_read_once(const std::string& path) {
    return once_only().kept(path);
}

FileContent read_file(const std::string& path, std::size_t limit) {
    // To open a pipe again would wait for another writer.
    if (std::optional<FileContent> kept = content_read_once(path)) return std::move(*kept);
    const Descriptor file(path);
    if (!file.is_regular()) return read_once(path, file, limit);
    FileContent content = bytes_of(file, limit);
    if (is_gzip(content)) return decompressed(content, path, limit);
    return content;
}

std::string beginning_of(const std::string& path, std::size_t most) {
    if (const std::optional<FileContent> kept = content_read_once(path))
        return std::string(kept->view().substr(0, most));
    const Descriptor file(path);
    if (!file.is_regular()) return std::string(read_once(path, file, largest_file).view().substr(0, most));
    std::string bytes(std::min(most, file.size()), '\0');
    std::size_t size = 0;
    while (size < bytes.size()) {
        const std::size_t got = file.read(bytes.data() + size, bytes.size() - size);
        if (got == 0) break;
        size += got;
    }
    bytes.resize(size);
    return is_gzip(bytes) ? inflated_beginning(bytes, file.name(), most) : bytes;
}

FileContent read_text(const std::string& path) {
    FileContent content = read_file(path);
    content.drop_first(byte_order_mark(content, shown_name(path)));
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
