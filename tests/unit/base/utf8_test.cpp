// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace sinew {
namespace {

TEST(Utf8, well_formed_texts) {
    for (const char* text : {"", "plain", "cr\xc3\xa8me", "\xe2\x82\xac", "\xf0\x9f\x8d\x93", "\xed\x9f\xbf",
                             "\xee\x80\x80", "\xf4\x8f\xbf\xbf", "exactly eight bytes, and \xc3\xa9 behind them"})
        EXPECT_EQ(first_not_utf8(text), std::string_view::npos) << text;
}

TEST(Utf8, the_first_byte_that_is_none) {
    EXPECT_EQ(first_not_utf8("cr\xe8me"), 2U);
    EXPECT_EQ(first_not_utf8("\x80"), 0U);
    EXPECT_EQ(first_not_utf8("12345678\xff"), 8U);
    EXPECT_EQ(first_not_utf8("1234567\xc3"), 7U) << "cut off";
    EXPECT_EQ(first_not_utf8("a\xc0\xaf"), 1U) << "overlong";
    EXPECT_EQ(first_not_utf8("a\xe0\x80\xaf"), 1U) << "overlong";
    EXPECT_EQ(first_not_utf8("a\xf0\x80\x80\xaf"), 1U) << "overlong";
    EXPECT_EQ(first_not_utf8("\xed\xa0\x80"), 0U) << "a surrogate";
    EXPECT_EQ(first_not_utf8("\xf4\x90\x80\x80"), 0U) << "above U+10FFFF";
    EXPECT_EQ(first_not_utf8("\xf5\x80\x80\x80"), 0U);
    EXPECT_EQ(first_not_utf8("\xe2\x82("), 0U);
}

TEST(Printable, hides_what_a_terminal_should_not_see) {
    EXPECT_EQ(printable("a\x1b[1m\xc2\x9b"), "a?[1m?");
    EXPECT_EQ(printable("cr\xe8me"), "cr?me");
    EXPECT_EQ(printable("cr\xc3\xa8me"), "cr\xc3\xa8me");
    EXPECT_EQ(printable("cr\xc3\xa8me", 3), "cr...") << "no character is cut in two";
    EXPECT_EQ(printable("cr\xc3\xa8me", 4), "cr\xc3\xa8...");
    EXPECT_EQ(printable("abc", 3), "abc");
}

}  // namespace
}  // namespace sinew
