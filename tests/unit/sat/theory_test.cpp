// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/sat/hidden_clauses.hpp"

namespace sinew::sat {
namespace {

using namespace test;

/// Moves a random part of the clauses from `formula` to the theory's.
std::vector<LiteralClause> hide(Random& random, SmallFormula& formula) {
    const double share = random.uniform(0.1, 1);
    std::vector<LiteralClause> hidden;
    std::vector<LiteralClause> shown;
    for (LiteralClause& clause : formula.clauses) {
        std::sort(clause.begin(), clause.end());
        clause.erase(std::unique(clause.begin(), clause.end()), clause.end());
        bool tautology = false;
        for (std::size_t i = 0; i + 1 < clause.size(); ++i) tautology |= clause[i] == ~clause[i + 1];
        (random.chance(share) && !tautology ? hidden : shown).push_back(clause);
    }
    formula.clauses = shown;
    return hidden;
}

TEST(Theory, HiddenClausesRevealedAtRandomAgreeWithEnumeration) {
    Random random(11);
    int unsat = 0;
    int explanations = 0;
    for (int round = 0; round < 4000; ++round) {
        const std::size_t variables = 3 + random.below(7);
        const auto clauses = static_cast<std::size_t>(static_cast<double>(variables) * random.uniform(2, 5.5));
        const SmallFormula formula = random_formula(random, variables, clauses, 4);
        SmallFormula shown = formula;
        const std::vector<LiteralClause> hidden = hide(random, shown);
        NaiveProofCheck proof(shown.clauses);
        Solver solver(hectic_options(random));
        const bool traced = random.chance(0.5);
        if (traced) solver.set_tracer(&proof);
        load(solver, shown);
        HiddenClauses theory(solver, hidden, variables, random.chance(0.2) ? 0 : random.uniform(), random);
        std::vector<Literal> assumptions;
        if (random.chance(0.3))
            for (std::size_t i = random.below(4); i-- > 0;) assumptions.push_back(random_literal(random, variables));
        const Answer result = solver.solve(assumptions);
        ASSERT_EQ(result == Answer::sat, satisfiable(formula, assumptions)) << "round " << round;
        ASSERT_EQ(traced ? proof.wrong() : 0U, 0U) << "round " << round;
        explanations += theory.explanations;
        if (result == Answer::sat) {
            ASSERT_TRUE(holds(formula, model_of(solver, variables)));
        } else {
            ASSERT_FALSE(satisfiable(formula, solver.failed_assumptions()));
            ++unsat;
        }
        if (::testing::Test::HasFailure()) FAIL() << "round " << round;
    }
    EXPECT_GT(unsat, 800);
    EXPECT_GT(explanations, 800);
}

/// At most `bound` of the literals are true; counts, and speaks only when the count is reached.
class AtMost : public TheoryHook {
  public:
    AtMost(std::vector<Literal> literals, std::size_t bound, bool eager)
        : literals_(std::move(literals)), bound_(bound), eager_(eager) {}
    void assigned(Literal literal) override {
        if (std::find(literals_.begin(), literals_.end(), literal) != literals_.end()) true_.push_back(literal);
    }
    void new_level() override { begin_.push_back(true_.size()); }
    void backtrack(std::size_t level) override {
        true_.resize(begin_[level]);
        begin_.resize(level);
    }
    void propagate(Inferences& out) override {
        if (!eager_) return;
        if (true_.size() > bound_) return conflict(out);
        if (true_.size() < bound_) return;
        for (const Literal literal : literals_)
            if (std::find(true_.begin(), true_.end(), literal) == true_.end()) out.literal(~literal);
    }
    void explain(Literal, std::vector<Literal>& reason) override {
        reason.assign(true_.begin(), true_.begin() + static_cast<std::ptrdiff_t>(bound_));
    }
    void final_check(Inferences& out) override {
        if (true_.size() > bound_) conflict(out);
    }

  private:
    void conflict(Inferences& out) {
        std::vector<Literal> clause;
        for (std::size_t i = 0; i <= bound_; ++i) clause.push_back(~true_[i]);
        out.conflict(clause);
    }
    std::vector<Literal> literals_;
    std::size_t bound_;
    bool eager_;
    std::vector<Literal> true_;
    std::vector<std::size_t> begin_;
};

TEST(Theory, AtMostEagerAndLazyAgreeWithEnumeration) {
    Random random(12);
    int sat = 0;
    int unsat = 0;
    for (int round = 0; round < 1500; ++round) {
        const SmallFormula formula = random_formula(random, 9, 20 + random.below(20), 3);
        std::vector<Literal> counted;
        for (std::size_t v = 0; v < 9; ++v)
            if (random.chance(0.8)) counted.emplace_back(BoolVar(v), random.chance(0.5));
        const std::size_t bound = random.below(counted.size() + 1);
        bool expected = false;
        for (std::uint32_t a = 0; a < 512 && !expected; ++a)
            expected = holds(formula, a) &&
                       static_cast<std::size_t>(std::count_if(counted.begin(), counted.end(),
                                                              [&](Literal l) { return holds(l, a); })) <= bound;
        for (const bool eager : {true, false}) {
            Solver solver(hectic_options(random));
            AtMost theory(counted, bound, eager);
            load(solver, formula);
            solver.add_theory(theory);
            for (const Literal literal : counted) solver.watch_theory_variable(literal.variable(), theory);
            ASSERT_EQ(solver.solve() == Answer::sat, expected) << "round " << round;
        }
        (expected ? sat : unsat) += 1;
    }
    EXPECT_GT(sat, 200);
    EXPECT_GT(unsat, 200);
}

TEST(Theory, HearsNothingOfVariablesItDoesNotWatch) {
    Solver solver;
    const Literal a(solver.new_variable());
    const Literal b(solver.new_variable());
    struct Listener : AtMost {
        using AtMost::AtMost;
        void assigned(Literal literal) override { heard.push_back(literal); }
        std::vector<Literal> heard;
    } theory({}, 0, false);
    solver.add_theory(theory);
    solver.watch_theory_variable(b.variable(), theory);
    solver.add_clause({a});
    solver.add_clause({~a, ~b});
    EXPECT_EQ(solver.solve(), Answer::sat);
    EXPECT_EQ(theory.heard, std::vector<Literal>{~b});
}

}  // namespace
}  // namespace sinew::sat
