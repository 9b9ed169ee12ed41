// SPDX-License-Identifier: Apache-2.0
#include "sat/solver.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "unit/sat/small_formula.hpp"

namespace sinew::sat {
namespace {

using namespace test;

TEST(Solver, AgreesWithEnumerationAndItsProofHolds) {
    Random random(1);
    int unsat = 0;
    for (int round = 0; round < 3000; ++round) {
        const std::size_t variables = 2 + random.below(9);
        const auto clauses = static_cast<std::size_t>(static_cast<double>(variables) * random.uniform(1.5, 5.5));
        const SmallFormula formula = random_formula(random, variables, clauses, 4);
        NaiveProofCheck proof(formula.clauses);
        Solver solver(hectic_options(random));
        solver.set_tracer(&proof);
        load(solver, formula);
        const Answer result = solver.solve();
        ASSERT_EQ(result == Answer::sat, satisfiable(formula)) << "round " << round;
        ASSERT_EQ(proof.wrong(), 0U) << "round " << round;
        if (result == Answer::sat) {
            ASSERT_TRUE(holds(formula, model_of(solver, variables)));
        } else {
            ASSERT_EQ(result, Answer::unsat);
            ASSERT_TRUE(proof.refuted());
            ASSERT_TRUE(solver.unsat());
            ++unsat;
        }
    }
    EXPECT_GT(unsat, 500);
    EXPECT_LT(unsat, 2500);
}

TEST(Solver, FailedAssumptionsAreACore) {
    Random random(2);
    int failed = 0;
    for (int round = 0; round < 1500; ++round) {
        const SmallFormula formula = random_formula(random, 8, 20 + random.below(14), 3);
        Solver solver(hectic_options(random));
        load(solver, formula);
        for (int question = 0; question < 4; ++question) {
            std::vector<Literal> assumptions;
            for (std::size_t i = random.below(6); i-- > 0;) assumptions.push_back(random_literal(random, 8));
            const Answer result = solver.solve(assumptions);
            ASSERT_EQ(result == Answer::sat, satisfiable(formula, assumptions)) << "round " << round;
            if (result == Answer::sat) {
                const std::uint32_t model = model_of(solver, 8);
                ASSERT_TRUE(holds(formula, model));
                for (const Literal assumption : assumptions) ASSERT_TRUE(holds(assumption, model));
                continue;
            }
            for (const Literal literal : solver.failed_assumptions())
                ASSERT_TRUE(std::find(assumptions.begin(), assumptions.end(), literal) != assumptions.end());
            ASSERT_FALSE(satisfiable(formula, solver.failed_assumptions())) << "round " << round;
            failed += solver.failed_assumptions().empty() ? 0 : 1;
        }
    }
    EXPECT_GT(failed, 500);
}

TEST(Solver, ClausesMayComeBetweenSearches) {
    Random random(3);
    for (int round = 0; round < 800; ++round) {
        SmallFormula formula{9, {}};
        NaiveProofCheck proof({});
        Solver solver(hectic_options(random));
        solver.set_tracer(&proof);
        load(solver, formula);
        for (int step = 0; step < 10; ++step) {
            for (const LiteralClause& clause : random_formula(random, 9, 5, 3).clauses) {
                formula.clauses.push_back(clause);
                proof.add(clause);
                solver.add_clause(clause);
            }
            const bool expected = satisfiable(formula);
            ASSERT_EQ(solver.solve() == Answer::sat, expected) << "round " << round;
            ASSERT_EQ(proof.wrong(), 0U);
            if (!expected) break;
            ASSERT_TRUE(holds(formula, model_of(solver, 9)));
        }
    }
}

TEST(Solver, EmptyClauseAndComplementaryFacts) {
    Solver empty;
    EXPECT_EQ(empty.solve(), Answer::sat);
    EXPECT_FALSE(empty.add_clause(std::span<const Literal>()));
    EXPECT_EQ(empty.solve(), Answer::unsat);

    Solver facts;
    const Literal a(facts.new_variable());
    EXPECT_TRUE(facts.add_clause({a}));
    EXPECT_FALSE(facts.add_clause({~a}));
    EXPECT_FALSE(facts.add_clause({a}));
    EXPECT_EQ(facts.solve(), Answer::unsat);
}

TEST(Solver, AClauseOverUnknownVariablesIsABreach) {
    Solver solver;
    EXPECT_THROW(solver.add_clause({Literal(BoolVar(0))}), ContractBreach);
}

TEST(Solver, LimitsGiveUnknown) {
    // Pigeons: 12 in 11 holes cannot be refuted in 100 conflicts.
    Options options;
    options.conflict_limit = 100;
    Solver solver(options);
    constexpr std::size_t holes = 11;
    std::vector<std::vector<Literal>> sits(holes + 1);
    for (auto& row : sits) {
        for (std::size_t hole = 0; hole < holes; ++hole) row.emplace_back(solver.new_variable());
        solver.add_clause(row);
    }
    for (std::size_t hole = 0; hole < holes; ++hole)
        for (std::size_t p = 0; p <= holes; ++p)
            for (std::size_t q = 0; q < p; ++q) solver.add_clause({~sits[p][hole], ~sits[q][hole]});
    EXPECT_EQ(solver.solve(), Answer::unknown);
    EXPECT_EQ(solver.counters().conflicts, 100U);
    EXPECT_EQ(solver.solve({}, Limits(0.0, {}, nullptr)), Answer::unknown);
}

TEST(Solver, TheSameSeedGivesTheSameRun) {
    Random random(5);
    const SmallFormula formula = random_formula(random, 60, 250, 3);
    Counters counters[2];
    for (Counters& c : counters) {
        Solver solver;
        load(solver, formula);
        solver.solve();
        c = solver.counters();
    }
    EXPECT_EQ(counters[0].ticks, counters[1].ticks);
    EXPECT_EQ(counters[0].conflicts, counters[1].conflicts);
}

TEST(Solver, TurnsOfEffortGoOnWhereTheLastOneStopped) {
    // 8 pigeons in 7 holes, a tenth of a millisecond at a time, twice.
    int turns[2] = {0, 0};
    Counters counters[2];
    for (int run = 0; run < 2; ++run) {
        Solver solver;
        const auto in = [](std::size_t pigeon, std::size_t hole) { return Literal(BoolVar(7 * pigeon + hole)); };
        for (std::size_t v = 0; v < 56; ++v) solver.new_variable();
        for (std::size_t p = 0; p < 8; ++p) {
            LiteralClause somewhere;
            for (std::size_t h = 0; h < 7; ++h) {
                somewhere.push_back(in(p, h));
                for (std::size_t q = 0; q < p; ++q) solver.add_clause({~in(p, h), ~in(q, h)});
            }
            solver.add_clause(somewhere);
        }
        Answer answer = Answer::unknown;
        for (; answer == Answer::unknown && turns[run] < 10'000; ++turns[run])
            answer = solver.solve({}, Limits().within_effort(effort_per_second / 10'000));
        EXPECT_EQ(answer, Answer::unsat);
        counters[run] = solver.counters();
    }
    EXPECT_GT(turns[0], 3);
    EXPECT_EQ(turns[0], turns[1]);
    EXPECT_EQ(counters[0].conflicts, counters[1].conflicts);
    EXPECT_EQ(counters[0].ticks, counters[1].ticks);
}

}  // namespace
}  // namespace sinew::sat
