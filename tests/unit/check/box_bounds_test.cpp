// SPDX-License-Identifier: Apache-2.0
// What the checker bounds, against values at sampled points.
#include "check/box_bounds.hpp"

#include <gtest/gtest.h>

#include "unit/bounds/sampled_bounds.hpp"

namespace sinew::check {
namespace {

TEST(ActivationLines, HoldAtSampledPoints) {
    using model::ActivationKind;
    Random random(1);
    const model::Activation activations[] = {
        {ActivationKind::relu, 0, {}, {}},
        {ActivationKind::leaky_relu, Rational(1, 100), {}, {}},
        {ActivationKind::leaky_relu, Rational(-1, 3), {}, {}},
        {ActivationKind::clip, 0, Rational(-1, 3), Rational(2, 3)},
        {ActivationKind::clip, 0, Rational(0), {}},
        {ActivationKind::sign, 0, {}, {}},
        {ActivationKind::signum, 0, {}, {}},
        {ActivationKind::hardlim, 0, {}, {}},
        {ActivationKind::identity, 0, {}, {}},
        {ActivationKind::tanh, 0, {}, {}},
        {ActivationKind::sigmoid, 0, {}, {}},
    };
    for (const model::Activation& activation : activations) {
        ASSERT_TRUE(ActivationLines::knows(activation));
        const ActivationLines lines(activation);
        for (int round = 0; round < 200; ++round) {
            const double a = random.chance(0.2) ? 0 : random.uniform(-4, 4);
            const double b = random.chance(0.1) ? a : random.uniform(-4, 4);
            const Interval input{std::min(a, b), std::max(a, b)};
            Lines chosen = lines.lines(input);
            if (random.chance(0.3)) chosen = lines.lines(input, random.uniform(-1, 2), random.uniform(-1, 2));
            const Interval image = lines.image(input);
            for (int point = 0; point < 20; ++point) {
                const double s =
                    point == 0   ? input.lower
                    : point == 1 ? input.upper
                    : point == 2 && input.contains(0)
                        ? 0
                        : std::clamp(random.uniform(input.lower, input.upper + 1e-300), input.lower, input.upper);
                const double value = model::apply(activation, s);
                const double slack = 1e-12;
                EXPECT_LE(chosen.lower_slope * s + chosen.lower_intercept, value + slack)
                    << model::to_string(activation) << " at " << s << " in " << input.lower << " " << input.upper;
                EXPECT_GE(chosen.upper_slope * s + chosen.upper_intercept, value - slack)
                    << model::to_string(activation) << " at " << s << " in " << input.lower << " " << input.upper;
                EXPECT_LE(image.lower, value + slack);
                EXPECT_GE(image.upper, value - slack);
            }
        }
    }
}

TEST(ActivationLines, AreTightWhereThatIsKnown) {
    const ActivationLines relu({model::ActivationKind::relu, 0, {}, {}});
    const Lines lines = relu.lines({-1, 3});
    EXPECT_EQ(lines.lower_slope, 1);
    EXPECT_EQ(lines.lower_intercept, 0);
    EXPECT_DOUBLE_EQ(lines.upper_slope, 0.75);
    EXPECT_DOUBLE_EQ(lines.upper_intercept, 0.75);
    EXPECT_EQ(relu.lines({-3, 1}).lower_slope, 0);
    EXPECT_FALSE(relu.is_open({0, 1}));
    EXPECT_TRUE(relu.is_open({-1, 1}));
    // The tangent at the middle of tanh's concave part is no more than its curvature away.
    const ActivationLines tanh({model::ActivationKind::tanh, 0, {}, {}});
    const Lines above = tanh.lines({1, 1.5});
    EXPECT_LT(above.upper_slope * 1.25 + above.upper_intercept, std::tanh(1.25) + 1e-6);
}

TEST(BoxBounds, HoldAtSampledPoints) {
    Random random(7);
    std::size_t compared = 0;
    for (int n = 0; n < 150; ++n) {
        const auto weights = n % 3 == 0   ? test::Weights::ordinary
                             : n % 3 == 1 ? test::Weights::decimals
                                          : test::Weights::wild;
        const test::RandomNetwork example =
            test::random_network(random, weights, random.chance(0.6), random.chance(0.4));
        if (!BoxBounds::obstacle(example.network).empty()) continue;
        BoxBounds bounds(example.network);
        BoxState state = bounds.start(example.box);
        ASSERT_TRUE(bounds.tighten(state));
        const LinearForm form = test::random_form(random, example.network);
        Row row;
        row.constant = to_nearest(form.constant());
        for (const LinearTerm& term : form.terms())
            row.terms.emplace_back(static_cast<std::uint32_t>(term.variable.index()), to_nearest(term.coefficient));
        const Row* const rows[] = {&row};
        RowBounds of_rows;
        bounds.bound(state, rows, of_rows);
        for (int p = 0; p < 20; ++p) {
            test::SampledPoint point = test::sampled_point(random, example, random.chance(0.1));
            EXPECT_TRUE(point.is_at_least(form, of_rows.value[0])) << n;
            for (std::size_t v = 0; v < example.network.variable_count(); ++v, ++compared)
                EXPECT_TRUE(point.is_within(v, state.lower[v], state.upper[v])) << n << " variable " << v;
        }
    }
    EXPECT_GT(compared, 10000U);
}

}  // namespace
}  // namespace sinew::check
