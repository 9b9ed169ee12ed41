// SPDX-License-Identifier: Apache-2.0
// Lines in place of irrational ones, against the exact formula.
#include "read/batch_norm.hpp"

#include <gtest/gtest.h>

namespace sinew::read {
namespace {

Rational ten_to_minus(unsigned long digits) {
    Integer power;
    mpz_ui_pow_ui(power.get_mpz_t(), 10, digits);
    return 1 / Rational(power);
}

/// sqrt(value) cut off after so many digits.
Rational root(const Rational& value, unsigned long digits) {
    const Rational unit = ten_to_minus(digits);
    Integer whole;
    const Integer square = floor(value / unit / unit);
    mpz_sqrt(whole.get_mpz_t(), square.get_mpz_t());
    return whole * unit;
}

TEST(BatchNorm, signs_by_squares) {
    const BatchNormChannel above{1, -root(Rational(1, 2), 40), 0, 2};  // v / sqrt(2) - 0.7071…: a bit too little
    EXPECT_EQ(batch_norm_sign(above, 1), 1);
    EXPECT_EQ(batch_norm_sign(above, 0), -1);
    const BatchNormChannel below{1, -root(Rational(1, 2), 40) - ten_to_minus(40), 0, 2};
    EXPECT_EQ(batch_norm_sign(below, 1), -1);
    EXPECT_EQ(batch_norm_sign(below, 2), 1);
    const BatchNormChannel falling{-1, root(Rational(1, 2), 40), 0, 2};
    EXPECT_EQ(batch_norm_sign(falling, 1), -1);
    EXPECT_EQ(batch_norm_sign(falling, 0), 1);
    EXPECT_EQ(batch_norm_sign({3, -2, 5, 9}, 7), 0);
    EXPECT_EQ(batch_norm_sign({3, 0, 5, 2}, 5), 0);
    EXPECT_EQ(batch_norm_sign({0, Rational(-1, 9), 5, 2}, 5), -1);
}

TEST(BatchNorm, lines_for_signs_are_doubles_unless_these_decide_otherwise) {
    for (const unsigned long digits : {2, 15, 16, 17, 18, 25, 60, 200}) {
        int longer = 0;
        for (const int side : {0, 1}) {
            const Rational edge = root(Rational(1, 2), digits) + side * ten_to_minus(digits);
            const BatchNormChannel channels[] = {{1, -edge, 0, 2}, {-1, edge, 0, 2}, {1, -3 * edge, -2, 2}};
            const std::vector<BatchNormLine> lines =
                batch_norm_lines(channels, BatchNormUse::sign, BatchNormArguments{6, 10});
            for (std::size_t c = 0; c < 3; ++c)
                for (int multiple = -60; multiple <= 60; ++multiple) {
                    const Rational x = Rational(multiple) / 6;
                    EXPECT_EQ(sgn(Rational(lines[c].factor * x + lines[c].shift)), batch_norm_sign(channels[c], x))
                        << digits << " digits, channel " << c << " at " << x.get_str();
                }
            longer += is_double(lines[0].factor) ? 0 : 1;
        }
        // The nearest double lies on one side of the root; so of the two edges beside it, one needs more.
        if (digits < 15 || digits > 18) {
            EXPECT_EQ(longer, digits < 15 ? 0 : 1) << digits;
        }
    }
    const BatchNormChannel rational[] = {{3, 1, 2, Rational(4, 9)}};
    const BatchNormLine line = batch_norm_lines(rational, BatchNormUse::sign, std::nullopt)[0];
    EXPECT_EQ(line.factor, Rational(9, 2));
    EXPECT_EQ(line.shift, -8);
}

TEST(BatchNorm, scores_that_are_equal_stay_equal_and_the_others_apart) {
    // 3 / sqrt(2) = 6 / sqrt(8) = 9 / sqrt(18), and 1 / sqrt(3) + b nearly 1 / sqrt(2).
    const Rational near = root(Rational(1, 2), 50) - root(Rational(1, 3), 50);
    const BatchNormChannel channels[] = {{3, 0, 0, 2}, {6, 0, 0, 8}, {9, 0, 0, 18}, {1, near, 0, 3}, {1, 0, 0, 2}};
    const std::vector<BatchNormLine> lines =
        batch_norm_lines(channels, BatchNormUse::scores, BatchNormArguments{1, 100});
    EXPECT_EQ(lines[0].factor, lines[1].factor);
    EXPECT_EQ(lines[0].factor, lines[2].factor);
    EXPECT_EQ(lines[4].factor * 3, lines[0].factor);
    const Rational difference = (lines[3].factor + lines[3].shift) - (lines[4].factor + lines[4].shift);
    EXPECT_NE(difference, 0);
    EXPECT_LT(abs(difference), ten_to_minus(49));
    // sqrt(1/3) - sqrt(1/2) to 300 digits tells the side.
    EXPECT_EQ(sgn(difference), sgn(Rational(root(Rational(1, 3), 300) + near - root(Rational(1, 2), 300))));
}

}  // namespace
}  // namespace sinew::read
