// SPDX-License-Identifier: Apache-2.0
#include "bounds/pencil_lanes.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "unit/bounds/sampled_bounds.hpp"

namespace sinew::bounds {
namespace {

TEST(PencilLanes, NoSampledValueLiesOutsideOfABoundOfAnyNetwork) {
    Random random(71);
    test::SampledChecks checks;
    for (int trial = 0; trial < 200; ++trial) test::check_network(random, 700, checks);
    EXPECT_EQ(checks.broken, 0U);
    EXPECT_GT(checks.points, 100'000U);
    EXPECT_GT(checks.compared, 2'000'000U);
    EXPECT_GT(checks.finite, 3000U);
}

test::RandomNetwork smooth_network(Random& random) {
    test::RandomNetwork example;
    do {
        example = test::random_network(random, test::Weights::ordinary, false, true);
    } while (!model::is_smooth(example.network));
    return example;
}

RelaxedNetwork relaxed(const test::RandomNetwork& example) {
    std::vector<double> lower;
    std::vector<double> upper;
    for (const Interval& side : example.box) {
        lower.push_back(side.lower);
        upper.push_back(side.upper);
    }
    return RelaxedNetwork(example.network, lower, upper);
}

/// A split beyond what is proven of the neuron leaves nothing.
TEST(PencilLanes, AnEmptyRegionHasAnInfiniteBound) {
    Random random(73);
    int empty = 0;
    for (int trial = 0; trial < 40; ++trial) {
        const test::RandomNetwork example = smooth_network(random);
        const RelaxedNetwork network = relaxed(example);
        const LinearForm output(Variable(example.network.variable_count() - 1));
        for (const std::uint32_t neuron : network.unstable()) {
            if (network.layer_of(neuron).is_relu || !network.relaxation(network.layer_of(neuron)).continuous())
                continue;
            const std::size_t pre = network.pre_variable(neuron);
            const std::vector<NeuronSplit> apart = {{neuron, true, network.upper(pre) + 1}};
            const std::vector<NeuronSplit> whole = {{neuron, false, network.upper(pre)}};
            RelaxedLanes problem(network);
            problem.set(0, Objective(output), apart);
            problem.set(1, Objective(output), whole);
            problem.bound();
            EXPECT_LT(problem.bounds()[1], infinity);
            if (problem.bounds()[0] == infinity) ++empty;  // else the output does not depend on the neuron
        }
    }
    EXPECT_GT(empty, 10);
}

/// What splits and ascent are for: bounds of a tanh network come nearer to its least value.
TEST(PencilLanes, AscentAndSplitsImproveBoundsOfSmoothNetworks) {
    Random random(74);
    double plain = 0;
    double ascended = 0;
    double split = 0;
    for (int trial = 0; trial < 160; ++trial) {
        const test::RandomNetwork example = smooth_network(random);
        const RelaxedNetwork network = relaxed(example);
        const Objective objective(LinearForm(Variable(example.network.variable_count() - 1)));
        RelaxedLanes problem(network);
        const std::vector<double> never(lanes, 1e300);
        problem.set(0, objective);
        problem.bound();
        plain += problem.bounds()[0];
        problem.optimise(30, 0.2, 0.97, never);
        ascended += problem.best()[0];
        if (network.unstable().empty()) {
            split += problem.best()[0];
            continue;
        }
        // All combinations of sides of up to four neurons.
        const std::size_t count = std::min<std::size_t>(4, network.unstable().size());
        problem.clear();
        std::vector<std::vector<NeuronSplit>> sides(lanes);
        for (std::size_t j = 0; j < lanes; ++j) {
            for (std::size_t n = 0; n < count; ++n) {
                const std::uint32_t neuron = network.unstable()[n];
                if (!network.layer_of(neuron).is_relu && !network.relaxation(network.layer_of(neuron)).continuous())
                    continue;
                const std::size_t pre = network.pre_variable(neuron);
                sides[j].push_back(
                    {neuron, (j >> n & 1U) != 0, network.split_point(neuron, network.lower(pre), network.upper(pre))});
            }
            problem.set(j, objective, sides[j]);
        }
        problem.optimise(30, 0.2, 0.97, never);
        split += *std::min_element(problem.best().begin(), problem.best().end());
    }
    EXPECT_GT(ascended, plain + 1);
    EXPECT_GT(split, ascended + 0.5);
}

}  // namespace
}  // namespace sinew::bounds
