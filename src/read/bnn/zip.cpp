// SPDX-License-Identifier: Apache-2.0
#include "read/bnn/zip.hpp"

#include <cstdint>

#include <zlib.h>

#include "base/error.hpp"
#include "base/utf8.hpp"

namespace sinew::read::bnn {

namespace {
constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t directory_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::size_t end_size = 22;
constexpr std::uint32_t in_zip64 = 0xffffffff;

class Archive {
  public:
    Archive(std::string_view bytes, const std::string& file, std::size_t limit)
        : bytes_(bytes), file_(file), limit_(limit) {}

    std::vector<ZipMember> read() {
        const std::size_t end = end_of_directory();
        const std::size_t count = number(end + 10, 2);
        std::size_t at = number(end + 16, 4);
        if (number(end + 8, 2) != count) fail("the zip archive is in several parts");
        std::vector<ZipMember> members;
        for (std::size_t i = 0; i < count; ++i) at = add_member(at, members);
        return members;
    }

  private:
    [[noreturn]] void fail(const std::string& message) const { throw InputError({file_, 0, 0}, message); }

    std::uint32_t number(std::size_t at, std::size_t size) const {
        if (at > bytes_.size() || bytes_.size() - at < size) fail("the zip archive ends too early");
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < size; ++i)
            value |= std::uint32_t{static_cast<unsigned char>(bytes_[at + i])} << (8 * i);
        return value;
    }

    /// The record stands at the end, before a comment of at most 65535 bytes.
    std::size_t end_of_directory() const {
        if (bytes_.size() < end_size) fail("the zip archive ends too early");
        const std::size_t last = bytes_.size() - end_size;
        for (std::size_t back = 0; back <= std::min<std::size_t>(last, 65535); ++back)
            if (number(last - back, 4) == end_signature) return last - back;
        fail("the zip archive has no directory (it may be cut off)");
    }

    std::size_t add_member(std::size_t at, std::vector<ZipMember>& members) {
        if (number(at, 4) != directory_signature) fail("the directory of the zip archive is damaged");
        const std::uint32_t flags = number(at + 8, 2);
        const std::uint32_t method = number(at + 10, 2);
        const std::uint32_t checksum = number(at + 16, 4);
        const std::uint32_t packed = number(at + 20, 4);
        const std::uint32_t unpacked = number(at + 24, 4);
        const std::size_t name_size = number(at + 28, 2);
        const std::size_t extra = number(at + 30, 2);
        const std::size_t comment = number(at + 32, 2);
        const std::uint32_t local = number(at + 42, 4);
        number(at + 46, name_size == 0 ? 0 : 1);
        ZipMember member{std::string(bytes_.substr(at + 46, name_size)), {}};
        const std::string shown = printable(member.name);
        if ((flags & 1U) != 0) fail("'" + shown + "' in the zip archive is encrypted");
        if (method != 0 && method != 8)
            fail("'" + shown + "' in the zip archive has compression method " + std::to_string(method) +
                 " (stored and deflated members are read)");
        if (packed == in_zip64 || unpacked == in_zip64 || local == in_zip64)
            fail("'" + shown + "' in the zip archive is larger than 4 GiB");
        taken_ += unpacked;
        if (taken_ > limit_)
            fail("the members of the zip archive are larger than " + std::to_string(limit_) + " bytes");
        const std::string_view data = data_of(local, packed, shown);
        member.content = method == 0 ? std::string(data) : inflated(data, unpacked, shown);
        if (member.content.size() != unpacked) fail("'" + shown + "' in the zip archive is not as large as it says");
        const auto* content = reinterpret_cast<const Bytef*>(member.content.data());
        if (crc32_z(0, content, member.content.size()) != checksum)
            fail("'" + shown + "' in the zip archive is damaged: its checksum differs");
        members.push_back(std::move(member));
        return at + 46 + name_size + extra + comment;
    }

    std::string_view data_of(std::size_t local, std::size_t packed, const std::string& shown) const {
        if (number(local, 4) != local_signature) fail("'" + shown + "' is not where the zip archive's directory says");
        const std::size_t begin = local + 30 + number(local + 26, 2) + number(local + 28, 2);
        if (begin > bytes_.size() || bytes_.size() - begin < packed) fail("the zip archive ends too early");
        return bytes_.substr(begin, packed);
    }

    std::string inflated(std::string_view data, std::size_t size, const std::string& shown) const {
        // Deflate packs 1032 bytes into one at most: an announced size beyond takes no memory.
        constexpr std::size_t best_ratio = 1032;
        if (size > best_ratio * (data.size() + 1))
            fail("'" + shown + "' in the zip archive is not as large as it says");
        std::string result(size, '\0');
        z_stream stream{};
        constexpr int raw_deflate = -MAX_WBITS;
        if (inflateInit2(&stream, raw_deflate) != Z_OK) fail("the decompressor could not start");
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
        stream.avail_in = static_cast<uInt>(data.size());
        Bytef none = 0;
        stream.next_out = size == 0 ? &none : reinterpret_cast<Bytef*>(result.data());
        stream.avail_out = static_cast<uInt>(size);
        const int status = inflate(&stream, Z_FINISH);
        const bool whole = status == Z_STREAM_END && stream.avail_out == 0;
        inflateEnd(&stream);
        if (!whole) fail("'" + shown + "' in the zip archive is damaged");
        return result;
    }

    std::string_view bytes_;
    const std::string& file_;
    std::size_t limit_;
    std::size_t taken_ = 0;
};
}  // namespace

bool is_zip(std::string_view bytes) {
    return bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06");
}

std::vector<ZipMember> read_zip(std::string_view bytes, const std::string& file, std::size_t limit) {
    return Archive(bytes, file, limit).read();
}

}  // namespace sinew::read::bnn
