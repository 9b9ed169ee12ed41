// SPDX-License-Identifier: Apache-2.0
#include "read/sexpr.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/core.h>

#include "base/limit_scope.hpp"

namespace sinew::read {

namespace {
enum class ByteClass : std::uint8_t { bad, blank, word, open, close, comment, string, bar };

constexpr std::array<ByteClass, 256> byte_classes() {
    std::array<ByteClass, 256> classes{};
    for (std::size_t c = 0x21; c < 0x7f; ++c) classes[c] = ByteClass::word;
    for (const unsigned char c : {' ', '\t', '\r', '\n', '\f', '\v'}) classes[c] = ByteClass::blank;
    classes['('] = ByteClass::open;
    classes[')'] = ByteClass::close;
    classes[';'] = ByteClass::comment;
    classes['"'] = ByteClass::string;
    classes['|'] = ByteClass::bar;
    return classes;
}
constexpr std::array<ByteClass, 256> classes_by_byte = byte_classes();

ByteClass class_of(char c) {
    return classes_by_byte[static_cast<unsigned char>(c)];
}
}  // namespace

void Sexpr::add(SexprKind kind, std::size_t offset, std::size_t length) {
    nodes_.push_back({kind, static_cast<std::uint32_t>(nodes_.size() + 1), static_cast<std::uint32_t>(offset),
                      static_cast<std::uint32_t>(length)});
}

std::size_t Sexpr::child_count(std::size_t index) const {
    if (!is_list(index)) return 0;
    std::size_t count = 0;
    for (std::size_t child = first_child(index); child < end(index); child = next_sibling(child)) ++count;
    return count;
}

std::string_view Sexpr::text(std::size_t index) const {
    const SexprNode& node = nodes_[index];
    switch (node.kind) {
        case SexprKind::list:
            return {};
        case SexprKind::word:
            return source_.substr(node.offset, node.length);
        case SexprKind::quoted_symbol:
        case SexprKind::string:
            return source_.substr(node.offset + 1, node.length);
    }
    return {};
}

std::string_view Sexpr::head(std::size_t index) const {
    if (!is_list(index) || first_child(index) == end(index)) return {};
    return nodes_[index + 1].kind == SexprKind::word ? text(index + 1) : std::string_view{};
}

SexprReader::SexprReader(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
    if (text_.size() >= std::numeric_limits<std::uint32_t>::max())
        throw InputError({file_, 0, 0}, "a text of 4 GiB or more cannot be read");
}

void SexprReader::skip_blanks() {
    while (at_ < text_.size()) {
        const ByteClass kind = class_of(text_[at_]);
        if (kind == ByteClass::comment) {
            const std::size_t newline = text_.find('\n', at_);
            at_ = newline == std::string_view::npos ? text_.size() : newline + 1;
        } else if (kind == ByteClass::blank) {
            ++at_;
        } else {
            return;
        }
    }
}

void SexprReader::read_word(Sexpr& out) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && class_of(text_[at_]) == ByteClass::word) ++at_;
    out.add(SexprKind::word, begin, at_ - begin);
}

void SexprReader::read_quoted(Sexpr& out, char quote) {
    const std::size_t begin = at_++;
    while (true) {
        const std::size_t close = text_.find(quote, at_);
        if (close == std::string_view::npos)
            fail(begin, quote == '"' ? "this string has no end" : "this quoted symbol has no end",
                 std::string("a closing ") + quote);
        at_ = close + 1;
        if (quote == '"' && at_ < text_.size() && text_[at_] == '"') {
            ++at_;
            continue;
        }
        break;
    }
    out.add(quote == '"' ? SexprKind::string : SexprKind::quoted_symbol, begin, at_ - begin - 2);
}

bool SexprReader::next(Sexpr& out) {
    out.source_ = text_;
    out.nodes_.clear();
    open_.clear();
    while (true) {
        if ((out.nodes_.size() & 255U) == 255U) check_limits();
        skip_blanks();
        if (at_ == text_.size()) {
            if (open_.empty()) return false;
            fail(out.nodes_[open_.back()].offset, fmt::format("{} parenthes{} never closed, the innermost one here",
                                                              open_.size(), open_.size() == 1 ? "is is" : "es are"));
        }
        switch (class_of(text_[at_])) {
            case ByteClass::open:
                open_.push_back(static_cast<std::uint32_t>(out.nodes_.size()));
                out.add(SexprKind::list, at_++, 0);
                continue;
            case ByteClass::close:
                if (open_.empty()) fail(at_, "this ) closes nothing");
                ++at_;
                out.nodes_[open_.back()].end = static_cast<std::uint32_t>(out.nodes_.size());
                open_.pop_back();
                break;
            case ByteClass::word:
                read_word(out);
                break;
            case ByteClass::string:
                read_quoted(out, '"');
                break;
            case ByteClass::bar:
                read_quoted(out, '|');
                break;
            default:
                fail_byte(at_);
        }
        if (open_.empty()) return true;
    }
}

SourceLocation SexprReader::location(std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const std::size_t newline = before.rfind('\n');
    return {file_, lines + 1, newline == std::string_view::npos ? offset + 1 : offset - newline};
}

void SexprReader::fail(std::size_t offset, std::string_view message, std::string_view expected) const {
    throw InputError(location(offset), message, expected);
}

void SexprReader::fail_byte(std::size_t offset) const {
    fail(offset, fmt::format("the byte 0x{:02x} has no place here", static_cast<unsigned char>(text_[offset])),
         "text: parentheses, symbols and numbers");
}

}  // namespace sinew::read
