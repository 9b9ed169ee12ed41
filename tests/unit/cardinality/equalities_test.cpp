// SPDX-License-Identifier: Apache-2.0
#include "cardinality/equalities.hpp"

#include <gtest/gtest.h>

#include "cardinality/load.hpp"
#include "unit/cardinality/random_problem.hpp"

namespace sinew::cardinality {
namespace {

Literal x(std::size_t variable) {
    return Literal(BoolVar(variable));
}

Equalities equalities_of(const Problem& problem) {
    Engine engine({});
    Loaded loaded;
    if (!load(engine, problem, loaded) || !engine.propagate_facts()) return {true, {}};
    return find_equalities(problem, engine, {});
}

std::int64_t sum_of(const LinearSum& sum, const std::vector<bool>& values) {
    std::int64_t total = 0;
    for (const Term& term : sum.terms)
        if (values[term.literal.variable().index()] != term.literal.negated()) total += term.coefficient;
    return total;
}

TEST(Equalities, rows_meet_whatever_their_order_polarity_and_factor) {
    Problem problem;
    problem.new_variables(4);
    problem.add_at_least(std::vector<Term>{{2, x(0)}, {4, x(1)}, {-2, x(3)}}, 1);  // x0 + 2 x1 - x3 >= 1
    problem.add_at_least(std::vector<Term>{{3, x(2)}, {1, x(0)}}, 1);
    problem.add_at_most(std::vector<Term>{{3, ~x(3)}, {3, x(0)}, {-6, ~x(1)}}, 0);  // x0 + 2 x1 - x3 <= 1
    const Equalities found = equalities_of(problem);
    EXPECT_FALSE(found.contradiction);
    ASSERT_EQ(found.sums.size(), 1U);
    // Or its negative.
    const std::int64_t sign = found.sums[0].terms[0].coefficient;
    EXPECT_EQ(found.sums[0].terms, (std::vector<Term>{{sign, x(0)}, {2 * sign, x(1)}, {-sign, x(3)}}));
    EXPECT_EQ(found.sums[0].lower, sign);
    EXPECT_EQ(found.sums[0].upper, sign);
}

TEST(Equalities, an_odd_sum_of_even_coefficients_contradicts_itself) {
    Problem problem;
    problem.new_variables(6);
    problem.add_equal(std::vector<Term>{{2, x(0)}, {4, x(1)}, {6, x(2)}, {-8, x(3)}, {2, x(4)}, {2, x(5)}}, 5);
    EXPECT_TRUE(equalities_of(problem).contradiction);
}

TEST(Equalities, rows_of_decided_outputs_count) {
    Problem problem;
    problem.new_variables(6);
    problem.add_clause({x(4)});
    problem.add_clause({~x(5)});
    const std::vector<Term> sum{{1, x(0)}, {1, x(1)}, {1, x(2)}, {1, x(3)}};
    problem.add_reified(x(4), sum, 2);
    problem.add_reified(x(5), sum, 3);
    const Equalities found = equalities_of(problem);
    ASSERT_EQ(found.sums.size(), 1U);
    EXPECT_EQ(found.sums[0].lower, 2);
}

TEST(Equalities, clauses_that_exclude_each_other_in_pairs_are_one_of_them) {
    for (const bool complete : {true, false}) {
        Problem problem;
        problem.new_variables(4);
        problem.add_at_least(std::vector<Term>{{1, x(0)}, {1, ~x(1)}, {1, x(2)}}, 1);
        problem.add_at_most(std::vector<Term>{{1, x(0)}, {1, x(2)}}, 1);
        problem.add_at_least(std::vector<Term>{{1, ~x(0)}, {1, x(1)}}, 1);
        if (complete) problem.add_at_least(std::vector<Term>{{2, x(1)}, {3, ~x(2)}}, 1);
        EXPECT_EQ(equalities_of(problem).sums.size(), complete ? 1U : 0U);
    }
}

TEST(Equalities, a_clause_that_always_holds_is_no_equality) {
    Problem problem;
    problem.new_variables(2);
    problem.add_at_most(std::vector<Term>{{1, x(0)}, {1, x(1)}}, 1);
    problem.add_at_least(std::vector<Term>{{1, x(0)}, {1, x(1)}, {1, ~x(0)}}, 1);
    EXPECT_TRUE(equalities_of(problem).sums.empty());
}

TEST(Equalities, every_solution_has_them) {
    Random random(31);
    std::size_t found_in_all = 0;
    for (int i = 0; i < 3000; ++i) {
        Problem problem;
        problem.new_variables(8);
        for (std::size_t k = 1 + random.below(3); k > 0; --k) {
            std::vector<Term> terms = random_terms(random, 8, random.chance(0.5) ? 1 : 3);
            const std::int64_t bound = random.integer(-1, 2);
            problem.add_at_least(terms, bound);
            if (random.chance(0.3)) terms = random_terms(random, 8, 1);
            problem.add_at_most(terms, bound);
        }
        const Equalities found = equalities_of(problem);
        found_in_all += found.sums.size();
        std::vector<bool> values(problem.variable_count());
        for (std::uint64_t bits = 0; bits < std::uint64_t{1} << values.size(); ++bits) {
            for (std::size_t v = 0; v < values.size(); ++v) values[v] = (bits >> v & 1U) != 0;
            if (!problem.satisfied_by(values)) continue;
            ASSERT_FALSE(found.contradiction) << i;
            for (const LinearSum& sum : found.sums) ASSERT_EQ(sum_of(sum, values), sum.lower) << i;
        }
    }
    EXPECT_GT(found_in_all, 500U);
}

}  // namespace
}  // namespace sinew::cardinality
