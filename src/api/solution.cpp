// SPDX-License-Identifier: Apache-2.0
#include <sinew/solution.hpp>

#include "api/condition.hpp"
#include "api/solution_data.hpp"
#include "base/error.hpp"
#include "exact/rational.hpp"

namespace sinew {

std::string_view to_string(Status status) {
    switch (status) {
        case Status::satisfied:
            return "satisfied";
        case Status::optimal:
            return "optimal";
        case Status::feasible:
            return "feasible";
        case Status::unsatisfiable:
            return "unsatisfiable";
        case Status::unbounded:
            return "unbounded";
        case Status::unknown:
            break;
    }
    return "unknown";
}

Solution::Solution(Data data)
    : status_(data.status),
      reason_(std::move(data.reason)),
      decided_by_(std::move(data.decided_by)),
      values_(std::move(data.values)),
      errors_(std::move(data.errors)),
      booleans_(std::move(data.booleans)),
      seconds_(data.seconds),
      objective_(std::move(data.objective)),
      bound_(std::move(data.bound)),
      statistics_(data.statistics.figures()) {}

Rational Solution::value(const Expression& expression) const {
    check(expression.form());
    return expression.form().value(values_);
}

/// UsageError where it has no value here.
void Solution::check(const LinearForm& form) const {
    if (values_.empty()) throw UsageError("there is no solution, so nothing has a value");
    check_known(form, values_.size());
}

Rational Solution::error(const Expression& expression) const {
    check(expression.form());
    Rational sum;
    if (errors_.empty()) return sum;
    for (const LinearTerm& term : expression.form().terms())
        sum += abs(term.coefficient) * to_rational(errors_[term.variable.index()]);
    return sum;
}

bool Solution::holds(const Condition& condition) const {
    if (values_.empty()) throw UsageError("there is no solution, so nothing has a value");
    model::FormulaStore store;
    const model::FormulaId root = to_formula(store, condition);
    check_known(store, values_.size(), booleans_.size());
    for (std::size_t i = 0; i < store.size() && !errors_.empty(); ++i)
        if (error(Expression(store.node(model::FormulaId(i)).atom.form)) != 0)
            throw UsageError("what a sigmoid or tansig neuron gives is no rational: compare value() and error()");
    return store.holds(root, values_, booleans_);
}

const Rational& Solution::objective() const {
    if (!objective_) throw UsageError("there is no solution with an objective");
    return *objective_;
}

}  // namespace sinew
