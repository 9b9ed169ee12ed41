// SPDX-License-Identifier: Apache-2.0
#include "search/lazy_solver.hpp"

#include <algorithm>
#include <cmath>

#include "model/evaluate.hpp"

namespace sinew::search {

using model::Relation;
using sat::Literal;

namespace {
/// A number of at most 24 bits that is not below `value`, near to it; 0 stays 0.
Rational short_above(const Rational& value) {
    const double above = to_double_above(value);
    if (!std::isfinite(above) || std::abs(above) < 1e-290) return value;  // its short neighbour may be none
    int exponent = 0;
    const double fraction = std::frexp(above, &exponent);
    return to_rational(std::ldexp(std::ceil(std::ldexp(fraction, 24)), exponent - 24));
}
}  // namespace

LazySolver::LazySolver(const Encoding& encoding, const Settings& settings, sat::Tracer* tracer)
    : theory_({settings.options(linear::option_table())}),
      solver_(settings.options(sat::option_table())),
      encoded_variables_(encoding.variable_count()) {
    solver_.set_tracer(tracer);
    solver_.add_theory(theory_);
    theory_.set_atoms([this] {
        const Literal literal(solver_.new_variable());
        solver_.watch_theory_variable(literal.variable(), theory_);
        return literal;
    });
    for (std::size_t v = 0; v < encoding.variable_count(); ++v) solver_.new_variable();
    for (const Variable column : encoding.columns) theory_.add_column(column);
    for (const Variable column : encoding.integers) theory_.set_integer(column);
    for (const LinearConstraint& constraint : encoding.permanent)
        theory_.add_permanent(constraint.form, constraint.relation);
    for (const ConditionalConstraint& conditional : encoding.conditional) {
        theory_.add_conditional({&conditional.literal, 1}, conditional.constraint.form,
                                conditional.constraint.relation);
        solver_.watch_theory_variable(conditional.literal.variable(), theory_);
    }
    add_clauses(encoding.clauses);
    add_clauses(encoding.output_clauses);
    if (encoding.contradiction || encoding.output_contradiction) solver_.add_clause(std::span<const Literal>{});
}

void LazySolver::add_clauses(std::span<const std::vector<Literal>> clauses) {
    for (const std::vector<Literal>& clause : clauses) solver_.add_clause(clause);
}

bool LazySolver::strengthen(std::span<const Breakpoint> breakpoints, const Limits& limits) {
    theory_.set_limits(limits);
    for (; strengthened_ < breakpoints.size(); ++strengthened_) {
        const Breakpoint& breakpoint = breakpoints[strengthened_];
        if (solver_.propagate() == sat::Step::conflict) return true;
        if (limits.exceeded()) return false;
        bound_neuron(breakpoint);
        if (solver_.propagate() == sat::Step::conflict) return true;
        if (solver_.value(breakpoint.phase) != sat::Truth::undefined) continue;
        LinearForm opposite = breakpoint.distance;
        opposite.scale(-1);
        if (is_impossible(opposite))
            solver_.add_clause({~breakpoint.phase});
        else if (is_impossible(breakpoint.distance))
            solver_.add_clause({breakpoint.phase});
        else
            continue;
        ++fixed_;
    }
    return true;
}

/// The largest or smallest value of a form by its columns' bounds, rounded outward to a short number.
std::optional<Rational> LazySolver::extreme(const LinearForm& form, Side side) const {
    Rational sum = form.constant();
    for (const LinearTerm& term : form.terms()) {
        const bool same = (sgn(term.coefficient) > 0) == (side == Side::upper);
        const std::optional<Rational> bound = theory_.bound(term.variable, same ? Side::upper : Side::lower);
        if (!bound) return std::nullopt;
        sum += term.coefficient * *bound;
    }
    return side == Side::upper ? short_above(sum) : Rational(-short_above(-sum));
}

void LazySolver::bound_neuron(const Breakpoint& breakpoint) {
    between(breakpoint, extreme(breakpoint.distance, Side::lower), extreme(breakpoint.distance, Side::upper));
}

void LazySolver::between(const Breakpoint& breakpoint, const std::optional<Rational>& lower,
                         const std::optional<Rational>& upper) {
    // At the breakpoint itself either phase will do: what an earlier bound has chosen stays.
    if (solver_.value(breakpoint.phase) != sat::Truth::undefined) return;
    if (upper && *upper <= 0) {
        solver_.add_clause({~breakpoint.phase});
        return;
    }
    if (lower && *lower >= 0) {
        solver_.add_clause({breakpoint.phase});
        return;
    }
    if (!lower || !upper) return;
    const Rational at_lower = breakpoint.value + breakpoint.slope_below * *lower;
    const Rational at_upper = breakpoint.value + breakpoint.slope_above * *upper;
    const Rational slope = (at_upper - at_lower) / (*upper - *lower);
    // output - chord <= 0 on a convex neuron, >= 0 on a concave one
    LinearForm excess(breakpoint.output);
    excess.add(breakpoint.distance, -slope);
    excess.add_constant(slope * *lower - at_lower);
    if (breakpoint.slope_below > breakpoint.slope_above) excess.scale(-1);
    add_fact(excess, Relation::less_equal);
    const Rational greatest = std::max({at_lower, at_upper, breakpoint.value});
    const Rational least = std::min({at_lower, at_upper, breakpoint.value});
    add_fact(LinearForm({{breakpoint.output, 1}}, -greatest), Relation::less_equal);
    add_fact(LinearForm({{breakpoint.output, -1}}, least), Relation::less_equal);
}

void LazySolver::add_fact(const LinearForm& form, Relation relation) {
    theory_.add_permanent(form, relation);
    facts_.push_back({form, relation});
}

void LazySolver::agree_with(const LazySolver& first) {
    if (first.solver_.unsat()) solver_.add_clause(std::span<const Literal>{});
    for (std::size_t v = 0; v < encoded_variables_; ++v) {
        const Literal literal{sat::BoolVar(v)};
        if (const int fact = first.solver_.fact(literal); fact != 0)
            solver_.add_clause({fact > 0 ? literal : ~literal});
    }
    for (; agreed_facts_ < first.facts_.size(); ++agreed_facts_)
        theory_.add_permanent(first.facts_[agreed_facts_].form, first.facts_[agreed_facts_].relation);
}

sat::Literal LazySolver::new_condition(const LinearForm& form, Relation relation) {
    const Literal literal(solver_.new_variable());
    theory_.add_conditional({&literal, 1}, form, relation);
    solver_.watch_theory_variable(literal.variable(), theory_);
    return literal;
}

/// Is form < 0 contradictory with what holds at level 0? False where that is not found out.
bool LazySolver::is_impossible(const LinearForm& form) {
    if (solver_.propagate() == sat::Step::conflict) return false;
    const Literal negative = new_condition(form, Relation::less);
    solver_.decide(negative);
    if (solver_.propagate() == sat::Step::conflict) solver_.resolve_conflict();
    solver_.backtrack(0);
    if (solver_.propagate() == sat::Step::conflict) return false;
    if (solver_.value(negative) == sat::Truth::false_value) return true;
    solver_.add_clause({~negative});  // it has done its work
    return false;
}

Answer LazySolver::solve(std::span<const Literal> assumptions, const Limits& slice, const Limits& limits) {
    theory_.set_limits(limits);
    const Answer answer = solver_.solve(assumptions, slice);
    // A linear check that a limit cut short found no contradiction, which is no model.
    return answer == Answer::sat && !theory_.has_model() ? Answer::unknown : answer;
}

Rational LazySolver::value(Variable variable) const {
    return theory_.has_column(variable) ? theory_.value(variable) : Rational(0);
}

model::Witness LazySolver::witness(const model::Query& query, std::span<const Literal> booleans) const {
    std::vector<Rational> inputs;
    for (const Variable input : query.network.input_variables()) inputs.push_back(value(input));
    model::Witness witness;
    witness.values = model::evaluate(query.network, inputs);
    for (const Literal boolean : booleans) witness.booleans.push_back(is_true(boolean));
    return witness;
}

Statistics LazySolver::statistics() const {
    Statistics all = solver_.statistics();
    all.add(theory_.statistics());
    all.add("phases_fixed_at_once", static_cast<double>(fixed_));
    return all;
}

}  // namespace sinew::search
