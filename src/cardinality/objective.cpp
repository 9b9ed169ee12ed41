// SPDX-License-Identifier: Apache-2.0
#include "cardinality/objective.hpp"

#include <algorithm>

namespace sinew::cardinality {

Constraint Objective::within(std::int64_t budget) const {
    std::vector<Term> saved(terms);
    for (Term& term : saved) term.literal = ~term.literal;
    return merged(saved, most() - budget);
}

std::int64_t Objective::most() const {
    std::int64_t sum = 0;
    for (const Term& term : terms) sum += term.coefficient;
    return sum;
}

std::int64_t Objective::spent(const std::vector<bool>& values) const {
    std::int64_t sum = 0;
    for (const Term& term : terms)
        if (values[term.literal.variable().index()] != term.literal.negated()) sum += term.coefficient;
    return sum;
}

Objective normalized_objective(std::span<const Term> terms, std::int64_t constant) {
    Objective objective;
    std::vector<Term> copy(terms.begin(), terms.end());
    std::sort(copy.begin(), copy.end(), [](const Term& a, const Term& b) { return a.literal < b.literal; });
    objective.offset = constant;
    for (std::size_t i = 0; i < copy.size();) {
        const BoolVar variable = copy[i].literal.variable();
        std::int64_t coefficient = 0;
        for (; i < copy.size() && copy[i].literal.variable() == variable; ++i) {
            coefficient += copy[i].literal.negated() ? -copy[i].coefficient : copy[i].coefficient;
            if (copy[i].literal.negated()) objective.offset += copy[i].coefficient;
        }
        if (coefficient == 0) continue;
        if (coefficient < 0) objective.offset += coefficient;
        objective.terms.push_back({coefficient < 0 ? -coefficient : coefficient, Literal(variable, coefficient < 0)});
    }
    return objective;
}

}  // namespace sinew::cardinality
