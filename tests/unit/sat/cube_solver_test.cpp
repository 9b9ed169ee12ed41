// SPDX-License-Identifier: Apache-2.0
// Several solvers that share a question: the same answers as one, whatever is split and shared.
#include "sat/cube_solver.hpp"

#include <gtest/gtest.h>

#include "unit/sat/small_formula.hpp"

namespace sinew::sat {
namespace {

using namespace test;

/// Looks at the others after every conflict.
constexpr Effort hectic = 1;

struct Together {
    Together(const SmallFormula& formula, std::size_t threads, Random& random) {
        for (std::size_t t = 0; t < threads; ++t) add(formula, hectic_options(random));
    }
    Together(const SmallFormula& formula, std::size_t threads) {
        for (std::size_t t = 0; t < threads; ++t) add(formula, {});
    }
    void add(const SmallFormula& formula, const Options& options) {
        solvers.push_back(std::make_unique<Solver>(options));
        load(*solvers.back(), formula);
    }
    std::unique_ptr<CubesOfSolvers> cubes(std::size_t variables, std::span<const Literal> assumptions = {}) {
        auto made = std::make_unique<CubesOfSolvers>(assumptions, hectic);
        for (const auto& solver : solvers) made->add(*solver, variables);
        return made;
    }
    std::vector<std::unique_ptr<Solver>> solvers;
};

double figure(const CubesOfSolvers& cubes, std::string_view name) {
    Statistics statistics;
    cubes.report(statistics);
    for (const auto& [known, value] : statistics.figures())
        if (known == name) return value;
    return -1;
}

TEST(CubesOfSolvers, agree_with_enumeration) {
    Random random(71);
    int unsat = 0;
    for (int round = 0; round < 300; ++round) {
        const SmallFormula formula = random_formula(random, 12, 20 + random.below(30), 3);
        const bool expected = satisfiable(formula);
        unsat += expected ? 0 : 1;
        for (const std::size_t threads : {1U, 2U, 4U}) {
            Together together(formula, threads, random);
            const auto cubes = together.cubes(formula.variables);
            const Answer answer = cubes->run({});
            ASSERT_EQ(answer, expected ? Answer::sat : Answer::unsat) << "round " << round << ", " << threads;
            if (answer == Answer::sat) {
                ASSERT_TRUE(holds(formula, model_of(*together.solvers[cubes->winner()], formula.variables)));
            }
        }
    }
    EXPECT_GT(unsat, 50);
    EXPECT_LT(unsat, 250);
}

TEST(CubesOfSolvers, failed_assumptions_are_a_core) {
    Random random(72);
    int failed = 0;
    for (int round = 0; round < 200; ++round) {
        const SmallFormula formula = random_formula(random, 10, 20 + random.below(14), 3);
        std::vector<Literal> assumptions;
        for (std::size_t i = random.below(5); i-- > 0;) assumptions.push_back(random_literal(random, 10));
        for (const std::size_t threads : {2U, 3U}) {
            Together together(formula, threads, random);
            const auto cubes = together.cubes(formula.variables, assumptions);
            const Answer answer = cubes->run({});
            ASSERT_EQ(answer == Answer::sat, satisfiable(formula, assumptions)) << "round " << round;
            if (answer == Answer::sat) continue;
            const std::vector<Literal> core = cubes->failed_assumptions();
            for (const Literal literal : core)
                ASSERT_TRUE(std::find(assumptions.begin(), assumptions.end(), literal) != assumptions.end());
            ASSERT_FALSE(satisfiable(formula, core)) << "round " << round;
            failed += core.empty() ? 0 : 1;
        }
    }
    EXPECT_GT(failed, 50);
}

/// Clauses of three different variables, about as many as leave either answer open.
SmallFormula hard_formula(Random& random, std::size_t variables) {
    SmallFormula formula{variables, {}};
    for (std::size_t c = 0; c < 426 * variables / 100; ++c) {
        LiteralClause clause;
        while (clause.size() < 3) {
            const Literal literal = random_literal(random, variables);
            const auto same = [&](Literal other) { return other.variable() == literal.variable(); };
            if (std::none_of(clause.begin(), clause.end(), same)) clause.push_back(literal);
        }
        formula.clauses.push_back(clause);
    }
    return formula;
}

TEST(CubesOfSolvers, split_share_pause_and_go_on) {
    Random random(73);
    double splits = 0;
    double shared = 0;
    int unsat = 0;
    for (int round = 0; round < 8; ++round) {
        const SmallFormula formula = hard_formula(random, 160);
        Together alone(formula, 1);
        const Answer expected = alone.solvers[0]->solve();
        unsat += expected == Answer::unsat ? 1 : 0;
        for (const std::size_t threads : {2U, 4U}) {
            Together together(formula, threads);
            const auto cubes = together.cubes(formula.variables);
            Answer answer = Answer::unknown;
            int turns = 0;
            // In turns of so much effort, or so many conflicts.
            while (answer == Answer::unknown && ++turns < 100000)
                answer = turns % 2 == 0 ? cubes->run(Limits().within_effort(400000)) : cubes->run({}, 200);
            ASSERT_EQ(answer, expected) << "round " << round;
            splits += figure(*cubes, "cube_splits");
            shared += figure(*cubes, "clauses_shared");
        }
    }
    EXPECT_GT(unsat, 1);
    EXPECT_GT(splits, 20);
    EXPECT_GT(shared, 20);
}

TEST(CubesOfSolvers, an_interrupt_ends_all) {
    Random random(74);
    // Pigeons: too hard for resolution.
    constexpr std::size_t holes = 11;
    SmallFormula formula{(holes + 1) * holes, {}};
    const auto in = [](std::size_t pigeon, std::size_t hole) { return Literal(BoolVar(pigeon * holes + hole)); };
    for (std::size_t p = 0; p <= holes; ++p) {
        LiteralClause clause;
        for (std::size_t h = 0; h < holes; ++h) clause.push_back(in(p, h));
        formula.clauses.push_back(clause);
        for (std::size_t q = 0; q < p; ++q)
            for (std::size_t h = 0; h < holes; ++h) formula.clauses.push_back({~in(p, h), ~in(q, h)});
    }
    Together together(formula, 3, random);
    const auto cubes = together.cubes(formula.variables);
    EXPECT_EQ(cubes->run(Limits(0.2, std::nullopt, nullptr)), Answer::unknown);
    std::atomic<bool> interrupt{true};
    EXPECT_EQ(cubes->run(Limits(std::nullopt, std::nullopt, &interrupt)), Answer::unknown);
}

}  // namespace
}  // namespace sinew::sat
