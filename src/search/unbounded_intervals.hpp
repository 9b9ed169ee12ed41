// Intervals of all variables where inputs may be unbounded: what a bounded activation makes of them is bounded again.
// bounds/ is faster and tighter, but its error budget needs a bounded box.
#pragma once

#include "bounds/network_bounds.hpp"

namespace sinew::search {

/// By outward-rounded interval arithmetic, from the inputs' intervals (in input_variables() order).
bounds::State unbounded_intervals(const model::Network& network, std::span<const Interval> inputs);

}  // namespace sinew::search
