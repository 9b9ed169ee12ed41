// SPDX-License-Identifier: Apache-2.0
// The linear theory beside the SAT core against Z3: verdicts compared, models put into every constraint, every conflict
// clause proved again by an exact simplex of its own.
#include "linear/linear_theory.hpp"

#include <algorithm>
#include <atomic>
#include <vector>

#include <gtest/gtest.h>

#include "linear/farkas.hpp"
#include "sat/solver.hpp"
#include "unit/linear/random_problem.hpp"

namespace sinew::linear {
namespace {

using model::Relation;

bool holds(const Rational& value, Relation relation) {
    if (relation == Relation::equal) return value == 0;
    return relation == Relation::less ? value < 0 : value <= 0;
}

/// Forms of constraints as rows of a fresh exact simplex.
class Judge {
  public:
    explicit Judge(std::size_t reals) {
        for (std::size_t i = 0; i < reals; ++i) simplex_.add_column();
    }
    void add(const LinearForm& form, Relation relation) {
        std::vector<SimplexTerm> terms;
        for (const LinearTerm& term : form.terms())
            terms.push_back({SimplexVariable(term.variable.index()), term.coefficient});
        const SimplexVariable row = simplex_.add_row(terms);
        simplex_.set_bound(row, Side::upper, -form.constant(),
                           relation == Relation::less ? Strictness::strict : Strictness::closed);
        if (relation == Relation::equal) simplex_.set_bound(row, Side::lower, -form.constant(), Strictness::closed);
    }
    bool contradictory() { return simplex_.check() == ExactSimplex::Result::infeasible; }

  private:
    ExactSimplex simplex_;
};

/// The theory, with everything it says checked.
class CheckedTheory : public LinearTheory {
  public:
    CheckedTheory(const TestProblem& problem, const LinearTheoryOptions& options)
        : LinearTheory(options), problem_(problem) {
        for (std::size_t i = 0; i < problem.reals; ++i) add_column(Variable(i));
        tell(false);
    }
    void propagate(sat::Inferences& out) override {
        LinearTheory::propagate(out);
        examine(out);
    }
    void final_check(sat::Inferences& out) override {
        if (!told_late_) tell(true);
        told_late_ = true;
        LinearTheory::final_check(out);
        examine(out);
    }
    void explain(sat::Literal implied, std::vector<sat::Literal>& reason) override {
        LinearTheory::explain(implied, reason);
        std::vector<sat::Literal> clause{implied};
        for (const sat::Literal literal : reason) clause.push_back(~literal);
        expect_valid(clause);
    }
    int conflicts = 0;

  private:
    void tell(bool late) {
        for (const TestConstraint& constraint : problem_.constraints) {
            if (constraint.is_late != late) continue;
            if (constraint.is_atom)
                add_atom(constraint.premises[0], constraint.form, constraint.relation);
            else
                add_conditional(constraint.premises, constraint.form, constraint.relation);
        }
    }
    void examine(const sat::Inferences& out) {
        if (!out.has_conflict()) return;
        ++conflicts;
        EXPECT_TRUE(is_contradiction(system(), last_certificate()));
        expect_valid({out.conflict_clause().begin(), out.conflict_clause().end()});
    }
    /// The negations of the clause's literals contradict each other.
    void expect_valid(const std::vector<sat::Literal>& clause) {
        Judge judge(problem_.reals);
        const auto asserted = [&](sat::Literal literal) {
            return std::find(clause.begin(), clause.end(), ~literal) != clause.end();
        };
        for (const TestConstraint& constraint : problem_.constraints) {
            if (constraint.is_late && !told_late_) continue;
            if (std::all_of(constraint.premises.begin(), constraint.premises.end(), asserted))
                judge.add(constraint.form, constraint.relation);
            if (!constraint.is_atom || !asserted(~constraint.premises[0])) continue;
            LinearForm opposite = constraint.form;
            opposite.scale(-1);
            judge.add(opposite, constraint.relation == Relation::less ? Relation::less_equal : Relation::less);
        }
        EXPECT_TRUE(judge.contradictory());
    }

    const TestProblem& problem_;
    bool told_late_ = false;
};

void expect_model(const TestProblem& problem, const sat::Solver& solver, const LinearTheory& theory) {
    ASSERT_TRUE(theory.has_model());
    std::vector<Rational> values;
    for (std::size_t i = 0; theory.has_column(Variable(i)); ++i) values.push_back(theory.value(Variable(i)));
    const auto is_true = [&](sat::Literal literal) {
        return solver.model_value(literal.variable()) != literal.negated();
    };
    for (const auto& clause : problem.clauses) EXPECT_TRUE(std::any_of(clause.begin(), clause.end(), is_true));
    for (const TestConstraint& constraint : problem.constraints) {
        const bool premise = std::all_of(constraint.premises.begin(), constraint.premises.end(), is_true);
        const bool conclusion = holds(constraint.form.value(values), constraint.relation);
        EXPECT_TRUE(constraint.is_atom ? premise == conclusion : !premise || conclusion);
    }
}

struct Counts {
    int sat = 0;
    int unsat = 0;
    int conflicts = 0;
};

void compare_with_z3(const TestProblem& problem, const LinearTheoryOptions& options, Z3Oracle& oracle, Counts& counts) {
    CheckedTheory theory(problem, options);
    sat::Solver solver;
    solver.add_theory(theory);
    for (std::size_t i = 0; i < problem.booleans; ++i) solver.watch_theory_variable(solver.new_variable(), theory);
    for (const auto& clause : problem.clauses) solver.add_clause(clause);
    const Answer result = solver.solve();
    const std::optional<bool> expected = oracle.satisfiable(problem);
    ASSERT_TRUE(expected.has_value());
    ASSERT_EQ(result, *expected ? Answer::sat : Answer::unsat);
    if (*expected) expect_model(problem, solver, theory);
    ++(*expected ? counts.sat : counts.unsat);
    counts.conflicts += theory.conflicts;
}

LinearTheoryOptions options_of(Random& random) {
    LinearTheoryOptions options;
    options.early_checks = random.chance(0.8);
    options.simplify_models = random.chance(0.5);
    if (random.chance(0.6)) options.feasibility.lp_rows = 0;  // GLPK however small the problem
    return options;
}

TEST(LinearTheory, AgreesWithZ3) {
    Counts counts;
    Z3Oracle oracle;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Random random(seed);
        TestShape shape;
        shape.number_kind = static_cast<int>(random.below(4));
        shape.reals = 1 + random.below(4);
        shape.atoms = 2 + random.below(8);
        shape.conditionals = random.below(6);
        shape.clause_ratio = random.uniform(0.5, 2.5);
        const TestProblem problem = random_test_problem(random, shape);
        compare_with_z3(problem, options_of(random), oracle, counts);
        if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
    }
    EXPECT_GT(counts.sat, 100);
    EXPECT_GT(counts.unsat, 100);
    EXPECT_GT(counts.conflicts, 400);
}

TEST(LinearTheory, AgreesWithZ3OnLargerProblems) {
    Counts counts;
    Z3Oracle oracle;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        Random random(seed);
        TestShape shape;
        shape.number_kind = static_cast<int>(random.below(3));
        shape.reals = 6 + random.below(8);
        shape.atoms = 20 + random.below(20);
        shape.conditionals = random.below(5);
        shape.clause_ratio = random.uniform(0.3, 1.3);
        const TestProblem problem = random_test_problem(random, shape);
        compare_with_z3(problem, options_of(random), oracle, counts);
        if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
    }
    EXPECT_GT(counts.sat, 5);
    EXPECT_GT(counts.unsat, 5);
}

TEST(LinearTheory, BoundsOfTheSameRowImplyAtoms) {
    LinearTheory theory;
    theory.add_column(Variable(0));
    theory.add_column(Variable(1));
    const LinearForm sum({{Variable(0), 2}, {Variable(1), 4}}, 0);
    const auto atom = [&](std::size_t index, long bound, long factor) {  // factor·(2x + 4y) <= factor·bound, or >=
        LinearForm form = sum;
        form.add_constant(-bound);
        form.scale(factor);
        theory.add_atom(sat::Literal(sat::BoolVar(index)), form, Relation::less_equal);
        return sat::Literal(sat::BoolVar(index));
    };
    const sat::Literal at_most_one = atom(0, 1, 1);
    const sat::Literal at_most_five = atom(1, 5, 3);
    const sat::Literal at_least_three = atom(2, 3, -1);
    EXPECT_EQ(theory.system().variable_count(), 3u);
    theory.new_level();
    theory.assigned(at_most_one);
    sat::Inferences out;
    theory.propagate(out);
    ASSERT_EQ(out.implied().size(), 2u);
    for (const sat::Literal implied : out.implied()) {
        EXPECT_TRUE(implied == at_most_five || implied == ~at_least_three);
        std::vector<sat::Literal> reason;
        theory.explain(implied, reason);
        EXPECT_EQ(reason, std::vector<sat::Literal>{at_most_one});
    }
    theory.backtrack(0);
    theory.new_level();
    theory.assigned(~at_most_five);
    out.clear();
    theory.propagate(out);
    ASSERT_EQ(out.implied().size(), 2u);  // not at most one, at least three
}

TEST(LinearTheory, ConflictsNameTheWeakestBoundsThatSuffice) {
    LinearTheory theory;
    theory.add_column(Variable(0));
    const auto bound = [&](std::size_t index, long constant, long coefficient) {
        const sat::Literal literal{sat::BoolVar(index)};
        theory.add_conditional({&literal, 1}, LinearForm({{Variable(0), coefficient}}, constant), Relation::less_equal);
        return literal;
    };
    const sat::Literal at_least_two = bound(0, 2, -1);
    const sat::Literal at_least_five = bound(1, 5, -1);
    const sat::Literal at_most_one = bound(2, -1, 1);
    theory.new_level();
    theory.assigned(at_least_two);
    theory.new_level();
    theory.assigned(at_least_five);
    theory.new_level();
    theory.assigned(at_most_one);
    sat::Inferences out;
    theory.propagate(out);
    ASSERT_TRUE(out.has_conflict());
    EXPECT_EQ(std::vector<sat::Literal>(out.conflict_clause().begin(), out.conflict_clause().end()),
              (std::vector<sat::Literal>{~at_least_two, ~at_most_one}));
}

TEST(LinearTheory, ALimitIsNoAnswer) {
    std::atomic<bool> interrupt = true;
    for (const std::int64_t lp_rows : {0, 1000}) {
        LinearTheoryOptions options;
        options.feasibility.lp_rows = lp_rows;
        LinearTheory theory(options, Limits({}, {}, &interrupt));
        theory.add_column(Variable(0));
        theory.add_column(Variable(1));
        theory.add_permanent(LinearForm({{Variable(0), -1}, {Variable(1), -1}}, 3), Relation::less_equal);
        theory.add_permanent(LinearForm({{Variable(0), -1}, {Variable(1), 1}}, 1), Relation::less_equal);
        sat::Inferences out;
        theory.final_check(out);
        EXPECT_TRUE(out.empty());
        EXPECT_TRUE(theory.stopped() != theory.has_model());
        EXPECT_TRUE(theory.stopped() || lp_rows == 0);  // GLPK's basis may need no pivot
    }
}

}  // namespace
}  // namespace sinew::linear
