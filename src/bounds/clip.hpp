// SPDX-License-Identifier: Apache-2.0
// Tightening a box by linear inequalities that every solution in it satisfies.
#pragma once

#include <span>

namespace sinew::bounds {

/// Keeps of [lower, upper] (in place) what can satisfy Σ coefficient_i·x_i + constant <= 0. Rounded outward. False: no
/// point of the box does. O(inputs).
bool clip_box(std::span<const double> coefficients, double constant, std::span<double> lower, std::span<double> upper);

}  // namespace sinew::bounds
