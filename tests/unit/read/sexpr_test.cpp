// SPDX-License-Identifier: Apache-2.0
#include "read/sexpr.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace sinew::read {
namespace {

/// Writes an expression back, one blank between siblings, without recursion on its depth.
std::string written(const Sexpr& in) {
    std::string result;
    std::vector<std::size_t> ends;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (!result.empty() && result.back() != '(') result += ' ';
        switch (in.node(i).kind) {
            case SexprKind::list:
                result += '(';
                ends.push_back(in.end(i));
                break;
            case SexprKind::word:
                result += in.text(i);
                break;
            case SexprKind::quoted_symbol:
                result += '|' + std::string(in.text(i)) + '|';
                break;
            case SexprKind::string:
                result += '"' + std::string(in.text(i)) + '"';
                break;
        }
        while (!ends.empty() && ends.back() == i + 1) {
            result += ')';
            ends.pop_back();
        }
    }
    return result;
}

std::string error_of(std::string_view text) {
    SexprReader reader(text, "f");
    Sexpr out;
    try {
        while (reader.next(out)) {
        }
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Sexpr, ReadsOneTopLevelExpressionAtATime) {
    SexprReader reader("; comment (\n(a (b c) () d)x \"s \"\"q\"\" (\" |odd ) name|(- 1.5e3)\n", "f");
    Sexpr out;
    std::vector<std::string> all;
    while (reader.next(out)) all.push_back(written(out));
    EXPECT_EQ(all, (std::vector<std::string>{"(a (b c) () d)", "x", "\"s \"\"q\"\" (\"", "|odd ) name|", "(- 1.5e3)"}));
}

TEST(Sexpr, ChildrenAreWalkedBySiblings) {
    SexprReader reader("(and (< x 0) (> y 1 2) z)", "f");
    Sexpr out;
    ASSERT_TRUE(reader.next(out));
    EXPECT_EQ(out.head(0), "and");
    EXPECT_EQ(out.child_count(0), 4U);
    std::vector<std::string_view> heads;
    for (std::size_t child = out.first_child(0); child < out.end(0); child = out.next_sibling(child))
        heads.push_back(out.is_list(child) ? out.head(child) : out.text(child));
    EXPECT_EQ(heads, (std::vector<std::string_view>{"and", "<", ">", "z"}));
}

TEST(Sexpr, ErrorsPoint) {
    EXPECT_EQ(error_of("(a\n  b))"), "f:2:5: this ) closes nothing");
    EXPECT_EQ(error_of("(a\n (b c)\n (d"), "f:3:2: 2 parentheses are never closed, the innermost one here");
    EXPECT_EQ(error_of("x\n (a"), "f:2:2: 1 parenthesis is never closed, the innermost one here");
    EXPECT_EQ(error_of("\"abc"), "f:1:1: this string has no end (expected a closing \")");
    EXPECT_EQ(error_of(" |abc"), "f:1:2: this quoted symbol has no end (expected a closing |)");
    EXPECT_EQ(error_of(std::string_view("ab\0c", 4)),
              "f:1:3: the byte 0x00 has no place here (expected text: parentheses, symbols and numbers)");
    EXPECT_EQ(error_of("\xff"),
              "f:1:1: the byte 0xff has no place here (expected text: parentheses, symbols and numbers)");
}

TEST(Sexpr, NestingOfAMillionIsNoProblem) {
    constexpr std::size_t depth = 1000000;
    const std::string text = std::string(depth, '(') + "x" + std::string(depth, ')');
    SexprReader reader(text, "f");
    Sexpr out;
    ASSERT_TRUE(reader.next(out));
    EXPECT_EQ(out.size(), depth + 1);
    EXPECT_EQ(out.end(0), depth + 1);
    EXPECT_FALSE(reader.next(out));
    EXPECT_EQ(error_of(std::string(depth, '(')),
              "f:1:1000000: 1000000 parentheses are never closed, the innermost one here");
}

TEST(Sexpr, PrintableHidesControlBytesAndShortens) {
    EXPECT_EQ(printable("a\x1b[1m"), "a?[1m");
    EXPECT_EQ(printable("abcdef", 3), "abc...");
}

}  // namespace
}  // namespace sinew::read
