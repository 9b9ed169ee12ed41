// SPDX-License-Identifier: Apache-2.0
#include "cardinality/constraint.hpp"

#include <gtest/gtest.h>

#include "cardinality/objective.hpp"
#include "cardinality/worth.hpp"
#include "unit/cardinality/random_problem.hpp"

namespace sinew::cardinality {

namespace {

std::int64_t sum_of(std::span<const Term> terms, unsigned bits) {
    std::int64_t sum = 0;
    for (const Term& term : terms)
        if ((((bits >> term.literal.variable().index()) & 1U) != 0) != term.literal.negated()) sum += term.coefficient;
    return sum;
}

TEST(Constraint, NormalFormMeansTheSame) {
    Random random(31);
    for (int i = 0; i < 2000; ++i) {
        const std::vector<Term> terms = random_terms(random, 5, i % 2 == 0 ? 3 : 50);
        const std::int64_t bound = random.integer(-60, 60);
        const Constraint constraint = normalized(terms, bound);
        std::int64_t last = largest_sum;
        for (const Term& term : constraint.terms) {
            ASSERT_GT(term.coefficient, 0);
            ASSERT_LE(term.coefficient, last);
            if (constraint.degree > 0) {
                ASSERT_LE(term.coefficient, constraint.degree);
            }
            last = term.coefficient;
        }
        for (unsigned bits = 0; bits < 32; ++bits)
            ASSERT_EQ(sum_of(constraint.terms, bits) >= constraint.degree, sum_of(terms, bits) >= bound) << i;
    }
}

TEST(Constraint, ClausesAreRecognised) {
    const std::vector<Term> terms{{6, Literal(BoolVar(0))}, {4, Literal(BoolVar(1), true)}, {9, Literal(BoolVar(2))}};
    EXPECT_TRUE(normalized(terms, 3).is_clause());
    EXPECT_EQ(normalized(terms, 3).degree, 1);
    EXPECT_FALSE(normalized(terms, 5).is_clause());
}

TEST(Objective, SpendsTheSameAboveItsOffset) {
    Random random(32);
    for (int i = 0; i < 500; ++i) {
        const std::vector<Term> terms = random_terms(random, 5, 9);
        const std::int64_t constant = random.integer(-9, 9);
        const Objective objective = normalized_objective(terms, constant);
        for (unsigned bits = 0; bits < 32; ++bits) {
            std::vector<bool> values;
            for (unsigned v = 0; v < 5; ++v) values.push_back(((bits >> v) & 1U) != 0);
            const std::int64_t spent = objective.spent(values);
            ASSERT_GE(spent, 0);
            ASSERT_EQ(objective.offset + spent, constant + sum_of(terms, bits));
            const Constraint within = objective.within(3);
            ASSERT_EQ(sum_of(within.terms, bits) >= within.degree, spent <= 3);
        }
    }
}

TEST(Worth, TheWayThatKeepsConflictsLowWins) {
    for (const Learning better : {Learning::clauses, Learning::rows}) {
        Worth worth(2);
        std::uint64_t effort = 0;
        int with_better = 0;
        for (int i = 0; i < 100000; ++i) {
            worth.on_conflict(worth.current() == better ? 5 : 50);
            effort += 100;
            with_better += worth.current() == better ? 1 : 0;
            worth.restarted(effort);
        }
        EXPECT_GT(with_better, 90000);
    }
    Worth always(1);
    for (int i = 0; i < 1000; ++i) {
        always.on_conflict(50);
        EXPECT_FALSE(always.restarted(static_cast<std::uint64_t>(i)));
        EXPECT_EQ(always.current(), Learning::rows);
    }
}

}  // namespace

}  // namespace sinew::cardinality
