// SPDX-License-Identifier: Apache-2.0
#include "cardinality/parities.hpp"

#include <gtest/gtest.h>

#include "cardinality/load.hpp"
#include "unit/cardinality/random_problem.hpp"

namespace sinew::cardinality {
namespace {

Literal parity_literal(std::size_t variable, bool negated = false) {
    return Literal(BoolVar(variable), negated);
}

std::vector<Parity> parities_of(const Problem& problem) {
    Engine engine({});
    Loaded loaded;
    if (!load(engine, problem, loaded) || !engine.propagate_facts()) return {};
    return find_parities(problem, engine, {}, {});
}

bool holds(const Parity& parity, const std::vector<bool>& values) {
    bool odd = false;
    for (const BoolVar variable : parity.variables) odd = odd != values[variable.index()];
    return odd == parity.odd;
}

void add_parity_clauses(Problem& problem, std::span<const std::size_t> variables, bool odd) {
    for (std::uint32_t point = 0; point < 1U << variables.size(); ++point) {
        std::vector<Literal> clause;
        bool is_odd = false;
        for (std::size_t i = 0; i < variables.size(); ++i) {
            const bool value = (point >> i & 1U) != 0;
            is_odd = is_odd != value;
            clause.push_back(parity_literal(variables[i], value));
        }
        if (is_odd != odd) problem.add_clause(clause);
    }
}

TEST(Parities, of_clauses) {
    for (const bool odd : {false, true}) {
        Problem problem;
        problem.new_variables(5);
        const std::size_t variables[] = {4, 0, 2, 3};
        add_parity_clauses(problem, variables, odd);
        const std::vector<Parity> found = parities_of(problem);
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].variables, (std::vector<BoolVar>{BoolVar(0), BoolVar(2), BoolVar(3), BoolVar(4)}));
        EXPECT_EQ(found[0].odd, odd);
    }
}

TEST(Parities, of_a_cardinality_and_clauses) {
    // One or three of x0, ~x1, x2: at least one, and no two of them alone.
    Problem problem;
    problem.new_variables(3);
    problem.add_at_least(
        std::vector<Term>{{1, parity_literal(0)}, {1, parity_literal(1, true)}, {1, parity_literal(2)}}, 1);
    problem.add_clause({parity_literal(0, true), parity_literal(1), parity_literal(2)});
    problem.add_clause({parity_literal(0, true), parity_literal(1, true), parity_literal(2, true)});
    problem.add_clause({parity_literal(0), parity_literal(1), parity_literal(2, true)});
    const std::vector<Parity> found = parities_of(problem);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_FALSE(found[0].odd);
}

TEST(Parities, every_solution_has_them) {
    Random random(41);
    std::size_t parities = 0;
    for (int i = 0; i < 2000; ++i) {
        Problem problem;
        const std::size_t n = 3 + random.below(4);
        problem.new_variables(n);
        std::vector<std::size_t> all;
        for (std::size_t v = 0; v < n; ++v) all.push_back(v);
        if (random.chance(0.5)) {
            add_parity_clauses(problem, all, random.chance(0.5));
        }
        for (std::size_t k = 2 + random.below(3); k > 0; --k) {
            std::vector<Term> terms;
            for (std::size_t v = 0; v < n; ++v)
                terms.push_back({random.integer(1, 3), parity_literal(v, random.chance(0.5))});
            problem.add_at_least(terms, random.integer(1, static_cast<std::int64_t>(n)));
        }
        const std::vector<Parity> found = parities_of(problem);
        parities += found.size();
        std::vector<bool> values(n);
        for (std::uint64_t bits = 0; bits < std::uint64_t{1} << n; ++bits) {
            for (std::size_t v = 0; v < n; ++v) values[v] = (bits >> v & 1U) != 0;
            if (!problem.satisfied_by(values)) continue;
            for (const Parity& parity : found) ASSERT_TRUE(holds(parity, values)) << i;
        }
    }
    EXPECT_GT(parities, 800U);
}

}  // namespace
}  // namespace sinew::cardinality
