// SPDX-License-Identifier: Apache-2.0
#include "proof/drat_writer.hpp"

#include <charconv>

namespace sinew::proof {

void DratWriter::step(char kind, std::span<const std::int32_t> clause) {
    ++steps_;
    if (form_ == DratForm::binary) {
        output_.put(kind);
        for (const std::int32_t literal : clause) put_binary(literal);
        output_.put('\0');
    } else {
        if (kind == 'd') output_.put("d ");
        for (const std::int32_t literal : clause) put_text(literal);
        output_.put("0\n");
    }
}

void DratWriter::put_text(std::int32_t literal) {
    char digits[16];
    char* const end = std::to_chars(digits, digits + sizeof digits - 1, literal).ptr;
    *end = ' ';
    output_.put({digits, static_cast<std::size_t>(end + 1 - digits)});
}

// A literal l is 2|l| + (l < 0), seven bits a byte, the lowest first.
void DratWriter::put_binary(std::int32_t literal) {
    const auto magnitude = static_cast<std::uint32_t>(literal < 0 ? -literal : literal);
    std::uint32_t code = 2 * magnitude + (literal < 0 ? 1 : 0);
    for (; code > 127; code >>= 7) output_.put(static_cast<char>((code & 127U) | 128U));
    output_.put(static_cast<char>(code));
}

}  // namespace sinew::proof
