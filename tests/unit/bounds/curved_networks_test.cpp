// SPDX-License-Identifier: Apache-2.0
// Products and curved functions between planes and lines.
#include "unit/bounds/curved_networks.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/infinity.hpp"
#include "bounds/forward_bounds.hpp"

namespace sinew::bounds {
namespace {

using model::Activation;
using model::ActivationKind;

/// A network of one function, for its enclosures.
Interval enclosed(const Activation& activation, double s) {
    model::Network network;
    network.add_activation("f", network.add_input("x", {1}), activation);
    const model::EnclosedValues values = model::evaluate_enclosed(network, std::vector<Rational>{to_rational(s)}, 150);
    if (!std::isfinite(values.radius[1])) return {1, 0};
    const Rational radius = to_rational(values.radius[1]);
    return {to_double_below(Rational(values.middle[1] - radius)), to_double_above(Rational(values.middle[1] + radius))};
}

double random_point(Random& random) {
    switch (random.below(4)) {
        case 0:
            return std::ldexp(random.uniform(-1, 1), static_cast<int>(random.integer(-60, 8)));
        case 1:
            return static_cast<double>(random.integer(-6, 6));
        default:
            return random.uniform(-7, 7);
    }
}

TEST(Curves, lie_between_their_lines_and_in_their_images) {
    Random random(1);
    std::size_t finite = 0;
    for (int trial = 0; trial < 3000; ++trial) {
        const Activation curve = test::random_curve(random);
        const double a = random_point(random);
        const double b = random.chance(0.3) ? a + std::ldexp(random.uniform(0, 1), -static_cast<int>(random.below(50)))
                                            : random_point(random);
        const Interval input{std::min(a, b), std::max(a, b)};
        const Relaxation relaxation(curve);
        const Interval image = relaxation.image(input);
        const Lines lines = relaxation.relax(input);
        ASSERT_TRUE(std::isfinite(lines.lower_slope) && std::isfinite(lines.upper_slope));
        finite += std::isfinite(lines.lower_intercept) && std::isfinite(lines.upper_intercept) ? 1 : 0;
        for (int sample = 0; sample < 6; ++sample) {
            const double s = sample == 0 ? input.lower
                             : sample == 1
                                 ? input.upper
                                 : std::clamp(random.uniform(input.lower, input.upper), input.lower, input.upper);
            const Interval value = enclosed(curve, s);
            if (value.empty()) {  // no value there: nothing may be claimed
                EXPECT_TRUE(std::isinf(image.lower) && std::isinf(image.upper)) << to_string(curve) << " at " << s;
                continue;
            }
            EXPECT_LE(image.lower, value.upper) << to_string(curve) << " at " << s;
            EXPECT_GE(image.upper, value.lower) << to_string(curve) << " at " << s;
            const auto line = [&](double slope, double intercept) {
                return Rational(to_rational(slope) * to_rational(s) + to_rational(intercept));
            };
            if (std::isfinite(lines.upper_intercept)) {
                EXPECT_GE(line(lines.upper_slope, lines.upper_intercept), to_rational(value.lower))
                    << to_string(curve) << " above " << s << " on " << input.lower << " " << input.upper;
            }
            if (std::isfinite(lines.lower_intercept)) {
                EXPECT_LE(line(lines.lower_slope, lines.lower_intercept), to_rational(value.upper))
                    << to_string(curve) << " below " << s << " on " << input.lower << " " << input.upper;
            }
        }
    }
    EXPECT_GT(finite, 1500U);
}

TEST(Curves, lines_touch_what_they_bound) {
    for (const auto& [curve, input] : {std::pair(Activation{ActivationKind::exp, 0, {}, {}}, Interval{0, 1}),
                                       std::pair(Activation{ActivationKind::sin, 0, {}, {}}, Interval{0.5, 1.5}),
                                       std::pair(Activation{ActivationKind::cos, 0, {}, {}}, Interval{-0.1, 0.1}),
                                       std::pair(Activation{ActivationKind::power, 2, {}, {}}, Interval{-1, 2}),
                                       std::pair(Activation{ActivationKind::power, -1, {}, {}}, Interval{1, 2}),
                                       std::pair(Activation{ActivationKind::power, 3, {}, {}}, Interval{-1, 1}),
                                       std::pair(Activation{ActivationKind::erf, 0, {}, {}}, Interval{-0.5, 1})}) {
        const Lines lines = Relaxation(curve).relax(input);
        double least_above = infinity;
        double least_below = infinity;
        for (int i = 0; i <= 1000; ++i) {
            const double s = input.lower + (input.upper - input.lower) * i / 1000;
            const double value = model::apply(curve, s);
            least_above = std::min(least_above, lines.upper_slope * s + lines.upper_intercept - value);
            least_below = std::min(least_below, value - lines.lower_slope * s - lines.lower_intercept);
        }
        EXPECT_LT(least_above, 0.01) << to_string(curve);
        EXPECT_LT(least_below, 0.01) << to_string(curve);
    }
}

TEST(Products, lie_between_their_planes) {
    Random random(2);
    for (int trial = 0; trial < 5000; ++trial) {
        Interval sides[2];
        for (Interval& side : sides) {
            const double a = std::ldexp(random.uniform(-1, 1), static_cast<int>(random.integer(-20, 20)));
            const double b =
                random.chance(0.2) ? a : std::ldexp(random.uniform(-1, 1), static_cast<int>(random.integer(-20, 20)));
            side = {std::min(a, b), std::max(a, b)};
        }
        const ProductPlanes planes = relax_product(sides[0], sides[1]);
        const ProductPlanes squares = relax_square(sides[0]);
        for (int sample = 0; sample < 5; ++sample) {
            const auto within = [&](Interval side) {
                return to_rational(random.chance(0.5)
                                       ? (random.chance(0.5) ? side.lower : side.upper)
                                       : std::clamp(random.uniform(side.lower, side.upper), side.lower, side.upper));
            };
            const Rational x = within(sides[0]);
            const Rational y = within(sides[1]);
            const Rational rest = x * y - to_rational(planes.left) * x - to_rational(planes.right) * y;
            EXPECT_GE(rest, to_rational(planes.lower));
            EXPECT_LE(rest, to_rational(planes.upper));
            const Rational of_square = x * x - to_rational(squares.left) * x;
            EXPECT_GE(of_square, to_rational(squares.lower));
            EXPECT_LE(of_square, to_rational(squares.upper));
        }
    }
    // Exact where a factor is fixed; nothing where one is unbounded.
    const ProductPlanes fixed = relax_product({3, 3}, {-1, 2});
    EXPECT_EQ(fixed.right, 3);
    EXPECT_EQ(fixed.lower, 0);
    EXPECT_EQ(fixed.upper, 0);
    const ProductPlanes unbounded = relax_product({0, infinity}, {-1, 2});
    EXPECT_EQ(unbounded.left, 0);
    EXPECT_TRUE(std::isinf(unbounded.lower) && std::isinf(unbounded.upper));
}

TEST(CurvedNetworks, have_bounds_that_hold) {
    Random random(3);
    test::SampledChecks checks;
    for (int n = 0; n < 150; ++n) test::check_curved_network(random, 8, checks);
    EXPECT_EQ(checks.broken, 0U);
    EXPECT_GT(checks.finite, 150U);
    EXPECT_GT(checks.compared, 10000U);
}

TEST(CurvedNetworks, are_refused_by_bounds_that_do_not_know_them) {
    model::Network network;
    const model::LayerId input = network.add_input("x", {2});
    network.add_product("p", {1}, {input, {0}, {1}});
    EXPECT_FALSE(ForwardBounds::fits(network));
    const double lower[] = {0, 0};
    const double upper[] = {1, 1};
    EXPECT_THROW(RelaxedNetwork(network, lower, upper), UsageError);
}

}  // namespace
}  // namespace sinew::bounds
