// SPDX-License-Identifier: Apache-2.0
#include "train/demands.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew::train {
namespace {

Examples random_examples(Random& random) {
    Examples examples;
    examples.features = 2 + random.below(3);
    for (std::size_t k = 0; k < 2 + random.below(6); ++k) {
        examples.labels.push_back(static_cast<std::uint32_t>(random.below(2)));
        for (std::size_t i = 0; i < examples.features; ++i)
            examples.values.push_back(static_cast<std::int32_t>(random.integer(-4, 4)));
    }
    return examples;
}

Weights random_weights(Random& random, std::size_t features) {
    Weights weights{{{}, {}}};
    for (std::size_t i = 0; i < 2 * features; ++i)
        weights.layers[0].push_back(static_cast<std::int8_t>(random.integer(-1, 1)));
    for (std::size_t j = 0; j < 2; ++j) weights.layers[1].push_back(static_cast<std::int8_t>(random.integer(-1, 1)));
    return weights;
}

/// The first layer's activities and the class.
std::pair<std::vector<bool>, std::uint32_t> behaviour(const Weights& weights, std::span<const std::int32_t> row) {
    const auto sums = sums_of(weights, row);
    std::vector<bool> active;
    for (const std::int64_t sum : sums[0]) active.push_back(sum >= 0);
    return {active, class_of(sums.back())};
}

TEST(Demands, sensitive_features_take_every_value_that_occurs) {
    Random random(7);
    std::size_t robust_count = 0;
    for (int trial = 0; trial < 2000; ++trial) {
        const Examples examples = random_examples(random);
        const Weights weights = random_weights(random, examples.features);
        Robustness robustness;
        robustness.place = static_cast<Robustness::Place>(random.below(2));
        robustness.sensitive = {0};
        if (random.chance(0.3)) robustness.sensitive.push_back(1);
        const std::vector<bool> robust = robust_examples(weights, examples, robustness);
        for (std::size_t k = 0; k < examples.rows(); ++k) {
            const auto own = behaviour(weights, examples.row(k));
            bool stays = true;
            for (std::size_t other = 0; other < examples.rows(); ++other) {
                std::vector<std::int32_t> moved(examples.row(k).begin(), examples.row(k).end());
                for (const std::uint32_t i : robustness.sensitive) moved[i] = examples.row(other)[i];
                const auto there = behaviour(weights, moved);
                const bool first = robustness.place == Robustness::Place::first_layer;
                stays = stays && (first ? there.first == own.first : there.second == own.second);
            }
            EXPECT_EQ(robust[k], stays);
            robust_count += stays ? 1 : 0;
        }
    }
    EXPECT_GT(robust_count, 500U);
}

TEST(Demands, what_does_not_look_is_robust_and_fair) {
    Random random(11);
    std::size_t repaired = 0;
    for (int trial = 0; trial < 500; ++trial) {
        Problem problem;
        problem.examples = random_examples(random);
        problem.architecture.layers = {2, 1};
        problem.robustness.emplace();
        problem.robustness->place = static_cast<Robustness::Place>(random.below(2));
        problem.robustness->epsilons.assign(problem.examples.features, 0);
        problem.robustness->epsilons[0] = 3;
        Robustness fairness = *problem.robustness;
        fairness.epsilons.clear();
        fairness.sensitive = {1};
        fairness.neighbour_of = {0};
        const auto row = problem.examples.row(0);
        fairness.neighbours.assign(row.begin(), row.end());
        fairness.neighbours.back() += 2;
        problem.fairness.push_back(fairness);
        const Weights weights = random_weights(random, problem.examples.features);
        repaired += satisfies(problem, weights) ? 0 : 1;
        const Weights blind = without_guarded_features(problem, weights);
        EXPECT_TRUE(satisfies(problem, blind));
        for (std::size_t i = 2; i + 1 < problem.examples.features; ++i)
            EXPECT_EQ(blind.layers[0][i], weights.layers[0][i]);
        problem.architecture.zero_weights = false;
        EXPECT_EQ(without_guarded_features(problem, weights).layers, weights.layers);
    }
    EXPECT_GT(repaired, 200U);
}

TEST(Demands, neighbours_belong_to_their_examples) {
    const Examples examples{1, 2, {1, -1}, {1, 0}};
    Robustness robustness;
    robustness.neighbours = {2, 1, -3};
    robustness.neighbour_of = {0, 1, 0};
    const Surroundings surroundings(examples, robustness);
    const std::vector<std::vector<std::int32_t>> first{{-3}, {2}};
    EXPECT_EQ(surroundings.points(0), first);
    EXPECT_EQ(surroundings.points(1), (std::vector<std::vector<std::int32_t>>{{1}}));
}

}  // namespace
}  // namespace sinew::train
