// SPDX-License-Identifier: Apache-2.0
// Numbers are the whole of their text, and fit, or there is none.
#include "base/number_text.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace sinew {
namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

TEST(NumberText, WholeNumbers) {
    EXPECT_EQ(parse_whole("0", least, most), 0);
    EXPECT_EQ(parse_whole("-0", least, most), 0);
    EXPECT_EQ(parse_whole("007", least, most), 7);
    EXPECT_EQ(parse_whole("9223372036854775807", least, most), most);
    EXPECT_EQ(parse_whole("-9223372036854775808", least, most), least);
    EXPECT_EQ(parse_whole("ff", 0, most, 16), 255);
    EXPECT_EQ(parse_whole("-5", -5, 5), -5);
    for (const char* text : {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "--1", "-+1", "one",
                             "9223372036854775808", "-9223372036854775809", "99999999999999999999", "1\n"})
        EXPECT_FALSE(parse_whole(text, least, most)) << text;
    EXPECT_FALSE(parse_whole("6", -5, 5));
    EXPECT_FALSE(parse_whole("-6", -5, 5));
    EXPECT_FALSE(parse_whole("-0", 0, 5));
    EXPECT_FALSE(parse_whole(std::string_view("1\0", 2), least, most));
}

TEST(NumberText, CountsAreNeverNegative) {
    EXPECT_EQ(parse_count("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(parse_count("0012", 12), 12U);
    for (const char* text : {"", "-1", "-0", "+1", " 1", "1 ", "18446744073709551616", "1e3", "nan"})
        EXPECT_FALSE(parse_count(text)) << text;
    EXPECT_FALSE(parse_count("13", 12));
}

TEST(NumberText, IndicesAreWrittenInOneWay) {
    EXPECT_EQ(parse_index("0"), 0U);
    EXPECT_EQ(parse_index("120"), 120U);
    for (const char* text : {"", "00", "01", "-1", "99999999999999999999", "1x"})
        EXPECT_FALSE(parse_index(text)) << text;
}

TEST(NumberText, DoublesAreFinite) {
    EXPECT_EQ(parse_double("0.1"), 0.1);
    EXPECT_EQ(parse_double("-.5"), -0.5);
    EXPECT_EQ(parse_double("5."), 5.0);
    EXPECT_EQ(parse_double("1e300"), 1e300);
    EXPECT_EQ(parse_double("1E-3"), 0.001);
    for (const char* text : {"", "-", ".", "inf", "-inf", "nan", "infinity", "1e999", "-1e999", "1e-999", "0x1p3", "+1",
                             " 1", "1 ", "1,5", "1e", "--1", "e5"})
        EXPECT_FALSE(parse_double(text)) << text;
}

}  // namespace
}  // namespace sinew
