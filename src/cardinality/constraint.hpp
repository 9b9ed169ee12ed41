// SPDX-License-Identifier: Apache-2.0
// A linear constraint in normal form: what the engine stores and what it learns.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cardinality/problem.hpp"

namespace sinew::cardinality {

/// Σ coefficient·literal ≥ degree with positive coefficients over distinct variables, largest coefficients first.
/// degree ≤ 0: it holds always. A degree beyond the sum of the coefficients: it never holds.
struct Constraint {
    std::vector<Term> terms;
    std::int64_t degree = 0;

    std::int64_t sum() const;
    std::int64_t largest() const;
    /// No coefficient need be larger than the degree. Keeps the order.
    void saturate();
    /// Divides by the greatest common divisor of the coefficients, the degree rounded up.
    void divide_by_gcd();
    /// Whether one true literal is enough (after saturate(): all coefficients equal the degree).
    bool is_clause() const { return degree > 0 && (terms.empty() || terms.back().coefficient >= degree); }
};

/// Brings Σ terms ≥ bound to normal form, saturated and divided. The sums must be below 2^61 (Problem sees to it).
Constraint normalized(std::span<const Term> terms, std::int64_t bound);

/// Without saturation and division: what a proof has.
Constraint merged(std::span<const Term> terms, std::int64_t bound);

/// Restores order, saturates, divides: for terms that are positive and over distinct variables already.
void tidy(Constraint& constraint);

}  // namespace sinew::cardinality
