// SPDX-License-Identifier: Apache-2.0
// Neighbourhoods: after a pass no first neuron can be exchanged for a better one; detectors classify.
#include "train/neighbourhoods.hpp"

#include <gtest/gtest.h>

#include "train/demands.hpp"
#include "train/local_search.hpp"

namespace sinew::train {
namespace {

Problem random_problem(Random& random, Objective objective) {
    Problem problem;
    problem.architecture.output = random.chance(0.5) ? Output::signs : Output::argmax;
    problem.architecture.layers =
        random.chance(0.5) ? std::vector<std::size_t>{3, 3} : std::vector<std::size_t>{3, 2, 3};
    problem.objectives = {objective};
    Examples& examples = problem.examples;
    examples.features = 4;
    examples.classes = 3;
    const std::size_t rows = 3 + random.below(4);
    for (std::size_t k = 0; k < rows; ++k) {
        examples.labels.push_back(static_cast<std::uint32_t>(k % 3));
        for (std::size_t i = 0; i < examples.features; ++i)
            examples.values.push_back(static_cast<std::int32_t>(random.integer(0, 5)));
    }
    problem.least_right = rows;
    if (random.chance(0.3)) {
        problem.robustness.emplace();
        problem.robustness->epsilon = 1;
    }
    return problem;
}

/// The best value with one first neuron in place of another.
std::int64_t best_exchange(const Problem& problem, const Weights& weights) {
    std::int64_t best = values_of(problem, weights).front();
    const std::size_t features = problem.examples.features;
    for (std::size_t j = 0; j < problem.architecture.layers[0]; ++j) {
        Weights other = weights;
        const std::span<std::int8_t> row = std::span(other.layers[0]).subspan(j * features, features);
        std::ranges::fill(row, std::int8_t{-1});
        for (std::size_t i = 0; i < features;) {
            if (satisfies(problem, other) &&
                is_better(problem, values_of(problem, other), std::vector<std::int64_t>{best}))
                best = values_of(problem, other).front();
            for (i = 0; i < features && row[i] == 1; ++i) row[i] = -1;
            if (i < features) {
                ++row[i];
                i = 0;
            }
        }
    }
    return best;
}

/// Weights that satisfy the problem, by annealing that does not look at its objective; none: empty.
Weights some_weights(Problem problem, const Columns& columns, std::uint64_t seed) {
    problem.objectives = {Objective::max_accuracy};
    LocalSearch search(problem, columns, seed);
    Incumbent found(problem, nullptr);
    for (int run = 0; run < 5 && !found.has_weights(); ++run) search.run(300, {}, {}, found);
    return found.weights();
}

TEST(Neighbourhoods, LeaveNoLighterNeuron) {
    int improved = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Random random(seed);
        Problem problem = random_problem(random, Objective::min_weight);
        const bool guarded = problem.robustness.has_value();
        const Columns columns = columns_of(problem);
        Incumbent best(problem, nullptr);
        best.offer(some_weights(problem, columns, seed));
        if (!best.has_weights()) continue;
        const std::int64_t before = best.values().front();
        Neighbourhoods neighbourhoods(problem, columns, seed);
        std::uint64_t taken = 0;
        do {
            taken = best.improvements();
            neighbourhoods.run(1'000'000, {}, best);
        } while (best.improvements() > taken);
        improved += best.values().front() < before ? 1 : 0;
        EXPECT_LE(best.values().front(), before);
        // With robustness a neuron keeps its activity at all examples, so that not all exchanges are looked at.
        if (!guarded) {
            EXPECT_EQ(best.values().front(), best_exchange(problem, best.weights())) << seed;
        }
    }
    EXPECT_GT(improved, 10);
}

TEST(Neighbourhoods, WidenMargins) {
    int improved = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Random random(seed);
        const Problem problem = random_problem(random, Objective::max_margin);
        const Columns columns = columns_of(problem);
        Incumbent best(problem, nullptr);
        best.offer(some_weights(problem, columns, seed));
        if (!best.has_weights()) continue;
        const std::int64_t before = best.values().front();
        Neighbourhoods(problem, columns, seed).run(1'000'000, {}, best);
        EXPECT_GE(best.values().front(), before);
        improved += best.values().front() > before ? 1 : 0;
    }
    EXPECT_GT(improved, 5);
}

TEST(Detectors, AreANetworkOfANeuronAClass) {
    int found = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        Random random(seed);
        Problem problem = random_problem(random, Objective::min_weight);
        if (problem.architecture.layers.size() == 3) problem.architecture.layers[1] = 3;
        ASSERT_TRUE(Detectors::apply_to(problem));
        Incumbent best(problem, nullptr);
        Detectors(problem, seed, {}).run(2000, 1000, {}, best);
        if (!best.has_weights()) continue;
        ++found;
        EXPECT_TRUE(satisfies(problem, best.weights())) << seed;
        for (std::size_t l = 1; l < best.weights().layers.size(); ++l)
            EXPECT_EQ(weights_used({{best.weights().layers[l]}}), problem.architecture.output == Output::signs ? 3 : 2);
    }
    EXPECT_GT(found, 10);
    Problem narrow;
    narrow.architecture.layers = {1, 3};
    EXPECT_FALSE(Detectors::apply_to(narrow));
}

}  // namespace
}  // namespace sinew::train
