#include "search/lazy_solver.hpp"

namespace sinew::search {

using model::Relation;
using sat::Literal;

LazySolver::LazySolver(const Encoding& encoding, const sat::Options& options, const Limits& limits, sat::Tracer* tracer)
    : limits_(limits), theory_({}, limits), solver_(options) {
    solver_.set_tracer(tracer);
    solver_.set_theory(&theory_);
    for (std::size_t v = 0; v < encoding.variable_count(); ++v) solver_.new_variable();
    for (const Variable column : encoding.columns) theory_.add_column(column);
    for (const LinearConstraint& constraint : encoding.permanent)
        theory_.add_permanent(constraint.form, constraint.relation);
    for (const ConditionalConstraint& conditional : encoding.conditional) {
        theory_.add_conditional({&conditional.literal, 1}, conditional.constraint.form,
                                conditional.constraint.relation);
        solver_.watch_theory_variable(conditional.literal.variable());
    }
    add_clauses(encoding.clauses);
    add_clauses(encoding.output_clauses);
    if (encoding.contradiction || encoding.output_contradiction) solver_.add_clause(std::span<const Literal>{});
}

void LazySolver::add_clauses(std::span<const std::vector<Literal>> clauses) {
    for (const std::vector<Literal>& clause : clauses) solver_.add_clause(clause);
}

sat::Result LazySolver::solve(std::span<const Literal> assumptions) {
    const sat::Result result = solver_.solve(assumptions, limits_);
    // A linear check that a limit cut short found no contradiction, which is no model.
    if (result == sat::Result::sat && !theory_.has_model()) return sat::Result::unknown;
    return result;
}

Rational LazySolver::value(Variable variable) const {
    return theory_.has_column(variable) ? theory_.value(variable) : Rational(0);
}

void LazySolver::split_integer(Variable column, const Integer& bound) {
    const Literal at_most(solver_.new_variable());
    LinearForm form{column};
    form.add_constant(-bound);
    theory_.add_conditional({&at_most, 1}, form, Relation::less_equal);
    LinearForm above({{column, -1}}, bound + 1);
    const Literal at_least = ~at_most;
    theory_.add_conditional({&at_least, 1}, above, Relation::less_equal);
    solver_.watch_theory_variable(at_most.variable());
}

Statistics LazySolver::statistics() const {
    Statistics all = solver_.statistics();
    all.add(theory_.statistics());
    return all;
}

}  // namespace sinew::search
