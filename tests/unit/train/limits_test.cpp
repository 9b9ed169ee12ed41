// SPDX-License-Identifier: Apache-2.0
// Limits of training on problems too large for some of its methods: CPU time is measured, for machines are busy.
#include <atomic>
#include <ctime>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "train/columns.hpp"
#include "train/encode.hpp"
#include "train/exact.hpp"

namespace sinew::train {
namespace {

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

struct Posed {
    Problem problem;
    Weights solution;
};

/// Random rows with the classes that a random network without zeros gives them.
Posed large_problem(std::size_t rows, std::size_t features) {
    Random random(7);
    Posed posed;
    Problem& problem = posed.problem;
    problem.architecture.layers = {16, 10};
    problem.examples.features = features;
    problem.examples.classes = 10;
    std::size_t below = features;
    for (const std::size_t layer : problem.architecture.layers) {
        auto& weights = posed.solution.layers.emplace_back();
        for (std::size_t w = 0; w < layer * below; ++w)
            weights.push_back(static_cast<std::int8_t>(2 * random.integer(0, 1) - 1));
        below = layer;
    }
    for (std::size_t k = 0; k < rows; ++k) {
        for (std::size_t i = 0; i < features; ++i)
            problem.examples.values.push_back(static_cast<std::int32_t>(random.integer(-100, 100)));
        problem.examples.labels.push_back(0);
        problem.examples.labels.back() = class_of(sums_of(posed.solution, problem.examples.row(k)).back());
    }
    problem.least_right = count_right(posed.solution, problem.examples);
    return posed;
}

/// A long objective over many rows: the engine's budget once cost ten seconds and gigabytes here.
TEST(Limits, TimeIsKeptWithASolutionInHand) {
    const Posed posed = large_problem(100, 400);
    ExactOptions options;
    options.warm_start = posed.solution;
    const double begin = cpu_seconds();
    const ExactResult result = train_exactly(posed.problem, options, Limits(2, std::nullopt, nullptr));
    EXPECT_LT(cpu_seconds() - begin, 5);
    EXPECT_EQ(result.outcome, Outcome::feasible);
    EXPECT_EQ(result.stopped, StopReason::timeout);
    EXPECT_TRUE(result.notes.empty());
}

TEST(Limits, WhatIsTooLargeForTheEngineIsSaid) {
    const Posed posed = large_problem(2000, 400);
    const double begin = cpu_seconds();
    const ExactResult result = train_exactly(posed.problem, {}, Limits(0.5, std::nullopt, nullptr));
    EXPECT_LT(cpu_seconds() - begin, 4);
    EXPECT_EQ(result.outcome, Outcome::unknown);
    EXPECT_EQ(result.stopped, StopReason::timeout);
    ASSERT_EQ(result.notes.size(), 1);
    EXPECT_NE(result.notes[0].find("pseudo-Boolean engine"), std::string::npos);
}

TEST(Limits, AnInterruptStopsEveryStep) {
    const Posed posed = large_problem(200, 100);
    const std::atomic<bool> interrupt = true;
    const Limits limits(std::nullopt, std::nullopt, &interrupt);
    EXPECT_FALSE(columns_of(posed.problem, limits).is_complete);
    const Columns columns = columns_of(posed.problem);
    EXPECT_TRUE(columns.is_complete);
    EXPECT_FALSE(TrainingFormula(posed.problem, columns, {}, {}, limits).is_complete());
    const ExactResult nothing = train_exactly(posed.problem, {}, limits);
    EXPECT_EQ(nothing.outcome, Outcome::unknown);
    EXPECT_EQ(nothing.stopped, StopReason::interrupted);
    ExactOptions options;
    options.warm_start = posed.solution;
    EXPECT_EQ(train_exactly(posed.problem, options, limits).outcome, Outcome::feasible);
}

/// The estimate stands for what is built.
TEST(Limits, TermsAreEstimated) {
    Posed posed = large_problem(60, 50);
    for (const Objective objective : {Objective::min_weight, Objective::max_margin}) {
        posed.problem.objectives = {objective};
        const Columns columns = columns_of(posed.problem);
        const TrainingFormula encoding(posed.problem, columns, {});
        double built = 0;
        for (std::size_t r = 0; r < encoding.formula().linear_count(); ++r)
            built += static_cast<double>(encoding.formula().linear(r).terms.size());
        for (std::size_t c = 0; c < encoding.formula().clause_count(); ++c)
            built += static_cast<double>(encoding.formula().clause(c).size());
        EXPECT_LT(built, 2 * encoded_terms(posed.problem, columns));
        EXPECT_GT(built, encoded_terms(posed.problem, columns) / 2);
    }
}

}  // namespace
}  // namespace sinew::train
