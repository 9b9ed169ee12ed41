// SPDX-License-Identifier: Apache-2.0
// Rows over Booleans and linear arithmetic over reals as two theories on one trail, against Z3: every way of learning,
// assumptions, constraints that come between searches, and what each theory implies as reason of the other's conflicts.
#include <gtest/gtest.h>

#include "cardinality/row_learner.hpp"
#include "linear/linear_theory.hpp"
#include "unit/linear/random_problem.hpp"

namespace sinew::linear {
namespace {

using cardinality::RowLearner;
using cardinality::RowTheory;
using cardinality::Term;
using model::Relation;
using sat::Literal;

struct TestRow {
    std::vector<Term> terms;
    std::int64_t bound = 0;
    Literal output;  ///< of a reified one
};

/// Σ terms ≥ bound over the problem's Booleans, atoms among them.
TestRow random_row(Random& random, std::size_t booleans) {
    TestRow row;
    const bool is_count = random.chance(0.4);
    std::int64_t sum = 0;
    for (std::size_t v = 0; v < booleans; ++v) {
        if (random.chance(0.4)) continue;
        row.terms.push_back({is_count ? 1 : random.integer(1, 6), Literal(sat::BoolVar(v), random.chance(0.5))});
        sum += row.terms.back().coefficient;
    }
    row.bound = random.integer(0, static_cast<int>(sum) + 1) / (random.chance(0.5) ? 1 : 2);
    if (random.chance(0.3)) row.output = Literal(sat::BoolVar(random.below(booleans)), random.chance(0.5));
    return row;
}

class Joint {
  public:
    Joint(const TestProblem& problem, Random& random) : random_(random), solver_(options(random)), rows_(solver_) {
        if (random.chance(0.8)) learner_.emplace(solver_, rows_, random.integer(0, 2));
        theory_.emplace(LinearTheoryOptions{{}, random.chance(0.8), random.chance(0.5)});
        solver_.add_theory(*theory_);
        for (std::size_t i = 0; i < problem.reals; ++i) theory_->add_column(Variable(i));
        for (std::size_t i = 0; i < problem.booleans; ++i)
            solver_.watch_theory_variable(solver_.new_variable(), *theory_);
        for (const auto& clause : problem.clauses) solver_.add_clause(clause);
        for (const TestConstraint& constraint : problem.constraints) {
            if (constraint.is_atom)
                theory_->add_atom(constraint.premises[0], constraint.form, constraint.relation);
            else
                theory_->add_conditional(constraint.premises, constraint.form, constraint.relation);
        }
        if (random.chance(0.3)) rows_.prefer(sat::BoolVar(random.below(problem.booleans)), 1);
        const sat::BoolVar gate(random.below(problem.booleans));
        if (learner_ && random.chance(0.3)) learner_->set_gates({&gate, 1});
    }

    void add(const TestRow& row) {
        if (row.output.valid())
            rows_.add_reified(row.output, row.terms, row.bound);
        else
            rows_.add(cardinality::normalized(row.terms, row.bound));
    }
    Answer solve(std::span<const Literal> assumptions) {
        if (random_.chance(0.3) && !rows_.simplify()) return Answer::unsat;
        return solver_.solve(assumptions);
    }
    const sat::Solver& solver() const { return solver_; }
    const LinearTheory& theory() const { return *theory_; }
    std::uint64_t rows_learned() const { return learner_ ? learner_->rows_learned() : 0; }

  private:
    static sat::Options options(Random& random) {
        sat::Options options;
        options.luby_unit = random.integer(1, 10);
        options.restart = random.integer(0, 2);
        options.learned_least = random.integer(1, 5);
        options.target_phases = random.chance(0.5);
        options.rephase_interval = random.integer(0, 5);
        options.random_decisions = random.chance(0.5) ? 0.2 : 0;
        options.seed = random.integer(0, 1000);
        return options;
    }

    Random& random_;
    sat::Solver solver_;
    RowTheory rows_;
    std::optional<RowLearner> learner_;
    std::optional<LinearTheory> theory_;
};

bool is_true(const sat::Solver& solver, Literal literal) {
    return solver.model_value(literal.variable()) != literal.negated();
}

bool holds(const TestRow& row, const sat::Solver& solver) {
    std::int64_t sum = 0;
    for (const Term& term : row.terms) sum += is_true(solver, term.literal) ? term.coefficient : 0;
    return (sum >= row.bound) == (!row.output.valid() || is_true(solver, row.output));
}

bool holds(const TestConstraint& constraint, const sat::Solver& solver, const std::vector<Rational>& values) {
    const Rational value = constraint.form.value(values);
    const bool conclusion = constraint.relation == Relation::equal  ? value == 0
                            : constraint.relation == Relation::less ? value < 0
                                                                    : value <= 0;
    const bool premise = std::all_of(constraint.premises.begin(), constraint.premises.end(),
                                     [&](Literal literal) { return is_true(solver, literal); });
    return constraint.is_atom ? premise == conclusion : !premise || conclusion;
}

struct RowCounts {
    int sat = 0;
    int unsat = 0;
    std::uint64_t theory_conflicts = 0;
    std::uint64_t rows_learned = 0;
};

class Comparison {
  public:
    Comparison(const TestProblem& problem, Random& random) : problem_(problem), random_(random) {}

    void run(Z3Oracle& oracle, RowCounts& counts) {
        Joint joint(problem_, random_);
        for (int round = 0; round < 3 && !::testing::Test::HasFailure(); ++round) {
            for (std::size_t i = 1 + random_.below(3); i > 0; --i) {
                rows_.push_back(random_row(random_, problem_.booleans));
                joint.add(rows_.back());
            }
            std::vector<Literal> assumptions;
            for (std::size_t i = random_.below(3); i > 0; --i)
                assumptions.emplace_back(sat::BoolVar(random_.below(problem_.booleans)), random_.chance(0.5));
            const Answer answer = joint.solve(assumptions);
            ASSERT_EQ(answer, expected(oracle, assumptions)) << "round " << round;
            if (answer == Answer::sat) {
                check_model(joint);
                ++counts.sat;
            } else {
                if (!joint.solver().unsat()) {
                    ASSERT_EQ(expected(oracle, joint.solver().failed_assumptions()), Answer::unsat);
                }
                ++counts.unsat;
            }
        }
        counts.theory_conflicts += joint.solver().counters().theory_conflicts;
        counts.rows_learned += joint.rows_learned();
    }

  private:
    Answer expected(Z3Oracle& oracle, std::span<const Literal> assumptions) const {
        std::vector<z3::expr> more;
        for (const Literal literal : assumptions) more.push_back(oracle.expression(literal));
        for (const TestRow& row : rows_) {
            z3::expr sum = oracle.whole(0);
            for (const Term& term : row.terms)
                sum = sum + z3::ite(oracle.expression(term.literal), oracle.whole(term.coefficient), oracle.whole(0));
            const z3::expr holds = sum >= oracle.whole(row.bound);
            more.push_back(row.output.valid() ? oracle.expression(row.output) == holds : holds);
        }
        const std::optional<bool> answer = oracle.satisfiable(problem_, more);
        return !answer ? Answer::unknown : *answer ? Answer::sat : Answer::unsat;
    }

    void check_model(const Joint& joint) const {
        ASSERT_TRUE(joint.theory().has_model());
        std::vector<Rational> values;
        for (std::size_t i = 0; i < problem_.reals; ++i) values.push_back(joint.theory().value(Variable(i)));
        for (const auto& clause : problem_.clauses)
            EXPECT_TRUE(std::any_of(clause.begin(), clause.end(),
                                    [&](Literal literal) { return is_true(joint.solver(), literal); }));
        for (const TestConstraint& constraint : problem_.constraints)
            EXPECT_TRUE(holds(constraint, joint.solver(), values));
        for (const TestRow& row : rows_) EXPECT_TRUE(holds(row, joint.solver()));
    }

    const TestProblem& problem_;
    Random& random_;
    std::vector<TestRow> rows_;
};

TEST(RowsAndReals, OnOneTrailAgreeWithZ3) {
    RowCounts counts;
    Z3Oracle oracle;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        Random random(seed);
        TestShape shape;
        shape.number_kind = static_cast<int>(random.below(3));
        shape.reals = 1 + random.below(4);
        shape.atoms = 4 + random.below(10);
        shape.conditionals = random.below(6);
        shape.clause_ratio = random.uniform(0.2, 1.5);
        shape.shortest_clause = 2;
        TestProblem problem = random_test_problem(random, shape);
        for (TestConstraint& constraint : problem.constraints) constraint.is_late = false;
        Comparison(problem, random).run(oracle, counts);
        if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
    }
    EXPECT_GT(counts.sat, 200);
    EXPECT_GT(counts.unsat, 200);
    EXPECT_GT(counts.theory_conflicts, 500U);
    EXPECT_GT(counts.rows_learned, 100U);
}

}  // namespace
}  // namespace sinew::linear
