// SPDX-License-Identifier: Apache-2.0
// Numbers as people write them, and what is none.
#include "exact/decimal.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace sinew {
namespace {

TEST(ParseNumber, reads_exactly) {
    EXPECT_EQ(parse_number("0.1"), Rational(1, 10));
    EXPECT_EQ(parse_number("-0.25"), Rational(-1, 4));
    EXPECT_EQ(parse_number("+3"), Rational(3));
    EXPECT_EQ(parse_number(".5"), Rational(1, 2));
    EXPECT_EQ(parse_number("5."), Rational(5));
    EXPECT_EQ(parse_number("1e-3"), Rational(1, 1000));
    EXPECT_EQ(parse_number("2.50E+2"), Rational(250));
    EXPECT_EQ(parse_number("12e0"), Rational(12));
    EXPECT_EQ(parse_number("000.000"), Rational(0));
    EXPECT_EQ(parse_number("-0"), Rational(0));
    EXPECT_EQ(parse_number("0e99999"), Rational(0));
    EXPECT_EQ(parse_number("010"), Rational(10)) << "never octal";
    EXPECT_EQ(parse_number("1/3"), Rational(1, 3));
    EXPECT_EQ(parse_number("-2/6"), Rational(-1, 3));
    EXPECT_EQ(parse_number("1.5/0.5"), Rational(3));
    EXPECT_EQ(parse_number("1/-3"), Rational(-1, 3));
    EXPECT_EQ(parse_number("0.1000000000000000055511151231257827021181583404541015625"), to_rational(0.1));
}

TEST(ParseNumber, refuses_everything_else) {
    for (const char* text : {"",    "+",     "-",        ".",        "e5",        ".e5",
                             "1e",  "1e+",   "1e-",      "1e+-5",    "1e-+5",     "--1",
                             "+-1", "1.2.3", "1 ",       " 1",       "0x10",      "nan",
                             "inf", "-inf",  "infinity", "1/0",      "1/0.0",     "/3",
                             "1/",  "1/3/3", "1e5.5",    "1e100001", "1e-100001", "1e99999999999999999999",
                             "1,5", "1_000"})
        EXPECT_FALSE(parse_number(text)) << text;
    EXPECT_FALSE(parse_number(std::string_view("1\0", 2)));
}

TEST(ParseNumber, a_few_characters_may_not_make_a_huge_number) {
    for (const char* text : {"1e99999", "-1e-99999", "1e2000"})
        EXPECT_TRUE(outgrows(*parse_number(text), text)) << text;
    for (const char* text : {"1e308", "1e-1074", "0e99999", "1e1000"})
        EXPECT_FALSE(outgrows(*parse_number(text), text)) << text;
    const std::string digits(5000, '7');
    EXPECT_FALSE(outgrows(*parse_number(digits), digits));
}

TEST(ParseInteger, reads_base_ten) {
    EXPECT_EQ(parse_integer("010"), Integer(10)) << "never octal";
    EXPECT_EQ(parse_integer("-00000000000000000000000000012"), Integer(-12));
    EXPECT_EQ(parse_integer("+99999999999999999999"), Integer(99999999999L) * 1000000000 + 999999999);
    for (const char* text : {"", "+", "-", "0x10", "0b1", "1.0", "1e3", " 1", "1 ", "1 2", "--1", "1/3", "8z"})
        EXPECT_FALSE(parse_integer(text)) << text;
}

/// Ten megabytes of digits are a number like any other, and take seconds at most.
TEST(ParseNumber, long_numbers_take_no_quadratic_time) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string nines(4000000, '9');
    ASSERT_TRUE(parse_number(nines));
    ASSERT_TRUE(parse_number("0." + nines));
    ASSERT_TRUE(parse_number("0." + std::string(4000000, '0') + "1"));
    EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), 20);
}

}  // namespace
}  // namespace sinew
