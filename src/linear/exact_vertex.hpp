// SPDX-License-Identifier: Apache-2.0
// The vertex that a float solver's basis stands for, in exact numbers, and whether it satisfies every bound. Confirms a
// feasible leaf without a single pivot.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "linear/linear_system.hpp"

namespace sinew::linear {

/// `places` has an entry a variable of `system`. Strict bounds are kept at a distance `margin`: a nonbasic variable
/// rests that far inside. The values of all variables (of rows without bounds: 0) if the basis is regular and its
/// vertex satisfies all bounds, the strict ones strictly.
std::optional<std::vector<Rational>> feasible_vertex(const LinearSystem& system, std::span<const BasisPlace> places,
                                                     const Rational& margin, const Limits& limits);

}  // namespace sinew::linear
