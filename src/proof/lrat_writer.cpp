// SPDX-License-Identifier: Apache-2.0
#include "proof/lrat_writer.hpp"

#include <charconv>

namespace sinew::proof {

// Binary: n is 2|n| + (n < 0), seven bits a byte, the lowest first.
void LratWriter::put(std::int64_t number) {
    if (form_ == LratForm::text) {
        char digits[24];
        char* const end = std::to_chars(digits, digits + sizeof digits - 1, number).ptr;
        *end = ' ';
        output_.put({digits, static_cast<std::size_t>(end + 1 - digits)});
        return;
    }
    auto code = static_cast<std::uint64_t>(number < 0 ? -number : number);
    code = 2 * code + (number < 0 ? 1 : 0);
    for (; code > 127; code >>= 7) output_.put(static_cast<char>((code & 127U) | 128U));
    output_.put(static_cast<char>(code));
}

void LratWriter::put_end(char after) {
    if (form_ == LratForm::binary) return output_.put('\0');
    output_.put('0');
    output_.put(after);
}

void LratWriter::put_removed() {
    if (removed_.empty()) return;
    if (form_ == LratForm::text) put(static_cast<std::int64_t>(last_));
    output_.put(form_ == LratForm::text ? "d " : "d");
    for (const std::uint64_t id : removed_) put(static_cast<std::int64_t>(id));
    put_end('\n');
    removed_.clear();
    ++steps_;
}

std::uint64_t LratWriter::add(std::span<const std::int32_t> clause, std::span<const std::uint64_t> hints) {
    if (steps_ > 0) put_removed();
    ++steps_;
    ++last_;
    if (form_ == LratForm::binary) output_.put('a');
    put(static_cast<std::int64_t>(last_));
    for (const std::int32_t literal : clause) put(literal);
    put_end(' ');
    for (const std::uint64_t hint : hints) put(static_cast<std::int64_t>(hint));
    put_end('\n');
    return last_;
}

}  // namespace sinew::proof
