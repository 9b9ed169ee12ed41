// SPDX-License-Identifier: Apache-2.0
// Small networks of threshold neurons over bits: the least number (or price) of flipped bits that changes the output.
#include "cardinality/budget.hpp"

#include <gtest/gtest.h>

#include "cardinality/load.hpp"
#include "cardinality/optimizer.hpp"
#include "unit/cardinality/random_problem.hpp"

namespace sinew::cardinality {

namespace {

/// Two layers of neurons y ⇔ Σ ±x ≥ t over `inputs` bits; the objective prices every bit that differs from zero.
Problem random_network(Random& random, std::size_t inputs, std::size_t hidden, std::int64_t dearest) {
    Problem problem;
    problem.new_variables(inputs + hidden);
    std::vector<Term> terms;
    std::vector<Term> output;
    for (std::size_t h = 0; h < hidden; ++h) {
        terms.clear();
        for (std::size_t i = 0; i < inputs; ++i)
            if (random.chance(0.8)) terms.push_back({random.chance(0.5) ? 1 : -1, Literal(BoolVar(i))});
        problem.add_reified(Literal(BoolVar(inputs + h)), terms, random.integer(-3, 4));
        output.push_back({random.chance(0.5) ? 1 : -1, Literal(BoolVar(inputs + h))});
    }
    problem.add_at_least(output, random.integer(0, 3));
    terms.clear();
    for (std::size_t i = 0; i < inputs; ++i)
        terms.push_back({random.integer(1, dearest), Literal(BoolVar(i), random.chance(0.5))});
    problem.set_objective(terms);
    return problem;
}

/// What is left of the problem once a budget is imposed: satisfiable exactly if an assignment within it exists.
TEST(Budget, KeepsExactlyWhatItAllows) {
    Random random(21);
    BudgetEffect sum;
    for (int i = 0; i < 400; ++i) {
        const Problem problem = random_network(random, 7, 5, i % 2 == 0 ? 1 : 4);
        const Objective objective = normalized_objective(problem.objective(), problem.objective_constant());
        const std::optional<std::int64_t> least = brute_force(problem);
        for (std::int64_t budget = 0; budget < 5; ++budget) {
            Engine engine{Options{}};
            Loaded loaded;
            if (!load(engine, problem, loaded) || !engine.simplify()) {
                EXPECT_FALSE(least);
                break;
            }
            const BudgetEffect effect = impose_budget(engine, objective, budget);
            sum.dropped += effect.dropped;
            sum.facts += effect.facts;
            sum.partners += effect.partners;
            engine.set_gates(effect.gates);
            const Answer answer = engine.solve({}, {}, 100000);
            const bool expected = least && *least <= objective.offset + budget;
            ASSERT_EQ(answer, expected ? Answer::sat : Answer::unsat) << "case " << i << " budget " << budget;
            if (expected) {
                ASSERT_TRUE(problem.satisfied_by(engine.model()));
            }
        }
    }
    EXPECT_GT(sum.dropped, 100U);
    EXPECT_GT(sum.facts, 100U);
    EXPECT_GT(sum.partners, 100U);
}

TEST(Budget, FallsFromCallToCall) {
    Random random(22);
    for (int i = 0; i < 150; ++i) {
        const Problem problem = random_network(random, 7, 6, 3);
        const Objective objective = normalized_objective(problem.objective(), problem.objective_constant());
        const std::optional<std::int64_t> least = brute_force(problem);
        Engine engine{Options{}};
        Loaded loaded;
        if (!load(engine, problem, loaded)) continue;
        for (std::int64_t budget = objective.most(); budget >= 0;
             budget -= 1 + static_cast<std::int64_t>(random.below(3))) {
            if (random.chance(0.5))
                impose_budget(engine, objective, budget);
            else
                set_budget(engine, objective, budget);
            const bool expected = least && *least <= objective.offset + budget;
            ASSERT_EQ(engine.solve({}, {}, 100000), expected ? Answer::sat : Answer::unsat) << i << " " << budget;
        }
    }
}

TEST(Budget, NetworksHaveTheOptimaOfEnumeration) {
    Random random(23);
    for (int i = 0; i < 300; ++i) {
        const Problem problem = random_network(random, 7, 5, i % 3 == 0 ? 5 : 1);
        const std::optional<std::int64_t> least = brute_force(problem);
        Options options;
        options.learning = i % 3;
        options.bound_share = i % 2 == 0 ? 100 : 70;
        options.gates = i % 5 != 0;
        Optimizer optimizer(problem, options);
        const Result result = optimizer.solve();
        ASSERT_EQ(result.outcome, least ? Outcome::optimum : Outcome::unsat) << "case " << i;
        if (least) {
            ASSERT_EQ(result.value, *least) << "case " << i;
        }
    }
}

}  // namespace

}  // namespace sinew::cardinality
