// SPDX-License-Identifier: Apache-2.0
#include "bounds/forward_bounds.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "base/infinity.hpp"
#include "unit/bounds/random_networks.hpp"

namespace sinew::bounds {
namespace {

std::vector<std::size_t> all_layers(const model::Network& network) {
    std::vector<std::size_t> layers(network.layer_count());
    std::iota(layers.begin(), layers.end(), std::size_t{0});
    return layers;
}

/// Boxes inside `box`: itself, then ever smaller ones.
std::vector<std::vector<Interval>> boxes_inside(Random& random, const std::vector<Interval>& box, std::size_t count) {
    std::vector<std::vector<Interval>> boxes = {box};
    while (boxes.size() < count) {
        std::vector<Interval> smaller = boxes[random.below(boxes.size())];
        for (Interval& side : smaller) {
            const double middle = side.lower + (side.upper - side.lower) / 2;
            if (random.chance(0.3)) continue;
            (random.chance(0.5) ? side.lower : side.upper) = middle;
        }
        boxes.push_back(std::move(smaller));
    }
    return boxes;
}

struct Given {
    std::vector<std::vector<double>> lower, upper;
    std::vector<State> states;
    std::vector<ForwardBox> boxes;

    Given(NetworkBounds& start, const std::vector<std::vector<Interval>>& from, bool with_states) {
        for (const std::vector<Interval>& box : from) {
            std::vector<double>& low = lower.emplace_back();
            std::vector<double>& high = upper.emplace_back();
            for (const Interval& side : box) {
                low.push_back(side.lower);
                high.push_back(side.upper);
            }
            if (with_states) states.push_back(start.start(box));
        }
        for (std::size_t b = 0; b < from.size(); ++b)
            boxes.push_back({lower[b], upper[b], with_states ? &states[b] : nullptr});
    }
};

class ForwardContainment : public testing::TestWithParam<test::Weights> {};

TEST_P(ForwardContainment, ExactValuesLieInTheFormsAndAboveRows) {
    std::size_t informative = 0;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Random random(seed);
        const test::RandomNetwork made = test::random_network(random, GetParam());
        const model::Network& network = made.network;
        if (!ForwardBounds::fits(network)) continue;
        ForwardBounds forward(network, all_layers(network));
        NetworkBounds start(network);
        const auto boxes = boxes_inside(random, made.box, 1 + random.below(lanes));
        const bool with_states = random.chance(0.5);
        const Given given(start, boxes, with_states);
        forward.run(given.boxes);
        for (std::size_t b = 0; b < boxes.size(); ++b) {
            ASSERT_FALSE(forward.result(b).empty) << "seed " << seed;
            const std::vector<Rational> values = model::evaluate(network, test::random_point(random, boxes[b]));
            ForwardRow bound;
            for (std::size_t v = 0; v < values.size(); ++v) {
                for (const double sign : {1.0, -1.0}) {
                    forward.lower_bound({{{static_cast<std::uint32_t>(v), sign}}, 0.5}, b, bound);
                    if (!std::isfinite(bound.value)) continue;
                    ++informative;
                    ASSERT_LE(Rational(bound.value), Rational(sign) * values[v] + Rational(0.5))
                        << "seed " << seed << " box " << b << " variable " << v;
                }
                if (!with_states) continue;
                ASSERT_LE(Rational(std::max(given.states[b].lower[v], -1e300)), values[v]) << "seed " << seed;
                ASSERT_GE(Rational(std::min(given.states[b].upper[v], 1e300)), values[v]) << "seed " << seed;
            }
        }
    }
    EXPECT_GT(informative, 10000U);
}

INSTANTIATE_TEST_SUITE_P(AllWeights, ForwardContainment,
                         testing::Values(test::Weights::ordinary, test::Weights::decimals, test::Weights::wild,
                                         test::Weights::integers));

TEST(ForwardBounds, TheLineHoldsAtEveryPoint) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Random random(seed);
        const test::RandomNetwork made = test::random_network(random, test::Weights::ordinary);
        ForwardBounds forward(made.network, all_layers(made.network));
        NetworkBounds start(made.network);
        const Given given(start, {made.box}, false);
        forward.run(given.boxes);
        Row row;
        for (std::size_t v = 0; v < made.network.variable_count(); ++v)
            row.terms.emplace_back(static_cast<std::uint32_t>(v), random.uniform(-1, 1));
        ForwardRow bound;
        forward.lower_bound(row, 0, bound);
        for (int p = 0; p < 5; ++p) {
            const std::vector<Rational> point = test::random_point(random, made.box);
            const std::vector<Rational> values = model::evaluate(made.network, point);
            Rational value = 0;
            for (const auto& [variable, weight] : row.terms) value += Rational(weight) * values[variable];
            Rational line = bound.constant;
            for (std::size_t i = 0; i < point.size(); ++i) {
                const Interval side = made.box[i];
                const double middle = side.lower + (side.upper - side.lower) / 2;
                const double radius = std::max(sub_up(middle, side.lower), sub_up(side.upper, middle));
                if (radius == 0) continue;
                line += Rational(bound.coefficients[i]) * (point[i] - Rational(middle)) / Rational(radius);
            }
            ASSERT_LE(line, value) << "seed " << seed;
        }
    }
}

/// Sixteen boxes give each what it gets alone.
TEST(ForwardBounds, BoxesDoNotMix) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Random random(seed);
        const test::RandomNetwork made = test::random_network(random, test::Weights::ordinary);
        const std::size_t last = made.network.variable_count() - 1;
        ForwardBounds forward(made.network, all_layers(made.network));
        NetworkBounds start(made.network);
        const auto boxes = boxes_inside(random, made.box, 11);
        const Given together(start, boxes, false);
        forward.run(together.boxes);
        std::vector<double> values;
        const Row row{{{static_cast<std::uint32_t>(last), 1.0}}, 0};
        ForwardRow bound;
        for (std::size_t b = 0; b < boxes.size(); ++b) {
            forward.lower_bound(row, b, bound);
            values.push_back(bound.value);
        }
        for (std::size_t b = 0; b < boxes.size(); ++b) {
            const Given alone(start, {boxes[b]}, false);
            forward.run(alone.boxes);
            forward.lower_bound(row, 0, bound);
            EXPECT_NEAR(bound.value, values[b], 1e-9 * (1 + std::fabs(values[b]))) << "seed " << seed;
        }
    }
}

/// Where no neuron is open the bounds are the network's own extremes, up to rounding; so they are on one input's
/// pieces.
TEST(ForwardBounds, ExactWhereNothingIsOpen) {
    std::size_t closed = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        Random random(seed);
        const test::RandomNetwork made = test::random_network(random, test::Weights::ordinary, true);
        ForwardBounds forward(made.network, all_layers(made.network));
        NetworkBounds start(made.network);
        const Given given(start, {made.box}, false);
        forward.run(given.boxes);
        if (forward.result(0).open > 0) continue;
        ++closed;
        const auto last = static_cast<std::uint32_t>(made.network.variable_count() - 1);
        ForwardRow bound;
        forward.lower_bound({{{last, 1.0}}, 0}, 0, bound);
        std::vector<Rational> corner;
        for (std::size_t i = 0; i < made.box.size(); ++i)
            corner.push_back(bound.coefficients[i] > 0 ? made.box[i].lower : made.box[i].upper);
        const double value = to_nearest(model::evaluate(made.network, corner)[last]);
        EXPECT_NEAR(bound.value, value, 1e-9 * (1 + std::fabs(value))) << "seed " << seed;
    }
    EXPECT_GT(closed, 20U);
}

/// tanh and sigmoid: exact values are enclosed by a long double's, with room for its own rounding.
TEST(ForwardBounds, SmoothNeurons) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Random random(seed);
        const bool is_tanh = random.chance(0.5);
        model::Network network;
        const model::LayerId x = network.add_input("x", {2});
        model::LayerId at = x;
        std::vector<std::vector<double>> weights;
        for (int l = 0; l < 3; ++l) {
            model::AffineLayer affine;
            std::vector<double> numbers(l == 0 ? 6 : 9);
            for (double& number : numbers) number = random.uniform(-2, 2);
            weights.push_back(numbers);
            affine.terms.push_back({at, model::DenseMap{3, l == 0 ? 2U : 3U, model::NumberArray(numbers)}});
            affine.bias = model::NumberArray(3);
            at = network.add_activation(
                "s", network.add_affine("a", {3}, std::move(affine)),
                {is_tanh ? model::ActivationKind::tanh : model::ActivationKind::sigmoid, 0, {}, {}});
        }
        ForwardBounds forward(network, all_layers(network));
        const double width = random.uniform(0, 2);
        const std::vector<double> lower = {-width, -0.3};
        const std::vector<double> upper = {width, 0.2};
        const ForwardBox box{lower, upper};
        forward.run({&box, 1});
        for (int p = 0; p < 20; ++p) {
            std::vector<long double> values = {random.uniform(-width, width), random.uniform(-0.3, 0.2)};
            for (const std::vector<double>& numbers : weights) {
                std::vector<long double> next;
                for (std::size_t k = 0; k < 3; ++k) {
                    long double sum = 0;
                    for (std::size_t i = 0; i < values.size(); ++i) sum += numbers[k * values.size() + i] * values[i];
                    next.push_back(is_tanh ? std::tanh(sum) : 1 / (1 + std::exp(-sum)));
                }
                values = std::move(next);
            }
            ForwardRow bound;
            for (std::uint32_t k = 0; k < 3; ++k)
                for (const double sign : {1.0, -1.0}) {
                    const auto variable = static_cast<std::uint32_t>(network.variable_count() - 3 + k);
                    forward.lower_bound({{{variable, sign}}, 0}, 0, bound);
                    ASSERT_LE(bound.value, static_cast<double>(sign * values[k]) + 1e-15) << "seed " << seed;
                    ASSERT_GE(bound.value, -4) << "the bound says something";
                }
        }
    }
}

}  // namespace
}  // namespace sinew::bounds
