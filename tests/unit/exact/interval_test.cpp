// SPDX-License-Identifier: Apache-2.0
#include "exact/interval.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew {
namespace {

double random_double(Random& random) {
    switch (random.below(8)) {
        case 0:
            return 0;
        case 1:
            return std::ldexp(random.uniform(-1, 1), static_cast<int>(random.integer(-1074, 1023)));
        case 2:
            return random.chance(0.5) ? std::numeric_limits<double>::max() : std::numeric_limits<double>::denorm_min();
        default:
            return random.uniform(-10, 10);
    }
}

void expect_below(double bound, const Rational& exact) {
    ASSERT_FALSE(std::isnan(bound));
    if (std::isfinite(bound)) {
        EXPECT_LE(Rational(bound), exact);
    } else {
        EXPECT_LT(bound, 0);
    }
}

TEST(Interval, EveryOperationIsOutward) {
    Random random(7);
    for (int trial = 0; trial < 20000; ++trial) {
        const double a = random_double(random);
        const double b = random_double(random);
        const Rational x = a;
        const Rational y = b;
        expect_below(add_down(a, b), x + y);
        expect_below(-add_up(a, b), -(x + y));
        expect_below(sub_down(a, b), x - y);
        expect_below(mul_down(a, b), x * y);
        expect_below(-mul_up(a, b), -(x * y));
        if (b == 0) continue;
        expect_below(div_down(a, b), x / y);
        expect_below(-div_up(a, b), -(x / y));
    }
}

TEST(Interval, ExactResultsAreNotWidened) {
    EXPECT_EQ(add_down(1, 1), 2);
    EXPECT_EQ(add_up(0.5, 0.25), 0.75);
    EXPECT_EQ(mul_up(3, 0.5), 1.5);
    EXPECT_EQ(div_down(1, 4), 0.25);
    EXPECT_LT(add_down(0.1, 0.2), add_up(0.1, 0.2));
    EXPECT_EQ(mul_up(0, std::numeric_limits<double>::infinity()), 0);
}

TEST(Interval, Products) {
    const Interval product = Interval{-2, 3} * Interval{-5, 7};
    EXPECT_EQ(product.lower, -15);
    EXPECT_EQ(product.upper, 21);
    EXPECT_TRUE((intersect(Interval{0, 1}, Interval{2, 3}).empty()));
    EXPECT_EQ((Interval{-4, 3}.magnitude()), 4);
}

}  // namespace
}  // namespace sinew
