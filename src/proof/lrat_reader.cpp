// SPDX-License-Identifier: Apache-2.0
#include "proof/lrat_reader.hpp"

#include <limits>

namespace sinew::proof {

namespace {
constexpr std::int64_t largest_id = std::int64_t{1} << 60;

bool is_lrat_blank(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
}  // namespace

bool LratReader::is_one(const std::string& path, std::uint64_t given) {
    try {
        LratReader proof(path);
        LratStep step;
        if (!proof.next(step) || step.is_removal || step.id <= given) return false;
        if (!proof.is_binary_) return proof.next_line_ == proof.line_;  // both lists on one line
        // What begins DRAT's next step would be a negative hint, or its literals are no hints.
        for (const std::int64_t hint : step.hints)
            if (hint <= 0 || static_cast<std::uint64_t>(hint) >= step.id) return false;
        const int next = proof.input_.peek();
        return next == 'a' || next == 'd' || next == ProofInput::end;
    } catch (const InputError&) {
        return false;
    }
}

// A binary proof begins with `a` (or `d`), a text one with a number, blanks or a comment.
LratReader::LratReader(const std::string& path) : input_(path) {
    const int first = input_.peek();
    is_binary_ = first == 'a' || first == 'd';
}

void LratReader::fail(const char* message, const char* expected) const {
    throw InputError(location(), message, expected);
}

int LratReader::skip_blanks() {
    for (int c = input_.peek();; c = input_.peek()) {
        if (!is_lrat_blank(c)) return c;
        if (input_.get() == '\n') ++next_line_;
    }
}

std::int64_t LratReader::text_number() {
    int c = skip_blanks();
    const bool is_negative = c == '-';
    if (is_negative) {
        input_.get();
        c = input_.peek();
    }
    if (c == ProofInput::end) fail("the proof ends in the midst of a step", "0");
    if (c < '0' || c > '9') fail("this is no step of a proof", "a number");
    std::int64_t value = 0;
    for (; c >= '0' && c <= '9'; c = input_.peek()) {
        value = 10 * value + (c - '0');
        if (value > largest_id) fail("a number is out of range");
        input_.get();
    }
    if (c != ProofInput::end && !is_lrat_blank(c)) fail("this is no step of a proof", "a number");
    return is_negative ? -value : value;
}

std::int64_t LratReader::binary_number() {
    std::uint64_t code = 0;
    for (int shift = 0;; shift += 7) {
        const int byte = input_.get();
        if (byte == ProofInput::end) fail("the proof ends in the midst of a step", "0");
        if (shift > 56) fail("a number is out of range");
        code |= static_cast<std::uint64_t>(byte & 127) << shift;
        if ((byte & 128) == 0) break;
    }
    if (code == 1) fail("a number is out of range");
    const auto value = static_cast<std::int64_t>(code / 2);
    if (value > largest_id) fail("a number is out of range");
    return (code & 1) != 0 ? -value : value;
}

std::int64_t LratReader::number() {
    return is_binary_ ? binary_number() : text_number();
}

std::uint64_t LratReader::id_of(std::int64_t number) const {
    if (number <= 0) fail("a clause has no such number");
    return static_cast<std::uint64_t>(number);
}

bool LratReader::next(LratStep& step) {
    step = {false, 0, std::move(step.clause), std::move(step.hints)};
    step.clause.clear();
    step.hints.clear();
    if (is_binary_) {
        line_ = steps_ + 1;
        const int kind = input_.get();
        if (kind == ProofInput::end) return false;
        if (kind != 'a' && kind != 'd') fail("this is no step of a binary proof", "`a` or `d`");
        step.is_removal = kind == 'd';
        if (!step.is_removal) step.id = id_of(number());
    } else {
        int first = skip_blanks();
        for (; first == 'c'; first = skip_blanks())  // a comment
            while (input_.peek() != '\n' && input_.peek() != ProofInput::end) input_.get();
        line_ = next_line_;
        if (first == ProofInput::end) return false;
        step.id = id_of(number());
        if (skip_blanks() == 'd') {
            input_.get();
            step.is_removal = true;
        }
    }
    if (!step.is_removal)
        while (const std::int64_t literal = number()) {
            if (literal < -std::numeric_limits<std::int32_t>::max() ||
                literal > std::numeric_limits<std::int32_t>::max())
                fail("a literal is out of range");
            step.clause.push_back(static_cast<std::int32_t>(literal));
        }
    while (const std::int64_t hint = number()) {
        if (step.is_removal) id_of(hint);
        step.hints.push_back(hint);
    }
    ++steps_;
    return true;
}

}  // namespace sinew::proof
