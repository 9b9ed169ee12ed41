// SPDX-License-Identifier: Apache-2.0
#include "cardinality/residues.hpp"

#include <algorithm>
#include <atomic>

#include <gtest/gtest.h>

#include "cardinality/load.hpp"
#include "cardinality/optimizer.hpp"
#include "unit/cardinality/parity_problems.hpp"
#include "unit/cardinality/random_problem.hpp"

namespace sinew::cardinality {
namespace {

Outcome outcome_of(const Problem& problem, std::int64_t conflicts) {
    Options options;
    options.conflict_limit = conflicts;
    return Optimizer(problem, options).solve().outcome;
}

bool is_solved(Outcome outcome) {
    return outcome == Outcome::sat || outcome == Outcome::feasible || outcome == Outcome::optimum;
}

Shape random_shape(Random& random) {
    Shape shape;
    shape.spelling = static_cast<Spelling>(random.below(3));
    shape.negations = random.chance(0.5);
    shape.multiples = random.chance(0.5);
    shape.objective = random.chance(0.3);
    return shape;
}

TEST(Residues, even_colourings_are_decided_by_the_number_of_edges) {
    Random random(1);
    for (const std::size_t vertices : {20U, 61U, 150U, 400U}) {
        for (const std::size_t degree : {4U, 6U}) {
            Graph graph = regular_graph(random, vertices, degree);
            if (graph.edges.size() % 2 == 0) graph = with_edge_divided(random, graph);
            EXPECT_EQ(outcome_of(even_colouring(random, graph, random_shape(random)), 0), Outcome::unsat);
            graph = with_edge_divided(random, graph);
            EXPECT_TRUE(is_solved(outcome_of(even_colouring(random, graph, random_shape(random)), 3000)));
        }
    }
    for (const std::size_t columns : {7U, 21U}) {
        const Graph grid = with_edge_divided(random, torus(columns - 2, columns));
        EXPECT_EQ(outcome_of(even_colouring(random, grid, random_shape(random)), 0), Outcome::unsat);
    }
}

TEST(Residues, a_vertex_that_may_miss_its_number_takes_the_parity_of_the_others) {
    Random random(2);
    const Graph graph = with_edge_divided(random, regular_graph(random, 100, 4));
    ASSERT_EQ(graph.edges.size() % 2, 1U);
    Shape shape = random_shape(random);
    shape.slack = 1;
    EXPECT_TRUE(is_solved(outcome_of(even_colouring(random, graph, shape), 3000)));
}

TEST(Residues, odd_numbers_of_vertices_have_no_perfect_matching) {
    Random random(3);
    for (const std::size_t vertices : {21U, 101U, 301U}) {
        const Graph graph = regular_graph(random, vertices, 4);
        EXPECT_EQ(outcome_of(perfect_matching(random, graph, random_shape(random)), 0), Outcome::unsat);
        EXPECT_EQ(outcome_of(perfect_matching(random, graph, {Spelling::clauses}), 0), Outcome::unsat);
    }
}

TEST(Residues, tseitin_formulas_with_binary_slacks) {
    Random random(4);
    for (const std::size_t vertices : {20U, 100U, 300U}) {
        const Graph graph = regular_graph(random, vertices, 5);
        EXPECT_EQ(outcome_of(tseitin(random, graph, true, random_shape(random)), 0), Outcome::unsat);
        Shape plain = random_shape(random);
        plain.objective = false;
        EXPECT_EQ(outcome_of(tseitin(random, graph, false, plain), 10000), Outcome::sat);
    }
}

TEST(Residues, tseitin_formulas_of_clauses) {
    Random random(10);
    for (const std::size_t vertices : {20U, 100U, 200U}) {
        const Graph graph = regular_graph(random, vertices, 4);
        EXPECT_EQ(outcome_of(tseitin_clauses(random, graph, true), 0), Outcome::unsat);
        EXPECT_EQ(outcome_of(tseitin_clauses(random, graph, false), 10000), Outcome::sat);
    }
}

TEST(Residues, sums_modulo_small_numbers) {
    Random random(5);
    for (const std::int64_t prime : {2, 3, 5, 7, 11, 13, 4, 9, 17, 31, 97}) {
        Shape shape = random_shape(random);
        shape.objective = false;
        EXPECT_EQ(outcome_of(sums_modulo(random, 80, prime, false, shape), 0), Outcome::unsat) << prime;
        EXPECT_NE(outcome_of(sums_modulo(random, 80, prime, true, shape), 200), Outcome::unsat) << prime;
    }
}

/// Few variables, some equalities (multiples and rows in two halves among them), a few clauses and bounds; most can be
/// satisfied.
Problem rich_problem(Random& random, bool with_objective) {
    Problem problem;
    const std::size_t n = 5 + random.below(6);
    problem.new_variables(n);
    std::vector<bool> values;
    for (std::size_t v = 0; v < n; ++v) values.push_back(random.chance(0.5));
    const std::int64_t largest = random.chance(0.6) ? 1 : random.integer(2, 6);
    for (std::size_t i = 1 + random.below(5); i > 0; --i) {
        std::vector<Term> terms;
        std::int64_t right = random.chance(0.9) ? 0 : random.integer(-1, 1);
        const std::int64_t factor = random.chance(0.3) ? random.integer(2, 7) : 1;
        for (std::size_t k = 3 + random.below(4); k > 0; --k) {
            const Term term{factor * random.integer(1, largest), Literal(BoolVar(random.below(n)), random.chance(0.3))};
            terms.push_back(term);
            if (values[term.literal.variable().index()] != term.literal.negated()) right += term.coefficient;
        }
        if (random.chance(0.2)) {
            problem.add_at_least(terms, right - random.integer(0, 2));
        } else {
            problem.add_at_most(terms, right);
            problem.add_at_least(terms, right);
        }
    }
    for (std::size_t i = random.below(3); i > 0; --i)
        problem.add_clause({Literal(BoolVar(random.below(n)), random.chance(0.5)),
                            Literal(BoolVar(random.below(n)), random.chance(0.5)), Literal(BoolVar(random.below(n)))});
    if (with_objective)
        problem.set_objective(random_terms(random, n, random.chance(0.5) ? 1 : 9), random.integer(-5, 5));
    return problem;
}

TEST(Residues, every_solution_has_them) {
    Random random(6);
    std::size_t clauses = 0;
    std::size_t rows = 0;
    std::size_t moduli = 0;
    std::size_t contradictions = 0;
    for (int i = 0; i < 3000; ++i) {
        const Problem problem = rich_problem(random, true);
        const Objective objective = normalized_objective(problem.objective(), problem.objective_constant());
        Engine engine({});
        Loaded loaded;
        if (!load(engine, problem, loaded) || !engine.propagate_facts()) continue;
        const Residues residues = find_residues(problem, engine, &objective, {});
        clauses += residues.clauses.size();
        rows += residues.rows.size();
        moduli += residues.spent_modulus > 1 ? 1 : 0;
        contradictions += residues.contradiction ? 1 : 0;
        std::vector<bool> values(problem.variable_count());
        const auto holds = [&](Literal l) { return values[l.variable().index()] != l.negated(); };
        for (std::uint64_t bits = 0; bits < std::uint64_t{1} << values.size(); ++bits) {
            for (std::size_t v = 0; v < values.size(); ++v) values[v] = (bits >> v & 1U) != 0;
            if (!problem.satisfied_by(values)) continue;
            ASSERT_FALSE(residues.contradiction) << i;
            for (const auto& clause : residues.clauses)
                ASSERT_TRUE(std::any_of(clause.begin(), clause.end(), holds)) << i;
            for (const Constraint& row : residues.rows) {
                std::int64_t sum = 0;
                for (const Term& term : row.terms) sum += holds(term.literal) ? term.coefficient : 0;
                ASSERT_GE(sum, row.degree) << i;
            }
            const std::int64_t spent = objective.spent(values);
            ASSERT_EQ(residues.next_spent(spent), spent) << i;
            ASSERT_EQ(residues.next_spent(spent - residues.spent_modulus + 1), spent) << i;
        }
    }
    EXPECT_GT(clauses, 500U);
    EXPECT_GT(rows, 3U);
    EXPECT_GT(moduli, 500U);
    EXPECT_GT(contradictions, 15U);
}

TEST(Residues, answers_agree_with_enumeration) {
    Random random(7);
    std::size_t satisfiable = 0;
    for (int i = 0; i < 3000; ++i) {
        const Problem problem = rich_problem(random, i % 2 == 0);
        const std::optional<std::int64_t> expected = brute_force(problem);
        satisfiable += expected ? 1 : 0;
        const Result result = Optimizer(problem).solve();
        if (!expected) {
            ASSERT_EQ(result.outcome, Outcome::unsat) << i;
            continue;
        }
        ASSERT_EQ(result.outcome, problem.has_objective() ? Outcome::optimum : Outcome::sat) << i;
        if (problem.has_objective()) {
            ASSERT_EQ(result.value, *expected) << i;
        }
    }
    EXPECT_GT(satisfiable, 300U);
}

TEST(Residues, among_many_equalities_that_end_loosely_the_odd_ones_are_found) {
    Random random(9);
    const Graph graph = with_edge_divided(random, regular_graph(random, 60, 4));
    Problem problem = even_colouring(random, graph, {});
    // A chain: each equality has a variable of its own only when the next one is gone.
    std::size_t last = 0;
    for (std::size_t i = 0; i < 30'000; ++i) {
        const std::size_t first = problem.new_variables(3).index();
        const std::vector<Term> sum{{1, Literal(BoolVar(last))},
                                    {1, Literal(BoolVar(first))},
                                    {2, Literal(BoolVar(first + 1))},
                                    {-1, Literal(BoolVar(first + 2))}};
        problem.add_equal(sum, 1);
        last = first + 2;
    }
    EXPECT_EQ(outcome_of(problem, 0), Outcome::unsat);
}

TEST(Residues, facts_that_come_of_them_bring_more) {
    // The output of every vertex's rows is odd in two equalities, and so true; only then the rows are equalities.
    Random random(11);
    const Graph graph = with_edge_divided(random, regular_graph(random, 60, 4));
    const Problem colouring = even_colouring(random, graph, {});
    Problem problem;
    problem.new_variables(colouring.variable_count());
    const BoolVar first = problem.new_variables(5);
    const auto extra = [&](std::size_t i) { return Literal(BoolVar(first.index() + i)); };
    const Literal output = extra(0);
    problem.add_equal(std::vector<Term>{{1, output}, {1, extra(1)}, {1, extra(2)}, {2, extra(3)}}, 3);
    problem.add_equal(std::vector<Term>{{1, extra(1)}, {1, extra(2)}, {2, extra(4)}}, 2);
    for (std::size_t i = 0; i < colouring.linear_count(); ++i)
        problem.add_reified(output, colouring.linear(i).terms, colouring.linear(i).bound);
    EXPECT_EQ(outcome_of(problem, 0), Outcome::unsat);
    problem.set_objective(std::vector<Term>{{3, Literal(BoolVar(0))}});
    EXPECT_EQ(outcome_of(problem, 0), Outcome::unsat);
}

TEST(Residues, a_limit_stops_the_elimination) {
    Random random(8);
    const Graph graph = with_edge_divided(random, regular_graph(random, 100, 4));
    const Problem problem = even_colouring(random, graph, {});
    Engine engine({});
    Loaded loaded;
    ASSERT_TRUE(load(engine, problem, loaded));
    const std::atomic<bool> interrupted{true};
    EXPECT_FALSE(find_residues(problem, engine, nullptr, Limits({}, {}, &interrupted)).contradiction);
    EXPECT_TRUE(find_residues(problem, engine, nullptr, {}).contradiction);
}

}  // namespace
}  // namespace sinew::cardinality
