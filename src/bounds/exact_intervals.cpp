// SPDX-License-Identifier: Apache-2.0
#include "bounds/exact_intervals.hpp"

#include <cmath>

#include "bounds/forward_intervals.hpp"

namespace sinew::bounds {

std::vector<ExactInterval> exact_intervals(const model::Query& query) {
    const std::vector<Variable> inputs = query.network.input_variables();
    const std::vector<model::Domain> domains = model::demanded_domains(query);
    std::vector<Interval> sides;
    for (const model::Domain& domain : domains) sides.push_back(enclosing(domain));
    const State state = forward_intervals(query.network, sides);
    std::vector<ExactInterval> result(query.network.variable_count());
    for (std::size_t v = 0; v < result.size(); ++v) {
        const Interval values = state.at(v);
        if (std::isfinite(values.lower)) result[v].lower = to_rational(values.lower);
        if (std::isfinite(values.upper)) result[v].upper = to_rational(values.upper);
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) result[inputs[i].index()] = {domains[i].lower, domains[i].upper};
    return result;
}

ExactInterval range(const LinearForm& form, const std::vector<ExactInterval>& bounds) {
    ExactInterval result{form.constant(), form.constant()};
    for (const LinearTerm& term : form.terms()) {
        const ExactInterval& of = bounds[term.variable.index()];
        const bool positive = sgn(term.coefficient) > 0;
        const auto& low = positive ? of.lower : of.upper;
        const auto& high = positive ? of.upper : of.lower;
        if (!low) result.lower.reset();
        if (!high) result.upper.reset();
        if (result.lower) *result.lower += term.coefficient * *low;
        if (result.upper) *result.upper += term.coefficient * *high;
    }
    return result;
}

}  // namespace sinew::bounds
