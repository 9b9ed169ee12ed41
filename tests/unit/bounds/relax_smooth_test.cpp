// SPDX-License-Identifier: Apache-2.0
#include "bounds/relax_smooth.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/infinity.hpp"
#include "base/random.hpp"
#include "exact/transcendental.hpp"

namespace sinew::bounds {
namespace {

using model::ActivationKind;

std::strong_ordering compare(ActivationKind kind, const Rational& s, const Rational& r) {
    return kind == ActivationKind::tanh ? compare_tanh(s, r) : compare_sigmoid(s, r);
}
void expect_contains(ActivationKind kind, Interval interval, double s) {
    EXPECT_NE(compare(kind, s, interval.lower), std::strong_ordering::less) << s;
    EXPECT_NE(compare(kind, s, interval.upper), std::strong_ordering::greater) << s;
}
double random_argument(Random& random) {
    switch (random.below(6)) {
        case 0:
            return std::ldexp(random.uniform(-1, 1), static_cast<int>(random.integer(-500, 12)));
        case 1:
            return random.uniform(-40, 40);
        case 2:
            return static_cast<double>(random.integer(-1300, 1300)) / 128;  // where the nearest table entry changes
        default:
            return random.uniform(-4, 4);
    }
}

TEST(SmoothFunction, IntervalsContainTheValueAndAreNarrow) {
    const SmoothTables& tables = smooth_tables();
    Random random(1);
    for (int trial = 0; trial < 20000; ++trial) {
        const double s = random_argument(random);
        const Interval tanh = smooth_tanh(tables, s);
        const Interval sigmoid = smooth_sigmoid(tables, s);
        expect_contains(ActivationKind::tanh, tanh, s);
        expect_contains(ActivationKind::sigmoid, sigmoid, s);
        EXPECT_LE(tanh.upper - tanh.lower, 0x1p-47 * tanh.magnitude()) << s;
        if (std::fabs(s) <= 700) {
            EXPECT_LE(sigmoid.upper - sigmoid.lower, 0x1p-46 * sigmoid.upper) << s;
        }
    }
    for (const double s : {0.0, 5e-324, 1e-308, 20.0, 20.1, 700.0, 701.0, 1e300, infinity})
        for (const double side : {s, -s}) {
            const Interval tanh = smooth_tanh(tables, side);
            const Interval sigmoid = smooth_sigmoid(tables, side);
            EXPECT_GE(tanh.lower, -1);
            EXPECT_LE(tanh.upper, 1);
            EXPECT_GE(sigmoid.lower, 0);
            EXPECT_LE(sigmoid.upper, 1);
            if (std::isinf(side)) continue;
            expect_contains(ActivationKind::tanh, tanh, side);
            expect_contains(ActivationKind::sigmoid, sigmoid, side);
        }
}

Interval random_interval(Random& random) {
    const double a = random_argument(random);
    if (random.chance(0.3)) {  // narrow
        const double width = std::ldexp(std::fabs(a) + 1e-3, -static_cast<int>(random.integer(1, 50)));
        return {a, a + width};
    }
    const double b = random.chance(0.1) ? 0 : random_argument(random);
    return {std::min(a, b), std::max(a, b)};
}

TEST(RelaxSmooth, LinesAndImagesHoldExactly) {
    for (const ActivationKind kind : {ActivationKind::tanh, ActivationKind::sigmoid}) {
        const Relaxation relaxation({kind, 0, {}, {}});
        Random random(7);
        for (int trial = 0; trial < 3000; ++trial) {
            const Interval input = random_interval(random);
            const Lines lines = relaxation.relax(input);
            const Interval image = relaxation.image(input);
            ASSERT_TRUE(std::isfinite(lines.lower_intercept) && std::isfinite(lines.upper_intercept));
            for (int p = 0; p < 8; ++p) {
                const double share = p < 2 ? p : random.uniform();
                const double point = p == 2 ? 0 : input.lower + share * (input.upper - input.lower);
                const Rational s = std::min(std::max(point, input.lower), input.upper);
                const Rational below = Rational(lines.lower_slope) * s + Rational(lines.lower_intercept);
                const Rational above = Rational(lines.upper_slope) * s + Rational(lines.upper_intercept);
                EXPECT_NE(compare(kind, s, below), std::strong_ordering::less) << input.lower << " " << input.upper;
                EXPECT_NE(compare(kind, s, above), std::strong_ordering::greater) << input.lower << " " << input.upper;
                EXPECT_NE(compare(kind, s, Rational(image.lower)), std::strong_ordering::less);
                EXPECT_NE(compare(kind, s, Rational(image.upper)), std::strong_ordering::greater);
            }
        }
    }
}

/// The largest distance of the lines on an interval, as seen at many points.
double gap(const Lines& lines, Interval input) {
    const auto at = [&](double s) {
        return lines.upper_slope * s + lines.upper_intercept - lines.lower_slope * s - lines.lower_intercept;
    };
    return std::max(at(input.lower), at(input.upper));
}

// A parallelogram of slope differences: quadratic in the width where the function is curved, cubic at 0.
TEST(RelaxSmooth, LinesApproachTheFunction) {
    for (const double centre : {-2.0, -0.4, 0.0, 0.7, 3.0})
        for (double width = 1; width > 1e-5; width /= 4) {
            const Interval input{centre - width / 2, centre + width / 2};
            EXPECT_LE(gap(relax_tanh(input), input), 0.5 * width * width + 1e-12) << centre << " " << width;
            EXPECT_LE(gap(relax_sigmoid(input), input), 0.1 * width * width + 1e-12) << centre << " " << width;
        }
}

TEST(RelaxSmooth, OneSidedAndWholeLines) {
    const Relaxation tanh({ActivationKind::tanh, 0, {}, {}});
    const Relaxation sigmoid({ActivationKind::sigmoid, 0, {}, {}});
    for (const Interval input : {Interval{-infinity, infinity}, Interval{-infinity, 0.5}, Interval{-0.5, infinity}}) {
        for (const Relaxation* relaxation : {&tanh, &sigmoid}) {
            const Lines lines = relaxation->relax(input);
            const Interval image = relaxation->image(input);
            EXPECT_EQ(lines.lower_slope, 0);
            EXPECT_EQ(lines.upper_slope, 0);
            EXPECT_DOUBLE_EQ(lines.lower_intercept, image.lower);
            EXPECT_DOUBLE_EQ(lines.upper_intercept, image.upper);
        }
    }
    EXPECT_EQ(tanh.image({-infinity, infinity}).lower, -1);
    EXPECT_EQ(sigmoid.image({-infinity, infinity}).lower, 0);
    const Lines at_zero = tanh.relax({0, 2});
    EXPECT_EQ(at_zero.lower_intercept, 0) << "the chord goes through the origin";
    EXPECT_EQ(tanh.relax({-2, 0}).upper_intercept, 0);
}

TEST(RelaxSmooth, Splits) {
    const Relaxation tanh({ActivationKind::tanh, 0, {}, {}});
    EXPECT_TRUE(tanh.fixed({1, 1}));
    EXPECT_TRUE(tanh.fixed({50, 60}));
    EXPECT_FALSE(tanh.fixed({1, 1.5}));
    EXPECT_EQ(tanh.split_point({-1, 3}), 1.0);
    EXPECT_EQ(tanh.split_point({-infinity, infinity}), 0.0);
    EXPECT_FALSE(tanh.split_point({10, 12}).has_value());
    EXPECT_FALSE(tanh.split_point({0, 1e-7}).has_value());
}

}  // namespace
}  // namespace sinew::bounds
