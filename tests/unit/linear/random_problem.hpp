// SPDX-License-Identifier: Apache-2.0
// Random Boolean combinations of linear constraints, asked of Z3 and of the linear theory beside the SAT core.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <z3++.h>

#include "base/random.hpp"
#include "exact/linear_form.hpp"
#include "model/formula.hpp"
#include "sat/literal.hpp"

namespace sinew::linear {

/// Premises true imply form ⋈ 0; an atom is an equivalence with one premise.
struct TestConstraint {
    std::vector<sat::Literal> premises;
    LinearForm form;
    model::Relation relation = model::Relation::less_equal;
    bool is_atom = false;
    bool is_late = false;  // told to the theory in the middle of the search
};

struct TestProblem {
    std::size_t reals = 0;
    std::size_t booleans = 0;
    std::vector<TestConstraint> constraints;
    std::vector<std::vector<sat::Literal>> clauses;
};

struct TestShape {
    int number_kind = 0;  // 0 small integers, 1 hundredths, 2 doubles, 3 mixed magnitudes to 1e±30
    std::size_t reals = 3;
    std::size_t atoms = 6;
    std::size_t conditionals = 3;
    double clause_ratio = 1.5;
    std::size_t shortest_clause = 1;  // the longest has three literals
};

inline Rational random_number(Random& random, int kind) {
    if (kind == 0) return random.integer(-3, 3);
    if (kind == 1) return Rational(random.integer(-300, 300)) / 100;
    if (kind == 2) return to_rational(random.uniform(-1, 1));
    const Rational large("1000000000000000000000000000000");
    const Rational small(random.integer(-3, 3));
    return random.chance(0.2) ? Rational(small * large) : random.chance(0.25) ? Rational(small / large) : small;
}

inline LinearForm random_form(Random& random, const TestShape& shape) {
    std::vector<LinearTerm> terms;
    for (std::size_t i = 0; i < shape.reals; ++i)
        if (random.chance(shape.reals > 4 ? 0.3 : 0.6))
            terms.push_back({Variable(i), random_number(random, shape.number_kind)});
    return LinearForm(terms, random_number(random, shape.number_kind));
}

inline model::Relation random_relation(Random& random, bool equality) {
    if (equality && random.chance(0.3)) return model::Relation::equal;
    return random.chance(0.4) ? model::Relation::less : model::Relation::less_equal;
}

inline TestProblem random_test_problem(Random& random, const TestShape& shape) {
    TestProblem problem;
    problem.reals = shape.reals;
    problem.booleans = shape.atoms + 2;
    const auto random_literal = [&] {
        return sat::Literal(sat::BoolVar(random.below(problem.booleans)), random.chance(0.5));
    };
    std::vector<LinearForm> forms;
    for (std::size_t i = 0; i < shape.atoms; ++i) {
        LinearForm form = random_form(random, shape);
        if (!forms.empty() && random.chance(0.4)) {  // the same row again: other constant, perhaps other factor
            form = forms[random.below(forms.size())];
            form.add_constant(random_number(random, shape.number_kind));
            if (random.chance(0.3)) form.scale(-2);
        }
        forms.push_back(form);
        const sat::Literal literal(sat::BoolVar(i), random.chance(0.5));
        problem.constraints.push_back({{literal}, form, random_relation(random, false), true, false});
    }
    for (std::size_t i = 0; i < shape.conditionals; ++i) {
        TestConstraint constraint{{}, random_form(random, shape), random_relation(random, true), false, false};
        for (std::size_t n = random.below(3); n > 0; --n) constraint.premises.push_back(random_literal());
        constraint.is_late = random.chance(0.3);
        problem.constraints.push_back(constraint);
    }
    const auto clauses = static_cast<std::size_t>(shape.clause_ratio * static_cast<double>(problem.booleans));
    for (std::size_t i = 0; i < clauses; ++i) {
        problem.clauses.emplace_back();
        for (std::size_t n = shape.shortest_clause + random.below(4 - shape.shortest_clause); n > 0; --n)
            problem.clauses.back().push_back(random_literal());
    }
    return problem;
}

class Z3Oracle {
  public:
    /// Satisfiable, with `more` conditions? Absent: Z3 does not know.
    std::optional<bool> satisfiable(const TestProblem& problem, const std::vector<z3::expr>& more = {}) {
        z3::solver solver(context_, z3::solver::simple());
        for (const auto& clause : problem.clauses) {
            z3::expr_vector literals(context_);
            for (const sat::Literal literal : clause) literals.push_back(expression(literal));
            solver.add(z3::mk_or(literals));
        }
        for (const TestConstraint& constraint : problem.constraints) {
            z3::expr_vector premises(context_);
            for (const sat::Literal literal : constraint.premises) premises.push_back(expression(literal));
            const z3::expr holds = atom(constraint);
            solver.add(constraint.is_atom ? premises[0] == holds : z3::implies(z3::mk_and(premises), holds));
        }
        for (const z3::expr& condition : more) solver.add(condition);
        const z3::check_result result = solver.check();
        if (result == z3::unknown) return std::nullopt;
        return result == z3::sat;
    }

    z3::expr expression(sat::Literal literal) {
        const z3::expr variable = context_.bool_const(("b" + std::to_string(literal.variable().index())).c_str());
        return literal.negated() ? !variable : variable;
    }
    z3::expr whole(std::int64_t value) { return context_.int_val(value); }

  private:
    z3::expr number(const Rational& value) { return context_.real_val(value.get_str().c_str()); }
    z3::expr atom(const TestConstraint& constraint) {
        z3::expr sum = number(constraint.form.constant());
        for (const LinearTerm& term : constraint.form.terms())
            sum = sum +
                  number(term.coefficient) * context_.real_const(("x" + std::to_string(term.variable.index())).c_str());
        if (constraint.relation == model::Relation::less) return sum < 0;
        if (constraint.relation == model::Relation::less_equal) return sum <= 0;
        return sum == 0;
    }

    z3::context context_;
};

}  // namespace sinew::linear
