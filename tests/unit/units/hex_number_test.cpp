// SPDX-License-Identifier: Apache-2.0
#include "units/hex_number.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew::units {
namespace {

TEST(HexNumber, every_double_is_read_back_as_itself) {
    Random random(7);
    for (int i = 0; i < 20000; ++i) {
        const double value = std::bit_cast<double>(random.next());
        if (!std::isfinite(value)) continue;
        const std::optional<double> read = parse_hex(hex_text(value));
        ASSERT_TRUE(read) << hex_text(value);
        EXPECT_EQ(std::bit_cast<std::uint64_t>(*read), std::bit_cast<std::uint64_t>(value)) << hex_text(value);
    }
    for (const double value : {0.0, -0.0, 5e-324, -5e-324, 2.2250738585072014e-308, 0x1.fffffffffffffp+1023, 1.0 / 3})
        EXPECT_EQ(parse_hex(hex_text(value)), value) << hex_text(value);
}

TEST(HexNumber, other_texts_are_none) {
    for (const char* text : {"",          "1",         "0x1",
                             "0x1p",      "0x1p+",     "0x1.8p+1 ",
                             " 0x1.8p+1", "+0x1.8p+1", "0x1.80p+1",
                             "0x3p+0",    "0X1.8p+1",  "inf",
                             "nan",       "0x1p+1024", "0x1.00000000000001p+0",
                             "0x1.8p1",   "0x1.8p++1", "--0x1p+0",
                             "0xp+0",     "0x1..8p+0", "0x1p+99999999999999999999"})
        EXPECT_FALSE(parse_hex(text)) << text;
}

}  // namespace
}  // namespace sinew::units
