// SPDX-License-Identifier: Apache-2.0
// The objective in normal form: a cost for each literal that is paid when the literal is true.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cardinality/constraint.hpp"

namespace sinew::cardinality {

/// Value = offset + Σ cost·literal with positive costs over distinct variables, so that the spent sum is 0 or more.
struct Objective {
    std::vector<Term> terms;
    std::int64_t offset = 0;

    /// The row `spent ≤ budget`, merged().
    Constraint within(std::int64_t budget) const;
    std::int64_t most() const;
    std::int64_t spent(const std::vector<bool>& values) const;
};

Objective normalized_objective(std::span<const Term> terms, std::int64_t constant);

}  // namespace sinew::cardinality
