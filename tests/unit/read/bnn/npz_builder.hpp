// SPDX-License-Identifier: Apache-2.0
// NPZ files in memory: NumPy headers and a zip archive, stored or deflated.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <zlib.h>

namespace npz {

template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
    std::string bytes(numbers.size() * sizeof(Number), '\0');
    if (!bytes.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return bytes;
}

inline std::string array(const std::string& type, const std::string& shape, const std::string& elements,
                         bool fortran = false) {
    std::string header =
        "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }";
    while ((header.size() + 11) % 64 != 0) header += ' ';
    header += '\n';
    std::string result = "\x93NUMPY";
    result += '\1';
    result += '\0';
    result += static_cast<char>(header.size() & 255U);
    result += static_cast<char>(header.size() >> 8U);
    return result + header + elements;
}

inline std::string floats(const std::string& shape, const std::vector<float>& numbers) {
    return array("<f4", shape, bytes_of(numbers));
}

inline void put(std::string& out, std::uint64_t value, int size) {
    for (int i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 255U);
}

inline std::string deflated(const std::string& content) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string result(content.size() + 100, '\0');
    std::string copy = content;
    stream.next_in = reinterpret_cast<Bytef*>(copy.data());
    stream.avail_in = static_cast<uInt>(copy.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

using Members = std::vector<std::pair<std::string, std::string>>;

inline std::string archive(const Members& members, bool deflate = true) {
    std::string result;
    std::string directory;
    for (const auto& [name, content] : members) {
        const std::string file = name + ".npy";
        const std::string packed = deflate ? deflated(content) : content;
        const auto checksum = crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size());
        std::string common;
        put(common, 20, 2);
        put(common, 0, 2);
        put(common, deflate ? 8 : 0, 2);
        put(common, 0, 4);
        put(common, checksum, 4);
        put(common, packed.size(), 4);
        put(common, content.size(), 4);
        put(common, file.size(), 2);
        put(common, 0, 2);
        put(directory, 0x02014b50, 4);
        put(directory, 20, 2);
        directory += common;
        put(directory, 0, 2);
        put(directory, 0, 2);
        put(directory, 0, 2);
        put(directory, 0, 4);
        put(directory, result.size(), 4);
        directory += file;
        put(result, 0x04034b50, 4);
        result += common + file + packed;
    }
    const std::size_t begin = result.size();
    result += directory;
    put(result, 0x06054b50, 4);
    put(result, 0, 4);
    put(result, members.size(), 2);
    put(result, members.size(), 2);
    put(result, directory.size(), 4);
    put(result, begin, 4);
    put(result, 0, 2);
    return result;
}

}  // namespace npz
