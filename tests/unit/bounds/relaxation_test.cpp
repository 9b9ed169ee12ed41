// SPDX-License-Identifier: Apache-2.0
#include "bounds/relaxation.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/infinity.hpp"
#include "base/random.hpp"

namespace sinew::bounds {
namespace {

using model::Activation;
using model::ActivationKind;

std::vector<Activation> activations() {
    return {{ActivationKind::relu, 0, {}, {}},
            {ActivationKind::identity, 0, {}, {}},
            {ActivationKind::leaky_relu, Rational(1, 100), {}, {}},
            {ActivationKind::leaky_relu, Rational(-1, 3), {}, {}},
            {ActivationKind::leaky_relu, Rational(7, 3), {}, {}},
            {ActivationKind::clip, 0, Rational(-1), Rational(1)},
            {ActivationKind::clip, 0, Rational(1, 10), Rational(3, 10)},
            {ActivationKind::clip, 0, {}, Rational(1, 3)},
            {ActivationKind::clip, 0, Rational(-1, 3), {}},
            {ActivationKind::clip, 0, Rational(1), Rational(-1)},
            {ActivationKind::sign, 0, {}, {}},
            {ActivationKind::signum, 0, {}, {}},
            {ActivationKind::hardlim, 0, {}, {}}};
}

double random_end(Random& random) {
    switch (random.below(6)) {
        case 0:
            return 0;
        case 1:
            return random.chance(0.5) ? 1 : -1;
        case 2:
            return std::ldexp(random.uniform(-1, 1), static_cast<int>(random.integer(-80, 80)));
        default:
            return random.uniform(-3, 3);
    }
}

TEST(Relaxation, LinesAndImagesHoldExactly) {
    Random random(1);
    for (const Activation& activation : activations()) {
        const Relaxation relaxation(activation);
        for (int trial = 0; trial < 2000; ++trial) {
            const double a = random_end(random);
            const double b = random_end(random);
            const Interval input{std::min(a, b), std::max(a, b)};
            const Lines lines = relaxation.relax(input);
            const Interval image = relaxation.image(input);
            const std::vector<model::Piece> pieces = model::pieces(activation);
            for (int p = 0; p < 8; ++p) {
                Rational s =
                    p == 0   ? Rational(input.lower)
                    : p == 1 ? Rational(input.upper)
                    : p == 2 ? Rational(0)
                             : Rational(input.lower) + (Rational(input.upper) - Rational(input.lower)) * Rational(p, 8);
                if (p > 4 && pieces.size() > 1) s = *pieces[pieces.size() - 1].begin;
                if (s < input.lower || s > input.upper) continue;
                const Rational value = model::apply(activation, s);
                ASSERT_LE(Rational(image.lower), value);
                ASSERT_GE(Rational(image.upper), value);
                ASSERT_LE(Rational(lines.lower_slope) * s + Rational(lines.lower_intercept), value)
                    << model::to_string(activation) << " [" << input.lower << ", " << input.upper << "]";
                ASSERT_GE(Rational(lines.upper_slope) * s + Rational(lines.upper_intercept), value)
                    << model::to_string(activation) << " [" << input.lower << ", " << input.upper << "]";
            }
        }
    }
}

TEST(Relaxation, FixedMeansOnePiece) {
    const Relaxation relu({ActivationKind::relu, 0, {}, {}});
    EXPECT_TRUE(relu.fixed({-1, 0}));
    EXPECT_TRUE(relu.fixed({0, 1}));
    EXPECT_FALSE(relu.fixed({-1e-300, 1e-300}));
    const Relaxation sign({ActivationKind::sign, 0, {}, {}});
    EXPECT_FALSE(sign.fixed({-1, 0}));  // sign(0) = 1
    EXPECT_TRUE(sign.fixed({0, 1}));
    const Relaxation signum({ActivationKind::signum, 0, {}, {}});
    EXPECT_TRUE(signum.fixed({0, 0}));
    EXPECT_FALSE(signum.fixed({0, 1}));
    EXPECT_FALSE(signum.fixed({-1, 0}));
    EXPECT_TRUE(Relaxation({ActivationKind::clip, 0, Rational(-1), Rational(1)}).fixed({-1, 1}));
}

TEST(Relaxation, InfiniteEndsAreNotNumbers) {
    for (const Activation& activation : activations()) {
        const Relaxation relaxation(activation);
        for (const Interval input : {Interval{-infinity, infinity}, Interval{-1, infinity}, Interval{-infinity, 1}}) {
            const Lines lines = relaxation.relax(input);
            EXPECT_TRUE(std::isfinite(lines.lower_slope) && std::isfinite(lines.upper_slope));
            for (const double s : {-1e9, -1.0, -0.5, 0.0, 0.25, 1.0, 1e9}) {
                if (!input.contains(s)) continue;
                const double value = to_nearest(model::apply(activation, Rational(s)));
                EXPECT_LE(lines.lower_slope * s + lines.lower_intercept, value + 1e-6 * std::fabs(value));
                EXPECT_GE(lines.upper_slope * s + lines.upper_intercept, value - 1e-6 * std::fabs(value));
            }
        }
        const Lines nothing = relaxation.relax({std::nan(""), 1});
        EXPECT_EQ(nothing.lower_intercept, -infinity);
    }
}

TEST(Relaxation, MaxPool) {
    const MaxPoolLines open = relax_max_pool({{0, 2}, {1, 3}, {-1, 0}});
    EXPECT_EQ(open.lower_member, 1U);
    EXPECT_FALSE(open.dominates);
    EXPECT_EQ(open.upper, 3);
    EXPECT_TRUE(relax_max_pool({{0, 1}, {1, 3}}).dominates);
    EXPECT_TRUE(relax_max_pool({{0, 1}}).dominates);
}

}  // namespace
}  // namespace sinew::bounds
