// SPDX-License-Identifier: Apache-2.0
#include "cardinality/optimizer.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cardinality/minimize.hpp"
#include "unit/cardinality/random_problem.hpp"

namespace sinew::cardinality {

namespace {

Options learning(std::int64_t way) {
    Options options;
    options.learning = way;
    return options;
}

bool holds(const std::vector<bool>& model, Literal literal) {
    return model[literal.variable().index()] != literal.negated();
}

class EveryLearning : public testing::TestWithParam<std::int64_t> {};
INSTANTIATE_TEST_SUITE_P(Ways, EveryLearning, testing::Values(0, 1, 2));

TEST_P(EveryLearning, DecisionsAgreeWithEnumeration) {
    Random random(100 + static_cast<std::uint64_t>(GetParam()));
    std::size_t satisfiable = 0;
    for (int i = 0; i < 1500; ++i) {
        const Problem problem = random_problem(random, 10, false);
        Optimizer optimizer(problem, learning(GetParam()));
        const bool expected = brute_force(problem).has_value();
        const Result result = optimizer.solve();
        ASSERT_EQ(result.outcome, expected ? Outcome::sat : Outcome::unsat) << "case " << i;
        if (expected) {
            ASSERT_TRUE(problem.satisfied_by(result.model)) << "case " << i;
        }
        satisfiable += expected ? 1 : 0;
    }
    EXPECT_GT(satisfiable, 300U);
    EXPECT_LT(satisfiable, 1200U);
}

TEST_P(EveryLearning, SeveralThreadsAgreeWithEnumeration) {
    Random random(600 + static_cast<std::uint64_t>(GetParam()));
    for (int i = 0; i < 150; ++i) {
        const Problem problem = random_problem(random, 10, i % 2 == 0);
        const std::vector<Literal> assumptions =
            i % 3 == 0 ? random_assumptions(random, problem.variable_count()) : std::vector<Literal>();
        const std::optional<std::int64_t> expected = brute_force(problem, assumptions);
        for (const std::size_t threads : {2U, 4U}) {
            Optimizer optimizer(problem, learning(GetParam()), threads);
            const Result result = optimizer.solve(assumptions, {});
            if (!expected) {
                ASSERT_EQ(result.outcome, Outcome::unsat) << "case " << i;
                ASSERT_FALSE(brute_force(problem, result.core)) << "case " << i;
                continue;
            }
            ASSERT_EQ(result.outcome, problem.has_objective() ? Outcome::optimum : Outcome::sat) << "case " << i;
            ASSERT_TRUE(problem.satisfied_by(result.model)) << "case " << i;
            for (const Literal literal : assumptions) ASSERT_TRUE(holds(result.model, literal)) << "case " << i;
            if (problem.has_objective()) {
                ASSERT_EQ(result.value, *expected) << "case " << i;
            }
        }
    }
}

TEST_P(EveryLearning, OptimaAgreeWithEnumeration) {
    Random random(200 + static_cast<std::uint64_t>(GetParam()));
    for (int i = 0; i < 1500; ++i) {
        const Problem problem = random_problem(random, 10, true);
        Options options = learning(GetParam());
        options.bound_share = i % 3 == 0 ? 50 : i % 3 == 1 ? 0 : 100;
        Optimizer optimizer(problem, options);
        const std::optional<std::int64_t> expected = brute_force(problem);
        const Result result = optimizer.solve();
        if (!expected) {
            ASSERT_EQ(result.outcome, Outcome::unsat) << "case " << i;
            continue;
        }
        ASSERT_EQ(result.outcome, Outcome::optimum) << "case " << i;
        ASSERT_EQ(result.value, *expected) << "case " << i;
        ASSERT_EQ(result.bound, *expected) << "case " << i;
        ASSERT_TRUE(problem.satisfied_by(result.model));
        ASSERT_EQ(problem.objective_value(result.model), *expected);
    }
}

TEST_P(EveryLearning, AssumptionsAndCoresAgreeWithEnumeration) {
    Random random(300 + static_cast<std::uint64_t>(GetParam()));
    for (int i = 0; i < 400; ++i) {
        const Problem problem = random_problem(random, 8, i % 4 == 0);
        Optimizer optimizer(problem, learning(GetParam()));
        for (int call = 0; call < 6; ++call) {
            const std::vector<Literal> assumptions = random_assumptions(random, problem.variable_count());
            const Result result = optimizer.solve(assumptions, {});
            const std::optional<std::int64_t> expected = brute_force(problem, assumptions);
            if (expected) {
                ASSERT_EQ(result.outcome, problem.has_objective() ? Outcome::optimum : Outcome::sat) << "case " << i;
                ASSERT_TRUE(problem.satisfied_by(result.model));
                for (const Literal l : assumptions) ASSERT_TRUE(holds(result.model, l));
                if (problem.has_objective()) {
                    ASSERT_EQ(result.value, *expected);
                }
                continue;
            }
            ASSERT_EQ(result.outcome, Outcome::unsat) << "case " << i;
            for (const Literal l : result.core)
                ASSERT_NE(std::find(assumptions.begin(), assumptions.end(), l), assumptions.end());
            ASSERT_FALSE(brute_force(problem, result.core)) << "a core is excluded, case " << i;
        }
    }
}

TEST_P(EveryLearning, ConstraintsCanBeAddedBetweenCalls) {
    Random random(400 + static_cast<std::uint64_t>(GetParam()));
    for (int i = 0; i < 200; ++i) {
        Problem problem;
        problem.new_variables(8);
        Optimizer optimizer(problem, learning(GetParam()));
        for (int call = 0; call < 12; ++call) {
            const std::vector<Term> terms = random_terms(random, 8, 3);
            const std::int64_t bound = random.integer(-2, 3);
            if (random.chance(0.5)) {
                optimizer.problem().add_at_least(terms, bound);
            } else {
                const Literal output(BoolVar(random.below(8)), random.chance(0.5));
                optimizer.problem().add_reified(output, terms, bound);
            }
            const bool expected = brute_force(optimizer.problem()).has_value();
            ASSERT_EQ(optimizer.solve().outcome, expected ? Outcome::sat : Outcome::unsat) << i << " " << call;
        }
    }
}

/// n + 1 pigeons in n holes: exponential for clauses, a handful of steps for cutting planes.
Problem pigeons(std::size_t holes) {
    Problem problem;
    problem.new_variables(holes * (holes + 1));
    const auto in = [&](std::size_t pigeon, std::size_t hole) { return Literal(BoolVar(pigeon * holes + hole)); };
    for (std::size_t p = 0; p <= holes; ++p) {
        std::vector<Literal> somewhere;
        for (std::size_t h = 0; h < holes; ++h) somewhere.push_back(in(p, h));
        problem.add_clause(somewhere);
    }
    for (std::size_t h = 0; h < holes; ++h) {
        std::vector<Term> one;
        for (std::size_t p = 0; p <= holes; ++p) one.push_back({1, in(p, h)});
        problem.add_at_most(one, 1);
    }
    return problem;
}

TEST(Optimizer, CuttingPlanesRefutePigeonHoles) {
    Options options = learning(1);
    options.conflict_limit = 5000;
    Optimizer optimizer(pigeons(20), options);
    EXPECT_EQ(optimizer.solve().outcome, Outcome::unsat);
}

double figure(const Statistics& statistics, std::string_view name) {
    for (const auto& [known, value] : statistics.figures())
        if (known == name) return value;
    return -1;
}

TEST(Optimizer, TurnsOfEffortGoOnWhereTheLastOneStopped) {
    Options options;
    options.learning = 0;
    int turns[2] = {0, 0};
    double conflicts[2] = {0, 0};
    for (int run = 0; run < 2; ++run) {
        Optimizer optimizer(pigeons(7), options);
        Outcome outcome = Outcome::unknown;
        for (; outcome == Outcome::unknown && turns[run] < 10'000; ++turns[run])
            outcome = optimizer.solve(Limits().within_effort(effort_per_second / 500)).outcome;
        EXPECT_EQ(outcome, Outcome::unsat);
        conflicts[run] = figure(optimizer.statistics(), "pb_conflicts");
    }
    EXPECT_GT(turns[0], 3);
    EXPECT_EQ(turns[0], turns[1]);
    EXPECT_EQ(conflicts[0], conflicts[1]);
}

TEST(Optimizer, TheMeasuredChoiceFindsCuttingPlanesOnPigeonHoles) {
    Options options;
    options.conflict_limit = 200000;
    Optimizer optimizer(pigeons(12), options);
    EXPECT_EQ(optimizer.solve().outcome, Outcome::unsat);
}

/// Trials whose budget allows everything have nothing above them.
TEST(Minimizer, TrialsFromBelowRefuteWhatHasNoSolution) {
    Problem problem = pigeons(4);
    std::vector<Term> all;
    for (std::size_t v = 0; v < problem.variable_count(); ++v) all.push_back({3, Literal(BoolVar(v))});
    problem.set_objective(all);
    const Options options = learning(0);
    const Hints hints;
    Minimizer minimizer(problem, options, hints, {}, Minimizer::Ways::below);
    EXPECT_EQ(minimizer.run(Limits().within(5), nullptr).outcome, Outcome::unsat);
}

TEST(Optimizer, ALimitLeavesASolutionAndABound) {
    // A knapsack with many equal solutions, stopped early.
    Random random(7);
    Problem problem;
    problem.new_variables(60);
    std::vector<Term> value;
    for (int row = 0; row < 8; ++row) {
        std::vector<Term> weight;
        for (std::size_t v = 0; v < 60; ++v) weight.push_back({random.integer(1, 100), Literal(BoolVar(v))});
        problem.add_at_most(weight, 1500);
    }
    for (std::size_t v = 0; v < 60; ++v) value.push_back({-random.integer(1, 100), Literal(BoolVar(v))});
    problem.set_objective(value);
    Options options;
    options.conflict_limit = 3000;
    Optimizer optimizer(problem, options);
    struct Hearing : Listener {
        void improved(std::int64_t value, const std::vector<bool>&) override {
            EXPECT_LT(value, last);
            last = value;
        }
        void bound_raised(std::int64_t bound) override {
            EXPECT_GT(bound, lowest);
            lowest = bound;
        }
        std::int64_t last = 1 << 20;
        std::int64_t lowest = -(1 << 20);
    } hearing;
    const Result result = optimizer.solve({}, &hearing);
    ASSERT_EQ(result.outcome, Outcome::feasible);
    EXPECT_EQ(result.value, hearing.last);
    EXPECT_LT(result.bound, result.value);
    EXPECT_EQ(problem.objective_value(result.model), result.value);
}

TEST(Optimizer, ASuggestedSolutionIsTakenAtItsWord) {
    Problem problem;
    problem.new_variables(3);
    problem.add_clause({Literal(BoolVar(0)), Literal(BoolVar(1)), Literal(BoolVar(2))});
    Optimizer optimizer(problem);
    optimizer.suggest_solution({true, false, true});
    EXPECT_EQ(optimizer.solve().model, (std::vector<bool>{true, false, true}));
}

TEST(Optimizer, AHintThatIsWrongDoesNoHarm) {
    Problem problem;
    problem.new_variables(3);
    problem.add_clause({Literal(BoolVar(0)), Literal(BoolVar(1)), Literal(BoolVar(2))});
    const std::vector<Term> sum{{3, Literal(BoolVar(0))}, {2, Literal(BoolVar(1))}, {4, Literal(BoolVar(2))}};
    problem.set_objective(sum);
    Optimizer optimizer(problem);
    optimizer.suggest_solution({false, false, false});
    optimizer.prefer_decision(BoolVar(2), 5);
    const Result result = optimizer.solve();
    EXPECT_EQ(result.outcome, Outcome::optimum);
    EXPECT_EQ(result.value, 2);
}

TEST(Optimizer, WhatIsUnknownIsRefused) {
    Problem problem;
    problem.new_variable();
    EXPECT_THROW(problem.add_clause({Literal(BoolVar(1))}), UsageError);
    EXPECT_THROW(problem.add_clause({Literal()}), UsageError);
    const std::vector<Term> large{{largest_sum, Literal(BoolVar(0))}, {1, Literal(BoolVar(0))}};
    EXPECT_THROW(problem.add_at_least(large, 0), UsageError);
    EXPECT_THROW(problem.set_objective(large), UsageError);
    EXPECT_THROW(problem.add_at_least({}, largest_sum + 1), UsageError);
}

}  // namespace

}  // namespace sinew::cardinality
