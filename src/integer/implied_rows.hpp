// SPDX-License-Identifier: Apache-2.0
// Linear equations over some variables that follow from equations over more: what is left when the others have been
// eliminated. The load of each core is a sum over jobs, and each job is on one core: so the loads have a known sum.
#pragma once

#include <span>
#include <vector>

#include "integer/model.hpp"

namespace sinew::integer {

/// Σ terms = right.
struct LinearEquation {
    std::vector<Term> terms;
    Integer right;
};

/// Equations over the variables with is_kept[index] != 0 alone that follow from `equations` by exact elimination of the
/// others, but for those that were such already. None where numbers of terms grow beyond what it is worth.
std::vector<LinearEquation> implied_equations(std::span<const LinearEquation> equations,
                                              std::span<const std::uint8_t> is_kept);

}  // namespace sinew::integer
