// The vertex that a float solver's basis stands for, in exact numbers, and whether it satisfies every bound. Confirms a
// feasible leaf without a single pivot.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "linear/linear_system.hpp"

namespace sinew::linear {

/// `places` has an entry a variable of `system`. The values of all variables (of rows without bounds: 0) with a number
/// in place of δ, if the basis is regular and its vertex satisfies all bounds.
std::optional<std::vector<Rational>> feasible_vertex(const LinearSystem& system, std::span<const BasisPlace> places,
                                                     const Limits& limits);

}  // namespace sinew::linear
