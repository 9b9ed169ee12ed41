// SPDX-License-Identifier: Apache-2.0
#include "cardinality/constraint.hpp"

#include <algorithm>
#include <numeric>

namespace sinew::cardinality {

std::int64_t Constraint::sum() const {
    std::int64_t total = 0;
    for (const Term& term : terms) total += term.coefficient;
    return total;
}

std::int64_t Constraint::largest() const {
    std::int64_t most = 0;
    for (const Term& term : terms) most = std::max(most, term.coefficient);
    return most;
}

void Constraint::saturate() {
    if (degree <= 0) return;
    for (Term& term : terms) {
        if (term.coefficient <= degree) break;
        term.coefficient = degree;
    }
}

void Constraint::divide_by_gcd() {
    if (degree <= 0 || terms.empty()) return;
    std::int64_t divisor = 0;
    for (const Term& term : terms) {
        divisor = std::gcd(divisor, term.coefficient);
        if (divisor == 1) return;
    }
    for (Term& term : terms) term.coefficient /= divisor;
    degree = (degree + divisor - 1) / divisor;
}

void tidy(Constraint& constraint) {
    std::stable_sort(constraint.terms.begin(), constraint.terms.end(),
                     [](const Term& a, const Term& b) { return a.coefficient > b.coefficient; });
    constraint.saturate();
    constraint.divide_by_gcd();
}

Constraint normalized(std::span<const Term> terms, std::int64_t bound) {
    Constraint result = merged(terms, bound);
    tidy(result);
    return result;
}

Constraint merged(std::span<const Term> terms, std::int64_t bound) {
    Constraint result;
    result.degree = bound;
    result.terms.assign(terms.begin(), terms.end());
    std::sort(result.terms.begin(), result.terms.end(),
              [](const Term& a, const Term& b) { return a.literal < b.literal; });
    // Of one variable: a·x + b·¬x = (a - b)·x + b; a negative a·l is -a·¬l + a.
    std::size_t kept = 0;
    for (std::size_t i = 0; i < result.terms.size();) {
        const BoolVar variable = result.terms[i].literal.variable();
        std::int64_t coefficient = 0;
        for (; i < result.terms.size() && result.terms[i].literal.variable() == variable; ++i) {
            const Term& term = result.terms[i];
            coefficient += term.literal.negated() ? -term.coefficient : term.coefficient;
            if (term.literal.negated()) result.degree -= term.coefficient;
        }
        if (coefficient == 0) continue;
        if (coefficient < 0) result.degree -= coefficient;
        result.terms[kept++] = {coefficient < 0 ? -coefficient : coefficient, Literal(variable, coefficient < 0)};
    }
    result.terms.resize(kept);
    return result;
}

}  // namespace sinew::cardinality
