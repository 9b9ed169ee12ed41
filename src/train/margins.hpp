// SPDX-License-Identifier: Apache-2.0
// The greatest sum of margins, for networks of one output with at most one hidden layer: neurons only meet in their
// activities, so that the sum is bounded by neurons taken alone (neuron_margin.hpp), by cases of the output's weights:
// none: every hidden neuron is free, the class constant.
// one: that hidden neuron classifies alone, all others are free.
// two, where there are but two and all examples must be right: branching over which of them recognises an example.
// more: every hidden neuron is free (a bound only).
#pragma once

#include <cstdint>

#include "base/limits.hpp"
#include "train/columns.hpp"
#include "train/incumbent.hpp"

namespace sinew::train {

bool has_margin_cases(const Problem& problem);

/// Offers the solutions that the cases give, and raises the incumbent's bound. Looks at so many nodes at most, each
/// one linear program; stops at a limit.
void bound_margins(const Problem& problem, const Columns& columns, std::uint64_t nodes, const Limits& limits,
                   Incumbent& best);

}  // namespace sinew::train
