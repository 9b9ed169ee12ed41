// SPDX-License-Identifier: Apache-2.0
// Looks for a violation by local search over the digits: greedy changes by the best margin, a short memory of what was
// changed, restarts. It proves nothing; what it finds is checked by its caller.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "base/random.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::binarized {

struct AttackOptions {
    std::uint64_t seed = 0;
    std::uint64_t ticks = 2'000'000;  ///< updates of a sum
};

/// Digit values (from their least ones) within the ball at which one of the targets wins.
std::optional<std::vector<std::uint32_t>> attack(const threshold::ReducedNetwork& network, const threshold::Ball& ball,
                                                 const AttackOptions& options, const Limits& limits);

}  // namespace sinew::binarized
