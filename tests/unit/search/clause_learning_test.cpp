// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "search/branch_and_bound.hpp"
#include "search/clause_set.hpp"
#include "search/lazy_search.hpp"
#include "search/problem.hpp"
#include "unit/search/random_query.hpp"

namespace sinew::search {
namespace {

using model::Query;
using model::Status;
using Effect = ClauseSet::Effect;

bounds::State box(std::initializer_list<double> lower, std::initializer_list<double> upper) {
    return {lower, upper};
}

double figure(const Statistics& statistics, std::string_view name) {
    for (const auto& [known, value] : statistics.figures())
        if (known == name) return value;
    return 0;
}

TEST(ClauseSet, RefutesWhereAllDecisionsHoldAndFixesTheLastOne) {
    ClauseSet clauses(4);
    const std::vector<Decision> both = {{0, true, 0.5}, {1, false, 2}};  // x0 <= 0.5 and x1 >= 2: impossible
    clauses.add(both);
    std::vector<Decision> implied;

    bounds::State inside = box({0, 2}, {0.5, 3});
    EXPECT_EQ(clauses.apply(inside, implied), Effect::refuted);

    bounds::State unit = box({0, 0}, {0.25, 3});
    EXPECT_EQ(clauses.apply(unit, implied), Effect::tightened);
    EXPECT_EQ(unit.upper[1], 2);
    ASSERT_EQ(implied.size(), 1U);
    EXPECT_EQ(implied[0].variable, 1U);
    EXPECT_TRUE(implied[0].upper);
    EXPECT_EQ(implied[0].point, 2);
    EXPECT_EQ(clauses.apply(unit, implied), Effect::none) << "what is known is not told again";

    bounds::State open = box({0, 0}, {1, 3});
    EXPECT_EQ(clauses.apply(open, implied), Effect::none);
    bounds::State excluded = box({0.5, 0}, {1, 3});
    EXPECT_EQ(clauses.apply(excluded, implied), Effect::none);
    EXPECT_EQ(excluded.upper[1], 3);
}

TEST(ClauseSet, TheEmptyClauseRefutesEverything) {
    ClauseSet clauses(4);
    std::vector<Decision> implied;
    bounds::State state = box({0}, {1});
    EXPECT_EQ(clauses.apply(state, implied), Effect::none);
    clauses.add({});
    EXPECT_EQ(clauses.apply(state, implied), Effect::refuted);
}

TEST(ClauseSet, IsBoundedAndKeepsWhatIsUsed) {
    ClauseSet clauses(2);
    std::vector<Decision> implied;
    const std::vector<Decision> used = {{0, true, 0}};
    clauses.add(used);
    for (int n = 1; n < 20; ++n) {
        bounds::State state = box({-1, 0}, {-0.5, 1});
        EXPECT_EQ(clauses.apply(state, implied), Effect::refuted) << n;
        const std::vector<Decision> unused = {{1, false, 1.0 + n}};
        clauses.add(unused);
        EXPECT_LE(clauses.size(), 2U);
    }
}

/// The query with the clause denied: on that root box, all its decisions hold.
Query denied(const Query& query, const LearnedClause& clause) {
    std::string obstacle;
    const Problem problem = Problem::prepare(query, obstacle);
    Query result = query;
    result.domains.clear();
    for (std::size_t i = 0; i < problem.inputs.size(); ++i)
        result.domains.emplace_back(problem.inputs[i], problem.boxes.at(clause.box).domains[i]);
    std::vector<model::FormulaId> parts = {query.input_condition};
    for (const Decision& decision : clause.decisions) {
        LinearForm form(Variable(decision.variable), decision.upper ? 1 : -1);
        form.add_constant(decision.upper ? -to_rational(decision.point) : to_rational(decision.point));
        parts.push_back(result.formulas.atom(std::move(form), model::Relation::less_equal));
    }
    result.input_condition = result.formulas.conjunction(std::move(parts));
    return result;
}

std::vector<Rational> decimals(Random& random, std::size_t count) {
    std::vector<Rational> result;
    for (std::size_t i = 0; i < count; ++i)
        result.push_back(test::canonical(test::random_number(random, test::Weights::decimals)));
    return result;
}

model::AffineTerm dense(model::LayerId source, std::size_t rows, const std::vector<Rational>& weights) {
    model::NumberArray numbers;
    for (const Rational& weight : weights) numbers.push_back(weight);
    return {source, model::DenseMap{rows, weights.size() / rows, std::move(numbers)}};
}

/// A network under construction: three inputs in [-1, 1], then layers of ReLUs.
struct Small {
    Query query;
    model::LayerId last;

    Small() : last(query.network.add_input("x", {3})) {
        for (const Variable input : query.network.input_variables())
            query.domains.emplace_back(input, test::between(-1, 1));
    }
    Variable add(std::vector<model::AffineTerm> terms, std::size_t rows, bool relu) {
        model::AffineLayer affine;
        affine.terms = std::move(terms);
        affine.bias = model::NumberArray(rows);
        last = query.network.add_affine("z", {rows}, std::move(affine));
        if (relu) last = query.network.add_activation("a", last, {model::ActivationKind::relu, 0, {}, {}});
        return query.network.variable(last, 0);
    }
};

/// Is the output at most a number near the least that sampling finds?
Query needs_a_search(std::uint64_t seed) {
    Random random(seed);
    Small small;
    small.add({dense(small.last, 6, decimals(random, 18))}, 6, true);
    small.add({dense(small.last, 6, decimals(random, 36))}, 6, true);
    const Variable output = small.add({dense(small.last, 1, decimals(random, 6))}, 1, false);
    Rational least = 1000;
    for (int sample = 0; sample < 200; ++sample) {
        std::vector<Rational> point;
        for (int i = 0; i < 3; ++i) point.push_back(test::canonical(Rational(random.integer(-4, 4), 4)));
        least = std::min(least, model::evaluate(small.query.network, point)[output.index()]);
    }
    LinearForm form(output, 1);
    form.add_constant(-least + test::canonical(Rational(random.integer(0, 40), 100)));
    small.query.output_condition = small.query.formulas.atom(std::move(form), model::Relation::less_equal);
    return std::move(small.query);
}

/// Is relu(s) + relu(t) < relu(s + t), summed over two such pairs? Never, but they are equal wherever s and t have the
/// same sign, and no bound in floats shows that.
Query needs_exact_leaves(std::uint64_t seed) {
    Random random(seed);
    Small small;
    small.add({dense(small.last, 3, decimals(random, 9))}, 3, true);
    std::vector<Rational> rows;
    for (int pair = 0; pair < 2; ++pair) {
        const std::vector<Rational> both = decimals(random, 6);  // two rows over three neurons
        rows.insert(rows.end(), both.begin(), both.end());
        for (std::size_t i = 0; i < 3; ++i) rows.push_back(both[i] + both[3 + i]);
    }
    small.add({dense(small.last, 6, rows)}, 6, true);
    const Variable output = small.add({dense(small.last, 1, {1, 1, -1, 1, 1, -1})}, 1, false);
    small.query.output_condition = small.query.formulas.atom(LinearForm(output, 1), model::Relation::less);
    return std::move(small.query);
}

model::Verdict solve(const Query& query, Learning learning, std::vector<LearnedClause>* clauses = nullptr,
                     int threads = 1) {
    BranchAndBoundOptions options;
    options.box.learning = static_cast<std::int64_t>(learning);
    options.clauses = clauses;
    Observer observer;
    return branch_and_bound(query, options, Limits(20.0, std::nullopt, nullptr), threads, observer);
}

Status exactly(const Query& query) {
    Observer observer;
    return solve_lazily(query, 0, Limits(20.0, std::nullopt, nullptr), observer).status;
}

/// Learns from the query; every clause (up to `most`) must follow from it. Returns the statistics.
Statistics check_clauses(const Query& query, std::size_t most, std::size_t& checked) {
    std::vector<LearnedClause> clauses;
    model::Verdict verdict = solve(query, Learning::always, &clauses);
    EXPECT_EQ(figure(verdict.statistics, "clauses_learned"), static_cast<double>(clauses.size()));
    for (std::size_t c = 0; c < std::min(most, clauses.size()); ++c) {
        EXPECT_EQ(exactly(denied(query, clauses[c])), Status::unsat) << "clause " << c;
        ++checked;
    }
    return verdict.statistics;
}

TEST(ClauseLearning, ClausesOfSearchesFollowFromTheQuery) {
    std::size_t checked = 0;
    double backjumps = 0;
    double facts = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        const Statistics statistics = check_clauses(needs_a_search(seed), 10, checked);
        backjumps += figure(statistics, "backjumps");
        facts += figure(statistics, "facts_from_clauses");
        EXPECT_LE(figure(statistics, "clause_literals"), figure(statistics, "clause_literals_before"));
    }
    EXPECT_GT(checked, 25U);
    EXPECT_GT(backjumps, 5);
    EXPECT_GT(facts, 0);
}

TEST(ClauseLearning, ClausesOfExactLeavesFollowFromTheQuery) {
    std::size_t checked = 0;
    double leaves = 0;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        SCOPED_TRACE(seed);
        const Statistics statistics = check_clauses(needs_exact_leaves(seed), 4, checked);
        leaves += figure(statistics, "exact_leaves");
    }
    EXPECT_GT(checked, 20U);
    EXPECT_GT(leaves, 20);
}

TEST(ClauseLearning, ChangesNoVerdict) {
    std::size_t decided = 0;
    for (std::uint64_t seed = 100; seed < 127; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const Query query = seed % 3 == 0   ? needs_a_search(seed)
                            : seed % 3 == 1 ? needs_exact_leaves(seed)
                                            : test::random_query(random, test::Weights::ordinary);
        const Status expected = exactly(query);
        if (expected != Status::sat && expected != Status::unsat) continue;
        ++decided;
        // Without clauses there are too many leaves to decide one by one.
        if (seed % 3 != 1) {
            EXPECT_EQ(solve(query, Learning::off).status, expected);
        }
        EXPECT_EQ(solve(query, Learning::where_it_pays).status, expected);
        EXPECT_EQ(solve(query, Learning::always).status, expected);
        EXPECT_EQ(solve(query, Learning::always, nullptr, 3).status, expected);
    }
    EXPECT_GT(decided, 20U);
}

TEST(ClauseLearning, OffLearnsNothing) {
    std::vector<LearnedClause> clauses;
    for (std::uint64_t seed = 0; seed < 10; ++seed) solve(needs_a_search(seed), Learning::off, &clauses);
    EXPECT_TRUE(clauses.empty());
}

}  // namespace
}  // namespace sinew::search
