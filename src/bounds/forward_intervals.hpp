// SPDX-License-Identifier: Apache-2.0
// Intervals of all variables where inputs may be unbounded: what a bounded activation makes of them is bounded again.
// NetworkBounds are faster and tighter, but their error budget needs a bounded box.
#pragma once

#include "bounds/network_bounds.hpp"

namespace sinew::bounds {

/// By outward-rounded interval arithmetic, from the inputs' intervals (in input_variables() order).
State forward_intervals(const model::Network& network, std::span<const Interval> inputs);

}  // namespace sinew::bounds
