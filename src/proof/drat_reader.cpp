// SPDX-License-Identifier: Apache-2.0
#include "proof/drat_reader.hpp"

#include <algorithm>
#include <limits>

namespace sinew::proof {

void DratReader::fail(const char* message, const char* expected) const {
    throw InputError(location(), message, expected);
}

// Binary steps begin with `a` or `d` and then hold bytes that no text proof has among its first ones.
void DratReader::detect_form() {
    for (const char c : input_.ahead().substr(0, 32)) {
        if (c == 'c') return;  // a comment: text
        const bool text = (c >= '0' && c <= '9') || c == '-' || c == 'd' || c == ' ' || (c >= '\t' && c <= '\r');
        if (!text) binary_ = true;
    }
}

bool DratReader::next(DratStep& step) {
    step.clause.clear();
    step.kind = DratStep::Kind::add;
    const bool found = binary_ ? next_binary(step) : next_text(step);
    if (found) ++steps_;
    return found;
}

bool DratReader::next_text(DratStep& step) {
    line_ = next_line_;
    for (int c = peek(); c == ' ' || (c >= '\t' && c <= '\r') || c == 'c'; c = peek()) {
        if (c == 'c')
            while (peek() != '\n' && peek() != end_of_file) get();
        else if (get() == '\n')
            line_ = ++next_line_;
    }
    if (peek() == end_of_file) return false;
    if (peek() == 'd') {
        get();
        step.kind = DratStep::Kind::remove;
    }
    while (const std::int32_t literal = text_literal()) step.clause.push_back(literal);
    return true;
}

std::int32_t DratReader::text_literal() {
    int c = get();
    while (c == ' ' || (c >= '\t' && c <= '\r')) {
        if (c == '\n') ++next_line_;
        c = get();
    }
    const bool negated = c == '-';
    if (negated) c = get();
    if (c == end_of_file) fail("the proof ends in the middle of a clause", "0");
    if (c < '0' || c > '9') fail("this is no step of a proof", "a clause of literals that ends in 0");
    std::int64_t number = 0;
    for (;; c = get()) {
        number = 10 * number + (c - '0');
        if (number > std::numeric_limits<std::int32_t>::max()) fail("a literal is out of range");
        if (peek() < '0' || peek() > '9') break;
    }
    return static_cast<std::int32_t>(negated ? -number : number);
}

bool DratReader::next_binary(DratStep& step) {
    line_ = steps_ + 1;
    const int kind = get();
    if (kind == end_of_file) return false;
    if (kind != 'a' && kind != 'd') fail("this is no step of a binary proof", "`a` or `d`");
    if (kind == 'd') step.kind = DratStep::Kind::remove;
    while (const std::int32_t literal = binary_literal()) step.clause.push_back(literal);
    return true;
}

std::int32_t DratReader::binary_literal() {
    std::uint64_t code = 0;
    for (int shift = 0;; shift += 7) {
        const int byte = get();
        if (byte == end_of_file) fail("the proof ends in the middle of a clause", "0");
        if (shift > 28) fail("a literal is out of range");
        code |= static_cast<std::uint64_t>(byte & 127) << shift;
        if ((byte & 128) == 0) break;
    }
    if (code == 1 || code / 2 > std::numeric_limits<std::int32_t>::max()) fail("a literal is out of range");
    const auto variable = static_cast<std::int32_t>(code / 2);
    return (code & 1) != 0 ? -variable : variable;
}

}  // namespace sinew::proof
