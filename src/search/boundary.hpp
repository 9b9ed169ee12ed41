// SPDX-License-Identifier: Apache-2.0
// "Too close to tell", in numbers: what is said where neither a proof nor a certified witness could be had.
#pragma once

#include <string>

namespace sinew::search {

/// The smallest power of ten with a whole exponent that is not below `distance` (>= 0): "1e-9".
std::string power_of_ten_above(double distance);

/// "within 1e-k of the boundary"; for an infinite distance, that nothing is known.
std::string boundary_reason(double distance);

}  // namespace sinew::search
