// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace sinew {

namespace {
unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// The bytes of the well-formed sequence that begins at `at`; 0 if none does.
std::size_t sequence_length(std::string_view text, std::size_t at) {
    const unsigned char first = byte_at(text, at);
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4) return 0;
    const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (text.size() - at < length) return 0;
    // What the first byte leaves of the second's range.
    const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    const unsigned char second = byte_at(text, at + 1);
    if (second < low || second > high) return 0;
    for (std::size_t i = 2; i < length; ++i)
        if ((byte_at(text, at + i) & 0xc0) != 0x80) return 0;
    return length;
}
}  // namespace

std::size_t first_not_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        std::uint64_t eight = 0;
        if (text.size() - at >= sizeof eight) {
            std::memcpy(&eight, text.data() + at, sizeof eight);
            if ((eight & 0x8080808080808080U) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        const std::size_t length = sequence_length(text, at);
        if (length == 0) return at;
        at += length;
    }
    return std::string_view::npos;
}

std::string printable(std::string_view text, std::size_t most) {
    std::string result;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = sequence_length(text, at);
        const std::size_t taken = length == 0 ? 1 : length;
        if (at + taken > most) break;
        const unsigned char first = byte_at(text, at);
        // U+0080 to U+009F are control characters too.
        const bool hidden =
            length == 0 || first < 0x20 || first == 0x7f || (first == 0xc2 && byte_at(text, at + 1) < 0xa0);
        if (hidden)
            result += '?';
        else
            result += text.substr(at, length);
        at += taken;
    }
    if (at < text.size()) result += "...";
    return result;
}

}  // namespace sinew
