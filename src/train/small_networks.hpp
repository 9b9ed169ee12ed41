// SPDX-License-Identifier: Apache-2.0
// All networks of few weights, in the order of their weight: the first that satisfies the demands is of least weight,
// and that there is none so far is a proven bound. For networks of one output with at most one hidden layer, whose
// weights may be 0. Where the least weight is small this is both the fastest proof and the fastest solution.
#pragma once

#include <cstdint>

#include "base/limits.hpp"
#include "train/columns.hpp"
#include "train/incumbent.hpp"

namespace sinew::train {

struct SmallNetworks {
    /// No network of less weight satisfies the demands.
    std::int64_t bound = 0;
    /// The incumbent was offered a network of weight `bound`, which satisfies them.
    bool found = false;
};

bool has_small_networks(const Problem& problem);

/// Offers `best` the first network found. Stops before a weight whose networks would cost more than `effort` (words
/// looked at, in all), and at a limit.
SmallNetworks enumerate_small_networks(const Problem& problem, const Columns& columns, std::uint64_t effort,
                                       const Limits& limits, Incumbent& best);

}  // namespace sinew::train
