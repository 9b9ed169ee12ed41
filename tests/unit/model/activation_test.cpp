// SPDX-License-Identifier: Apache-2.0
// Activations from their definitions, at and around their breakpoints, in every kind of number.
#include "model/activation.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sinew::model {
namespace {

Activation leaky(const Rational& slope) {
    return {ActivationKind::leaky_relu, slope, {}, {}};
}
Activation clip(std::optional<Rational> lower, std::optional<Rational> upper) {
    return {ActivationKind::clip, 0, std::move(lower), std::move(upper)};
}
Activation plain(ActivationKind kind) {
    return {kind, 0, {}, {}};
}

/// The definition, written a second time.
Rational defined(const Activation& activation, const Rational& s) {
    switch (activation.kind) {
        case ActivationKind::relu:
            return s > 0 ? s : Rational(0);
        case ActivationKind::leaky_relu:
            return s > 0 ? s : Rational(activation.slope * s);
        case ActivationKind::clip: {
            Rational value = s;
            if (activation.lower) value = std::max(value, *activation.lower);
            if (activation.upper) value = std::min(value, *activation.upper);
            return value;
        }
        case ActivationKind::sign:
            return s >= 0 ? 1 : -1;
        case ActivationKind::signum:
            return sgn(s);
        case ActivationKind::hardlim:
            return s >= 0 ? 1 : 0;
        default:
            return s;
    }
}

std::vector<Activation> all_piecewise_linear() {
    return {plain(ActivationKind::identity),
            plain(ActivationKind::relu),
            leaky(Rational(1, 100)),
            leaky(0),
            leaky(1),
            leaky(-2),
            clip(-1, 1),
            clip(0, 6),
            clip(Rational(1, 3), {}),
            clip({}, Rational(-1, 7)),
            clip({}, {}),
            clip(2, 2),
            clip(3, 1),
            plain(ActivationKind::sign),
            plain(ActivationKind::signum),
            plain(ActivationKind::hardlim)};
}

std::vector<Rational> interesting_points(const Activation& activation) {
    const Rational tiny = Rational(1) / Integer("1000000000000000000000000000000");
    std::vector<Rational> points = {0, 1, -1, Rational(22, 7), -100, 100};
    for (const auto& bound : {activation.lower, activation.upper})
        if (bound) points.push_back(*bound);
    const std::size_t known = points.size();
    for (std::size_t i = 0; i < known; ++i) {
        points.push_back(points[i] + tiny);
        points.push_back(points[i] - tiny);
    }
    return points;
}

TEST(Activation, apply_follows_the_definition_at_and_around_breakpoints) {
    for (const Activation& activation : all_piecewise_linear())
        for (const Rational& s : interesting_points(activation))
            EXPECT_EQ(apply(activation, s), defined(activation, s)) << to_string(activation) << " at " << s;
}

/// Exactly one piece claims each point, it is the one piece_at finds, and it has the function's value there.
TEST(Activation, pieces_partition_the_line) {
    for (const Activation& activation : all_piecewise_linear()) {
        const std::vector<Piece> all = pieces(activation);
        ASSERT_FALSE(all.empty());
        EXPECT_FALSE(all[0].begin);
        for (std::size_t i = 1; i < all.size(); ++i) {
            ASSERT_TRUE(all[i].begin) << to_string(activation);
            if (i > 1) {
                EXPECT_LE(*all[i - 1].begin, *all[i].begin) << to_string(activation);
            }
        }
        for (const Rational& s : interesting_points(activation)) {
            std::vector<std::size_t> claims;
            for (std::size_t i = 0; i < all.size(); ++i) {
                const bool after = !all[i].begin || s > *all[i].begin || (all[i].begin_closed && s == *all[i].begin);
                const bool before = i + 1 == all.size() || s < *all[i + 1].begin ||
                                    (!all[i + 1].begin_closed && s == *all[i + 1].begin);
                if (after && before) claims.push_back(i);
            }
            ASSERT_EQ(claims.size(), 1U) << to_string(activation) << " at " << s;
            EXPECT_EQ(piece_at(all, s), claims[0]);
            EXPECT_EQ(all[claims[0]].slope * s + all[claims[0]].intercept, defined(activation, s));
        }
    }
}

TEST(Activation, doubles_and_floats_agree_where_the_numbers_are_short) {
    for (const Activation& activation : all_piecewise_linear())
        for (const double s : {-100.0, -1.5, -1.0, -0.25, 0.0, -0.0, 0.25, 1.0, 1.5, 2.0, 6.0, 6.5, 100.0}) {
            const double exact = to_nearest(defined(activation, to_rational(s)));
            EXPECT_NEAR(apply(activation, s), exact, std::abs(exact) * 1e-15) << to_string(activation) << " at " << s;
            EXPECT_NEAR(apply_float32(activation, static_cast<float>(s)), exact, std::abs(exact) * 1e-6);
        }
}

TEST(Activation, monotone_is_what_the_values_say) {
    for (const Activation& activation : all_piecewise_linear()) {
        std::vector<Rational> points = interesting_points(activation);
        std::sort(points.begin(), points.end());
        bool rises = true;
        for (std::size_t i = 1; i < points.size(); ++i)
            rises = rises && defined(activation, points[i - 1]) <= defined(activation, points[i]);
        EXPECT_EQ(is_monotone(activation), rises) << to_string(activation);
    }
}

TEST(Activation, smooth_ones_have_no_exact_value) {
    for (const ActivationKind kind : {ActivationKind::sigmoid, ActivationKind::tanh}) {
        EXPECT_FALSE(is_piecewise_linear(plain(kind)));
        EXPECT_TRUE(pieces(plain(kind)).empty());
        EXPECT_THROW(apply(plain(kind), Rational(1)), ContractBreach);
    }
    EXPECT_NEAR(apply(plain(ActivationKind::sigmoid), 0.0), 0.5, 1e-15);
    EXPECT_NEAR(apply(plain(ActivationKind::tanh), 1.0), std::tanh(1.0), 1e-15);
}

TEST(Activation, names) {
    for (const char* name :
         {"relu", "purelin", "hardlim", "sign", "signum", "satlin", "satlins", "tansig", "sigmoid"}) {
        const std::optional<Activation> found = activation_named(name);
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(to_string(*found), name);
    }
    EXPECT_EQ(activation_named("tanh"), activation_named("tansig"));
    EXPECT_EQ(activation_named("logsig"), activation_named("sigmoid"));
    EXPECT_FALSE(activation_named("ReLU"));
    EXPECT_EQ(to_string(leaky(Rational(1, 100))), "leaky_relu(1/100)");
    EXPECT_EQ(to_string(clip(0, 6)), "clip(0, 6)");
    EXPECT_EQ(to_string(clip({}, 6)), "clip(-inf, 6)");
}

}  // namespace
}  // namespace sinew::model
