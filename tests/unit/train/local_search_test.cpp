// SPDX-License-Identifier: Apache-2.0
// Annealing alone, where the class must stay: it has to count what the demands ask, or it finds little.
#include "train/local_search.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "train/demands.hpp"

namespace sinew::train {
namespace {

/// One hidden layer; so many outputs. The class must stay on balls, at neighbours, or whatever a feature is.
Problem guarded_problem(Random& random, std::size_t outputs) {
    Problem problem;
    problem.architecture.layers = {2, outputs};
    problem.examples.features = 2;
    problem.examples.classes = std::max<std::size_t>(2, outputs);
    problem.objectives = {Objective::max_accuracy};
    const std::size_t rows = 12;
    for (std::size_t k = 0; k < rows; ++k) {
        problem.examples.labels.push_back(static_cast<std::uint32_t>(random.below(problem.examples.classes)));
        for (std::size_t i = 0; i < 2; ++i)
            problem.examples.values.push_back(static_cast<std::int32_t>(random.integer(-5, 5)));
    }
    Robustness robustness;
    robustness.place = Robustness::Place::output;
    robustness.demand = Robustness::Demand::fraction;
    robustness.fraction = Rational(3, 4);
    if (random.chance(0.7)) robustness.epsilon = static_cast<std::int32_t>(1 + random.below(2));
    for (std::uint32_t k = 0; k < rows; k += 3) {
        robustness.neighbour_of.push_back(k);
        for (const std::int32_t value : problem.examples.row(k)) robustness.neighbours.push_back(-value);
    }
    problem.robustness = robustness;
    if (random.chance(0.5)) return problem;
    Robustness fairness;
    fairness.place = Robustness::Place::output;
    fairness.sensitive = {1};
    problem.fairness.push_back(fairness);
    return problem;
}

/// The most examples right by going through all weights that satisfy the demands; -1 if none do.
std::int64_t most_right(const Problem& problem) {
    const std::size_t outputs = problem.architecture.layers[1];
    const std::size_t count = 4 + 2 * outputs;
    std::size_t codes = 1;
    for (std::size_t i = 0; i < count; ++i) codes *= 3;
    std::int64_t best = -1;
    for (std::size_t code = 0; code < codes; ++code) {
        Weights weights{{{}, {}}};
        std::size_t rest = code;
        for (std::size_t i = 0; i < count; ++i, rest /= 3)
            weights.layers[i < 4 ? 0 : 1].push_back(static_cast<std::int8_t>(static_cast<int>(rest % 3) - 1));
        const auto right = static_cast<std::int64_t>(count_right(weights, problem.examples));
        if (right > best && satisfies(problem, weights)) best = right;
    }
    return best;
}

TEST(LocalSearch, counts_examples_whose_class_stays) {
    for (const std::size_t outputs : {std::size_t{1}, std::size_t{2}}) {
        int solvable = 0;
        int reached = 0;
        for (std::uint64_t number = 0; number < 60; ++number) {
            Random random(number + 1);
            const Problem problem = guarded_problem(random, outputs);
            const std::int64_t best = most_right(problem);
            if (best < 0) continue;
            ++solvable;
            Incumbent incumbent(problem, nullptr);
            const Columns columns = columns_of(problem);
            LocalSearch local(problem, columns, number);
            for (int round = 0; round < 3; ++round) local.run(400, {}, Limits(), incumbent);
            reached += incumbent.has_weights() && incumbent.values().front() == best ? 1 : 0;
        }
        EXPECT_GT(solvable, 20);
        EXPECT_GE(20 * reached, 19 * solvable) << reached << " of " << solvable << " with outputs: " << outputs;
    }
}

}  // namespace
}  // namespace sinew::train
