// SPDX-License-Identifier: Apache-2.0
#include "train/exact.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "train/demands.hpp"

namespace sinew::train {
namespace {

/// Up to 12 weights (11 with three values), all kinds of demands and objectives.
Problem random_problem(Random& random) {
    static const std::vector<std::vector<std::size_t>> shapes[] = {
        {{1}, {2}, {1, 1}, {2, 1}, {2, 2}, {1, 2, 1}, {3}}, {{1}, {2}, {2, 1}, {3, 1}, {2, 2, 1}, {2, 3}, {1, 1}}};
    Problem problem;
    problem.architecture.zero_weights = random.chance(0.6);
    problem.architecture.output = random.chance(0.4) ? Output::signs : Output::argmax;
    const auto& choices = shapes[problem.architecture.zero_weights ? 0 : 1];
    const std::size_t most = problem.architecture.zero_weights ? 8 : 12;
    std::size_t weights = most + 1;
    while (weights > most) {
        problem.architecture.layers = choices[random.below(choices.size())];
        problem.examples.features = 1 + random.below(5);
        weights = 0;
        std::size_t below = problem.examples.features;
        for (const std::size_t layer : problem.architecture.layers) {
            weights += below * layer;
            below = layer;
        }
    }
    Examples& examples = problem.examples;
    examples.classes = std::max<std::size_t>(2, problem.architecture.layers.back());
    const std::size_t rows = 1 + random.below(6);
    const bool signs = random.chance(0.5);
    for (std::size_t k = 0; k < rows; ++k) {
        examples.labels.push_back(static_cast<std::uint32_t>(random.below(examples.classes)));
        for (std::size_t i = 0; i < examples.features; ++i)
            examples.values.push_back(
                static_cast<std::int32_t>(signs ? 2 * random.integer(0, 1) - 1 : random.integer(-1, 4)));
    }
    problem.objectives.clear();
    std::vector<Objective> all{Objective::min_weight, Objective::max_margin, Objective::max_accuracy};
    while (problem.objectives.empty() || (!all.empty() && random.chance(0.3))) {
        const std::size_t choice = random.below(all.size());
        problem.objectives.push_back(all[choice]);
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(choice));
    }
    problem.least_right = random.chance(0.2) ? 0 : random.below(rows + 1);
    problem.forbid_perfect = random.chance(0.15);
    if (random.chance(0.3))
        for (std::size_t c = 0; c < examples.classes; ++c) problem.class_weights.push_back(random.integer(1, 4));
    const auto robustness = [&] {
        Robustness demand;
        demand.demand = static_cast<Robustness::Demand>(random.below(3));
        demand.place = static_cast<Robustness::Place>(random.below(2));
        demand.fraction = Rational(static_cast<std::int64_t>(random.below(5)), 4);
        if (random.chance(0.5)) demand.epsilon = 1;
        if (random.chance(0.2))
            for (std::size_t i = 0; i < examples.features; ++i)
                demand.epsilons.push_back(static_cast<std::int32_t>(random.below(3)));
        while (random.chance(0.5)) {
            demand.neighbour_of.push_back(static_cast<std::uint32_t>(random.below(rows)));
            const auto row = examples.row(demand.neighbour_of.back());
            demand.neighbours.insert(demand.neighbours.end(), row.begin(), row.end());
            std::int32_t& changed = demand.neighbours[demand.neighbours.size() - 1 - random.below(examples.features)];
            changed = signs ? -changed : changed + 1;
        }
        if (random.chance(0.3)) demand.sensitive = {static_cast<std::uint32_t>(random.below(examples.features))};
        return demand;
    };
    if (random.chance(0.4)) problem.robustness = robustness();
    if (random.chance(0.2)) problem.fairness.push_back(robustness());
    return problem;
}

/// The best values by going through all weights; nothing if no weights satisfy the demands.
std::vector<std::int64_t> enumerate(const Problem& problem) {
    Weights weights;
    std::size_t below = problem.examples.features;
    for (const std::size_t layer : problem.architecture.layers) {
        weights.layers.emplace_back(below * layer, std::int8_t{-1});
        below = layer;
    }
    const int step = problem.architecture.zero_weights ? 1 : 2;
    std::vector<std::int64_t> best;
    for (bool more = true; more;) {
        if (satisfies(problem, weights)) {
            std::vector<std::int64_t> values = values_of(problem, weights);
            if (best.empty() || is_better(problem, values, best)) best = std::move(values);
        }
        more = false;
        for (auto& layer : weights.layers) {
            for (std::int8_t& weight : layer) {
                if (weight < 1) {
                    weight = static_cast<std::int8_t>(weight + step);
                    more = true;
                    break;
                }
                weight = -1;
            }
            if (more) break;
        }
    }
    return best;
}

/// As many problems as SINEW_TRAIN_PROBLEMS says; the answer must be what enumeration says, by each method.
TEST(Exact, FindsWhatEnumerationFinds) {
    const char* wanted = std::getenv("SINEW_TRAIN_PROBLEMS");
    const int problems = wanted ? std::atoi(wanted) : 300;
    int infeasible = 0;
    for (int number = 0; number < problems; ++number) {
        Random random(static_cast<std::uint64_t>(number) * 7919 + 1);
        const Problem problem = random_problem(random);
        const std::vector<std::int64_t> expected = enumerate(problem);
        ExactOptions options;
        options.enumerate_small = random.chance(0.5);
        options.bound_margins = random.chance(0.5);
        options.separate_outputs = random.chance(0.7);
        options.threads = number % 4 == 0 ? 3 : 1;
        const ExactResult result = train_exactly(problem, options, Limits(20.0, {}, nullptr));
        infeasible += expected.empty() ? 1 : 0;
        if (expected.empty()) {
            ASSERT_EQ(result.outcome, Outcome::unsat) << "problem " << number;
            continue;
        }
        ASSERT_EQ(result.outcome, Outcome::optimum) << "problem " << number;
        ASSERT_EQ(result.values, expected) << "problem " << number << " by " << result.method;
        ASSERT_TRUE(satisfies(problem, result.weights)) << "problem " << number;
        ASSERT_EQ(result.bound, expected.front()) << "problem " << number;
    }
    EXPECT_GT(infeasible, problems / 50);
    EXPECT_LT(infeasible, problems / 2);
}

}  // namespace
}  // namespace sinew::train
