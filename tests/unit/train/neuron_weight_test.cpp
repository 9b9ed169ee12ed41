// SPDX-License-Identifier: Apache-2.0
// The neuron of least weight: as enumeration finds it, in one call or in many.
#include "train/neuron_weight.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "train/exact.hpp"
#include "train/separate_outputs.hpp"

namespace sinew::train {
namespace {

/// Examples at random places, some of features that are never negative, with a ball around each or not.
Problem random_weight_problem(Random& random) {
    Problem problem;
    problem.architecture.layers = {1};
    problem.examples.features = 1 + random.below(7);
    const std::size_t rows = 1 + random.below(8);
    const std::int32_t least = random.chance(0.5) ? 0 : -5;
    const std::int32_t most = random.chance(0.2) ? 100'000 : 6;  // ranks by table, or by bisection
    for (std::size_t k = 0; k < rows; ++k) {
        problem.examples.labels.push_back(static_cast<std::uint32_t>(random.below(2)));
        for (std::size_t i = 0; i < problem.examples.features; ++i)
            problem.examples.values.push_back(static_cast<std::int32_t>(random.integer(least, most)));
    }
    problem.least_right = rows;
    if (random.chance(0.3)) {
        problem.robustness.emplace();
        problem.robustness->epsilon = 1;
    }
    return problem;
}

/// -1: there is none.
std::int64_t least_weight(const Problem& problem) {
    std::int64_t best = -1;
    Weights weights{{std::vector<std::int8_t>(problem.examples.features, -1)}};
    std::vector<std::int8_t>& row = weights.layers[0];
    while (true) {
        const std::int64_t used = weights_used(weights);
        if ((best < 0 || used < best) && satisfies(problem, weights)) best = used;
        std::size_t i = 0;
        while (i < row.size() && row[i] == 1) row[i++] = -1;
        if (i == row.size()) return best;
        ++row[i];
    }
}

TEST(NeuronWeight, IsWhatEnumerationFinds) {
    int found = 0;
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
        Random random(seed);
        const Problem problem = random_weight_problem(random);
        const Columns columns = columns_of(problem);
        const std::int64_t expected = least_weight(problem);
        const std::vector<std::int8_t> signs = signs_of_output(problem, columns, 0);
        if (signs.empty()) {
            EXPECT_EQ(expected, -1) << seed;
            continue;
        }
        NeuronWeight search(columns, signs);
        std::uint64_t nodes = random.chance(0.5) ? 1'000'000 : 1;  // at once, or bit by bit
        for (int call = 0; call < 40 && search.weights().empty(); ++call, nodes += 1 + nodes / 2)
            search.search(10, nodes, {});
        if (expected < 0) {
            EXPECT_TRUE(search.weights().empty()) << seed;
            EXPECT_EQ(search.bound(), 10) << seed;
            continue;
        }
        ++found;
        EXPECT_EQ(search.bound(), expected) << seed;
        EXPECT_TRUE(satisfies(problem, {{search.weights()}})) << seed;
        EXPECT_EQ(weights_used({{search.weights()}}), expected) << seed;
    }
    EXPECT_GT(found, 300);
}

TEST(NeuronWeight, StopsBelowAWeight) {
    Problem problem;
    problem.architecture.layers = {1};
    problem.examples = {3, 2, {-1, 2, 2, 2, -1, 2, 2, 2, -1}, {1, 1, 1}};
    const Columns columns = columns_of(problem);
    NeuronWeight search(columns, std::vector<std::int8_t>{-1, -1, -1});
    search.search(2, 1000, {});
    EXPECT_EQ(search.bound(), 2);
    EXPECT_TRUE(search.weights().empty());
    search.search(3, 1000, {});
    EXPECT_EQ(search.bound(), 2);
    EXPECT_EQ(search.weights().size(), 3U);
}

/// Outputs one by one prove what the engine proves of all together.
TEST(SeparateOutputs, AreTheWhole) {
    int solved = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Random random(seed + 5);
        Problem problem = random_weight_problem(random);
        problem.architecture.layers = {3};
        problem.architecture.output = Output::signs;
        problem.examples.classes = 3;
        problem.objectives = {random.chance(0.5) ? Objective::min_weight : Objective::max_margin};
        if (problem.examples.features > 4) continue;
        for (std::uint32_t& label : problem.examples.labels) label = static_cast<std::uint32_t>(random.below(3));
        ExactOptions whole;
        whole.separate_outputs = false;
        const ExactResult right = train_exactly(problem, whole, Limits(20.0, {}, nullptr));
        if (right.outcome == Outcome::unsat) continue;
        ExactOptions apart;
        apart.engine = false;
        const ExactResult left = train_exactly(problem, apart, Limits(5.0, {}, nullptr));
        ++solved;
        EXPECT_EQ(left.outcome, Outcome::optimum) << seed;
        EXPECT_EQ(left.values, right.values) << seed;
        EXPECT_EQ(left.method, "outputs one by one") << seed;
    }
    EXPECT_GT(solved, 3);
}

TEST(SeparateOutputs, LeaveLargeProblemsAlone) {
    Problem problem;
    problem.architecture.layers = {10};
    problem.architecture.output = Output::signs;
    problem.examples.features = 2000;
    problem.examples.classes = 10;
    for (std::uint32_t k = 0; k < 600; ++k) {
        problem.examples.labels.push_back(k % 10);
        for (std::uint32_t i = 0; i < problem.examples.features; ++i) problem.examples.values.push_back(i == k ? 1 : 0);
    }
    problem.least_right = 600;
    EXPECT_FALSE(has_separate_outputs(problem, columns_of(problem)));
    problem.examples.labels.resize(100);
    problem.examples.values.resize(100 * problem.examples.features);
    problem.least_right = 100;
    EXPECT_TRUE(has_separate_outputs(problem, columns_of(problem)));
}

}  // namespace
}  // namespace sinew::train
