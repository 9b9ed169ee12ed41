// SPDX-License-Identifier: Apache-2.0
// All changes within a small budget, one after the other: where few inputs may change, going through them, seen through
// the first layer, costs less than any search that learns.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::bnn {

/// How many combinations of changes the ball allows (at least 1: no change), as a double; with a wide budget at most.
double combinations(const threshold::Ball& ball);

struct Enumeration {
    Answer answer = Answer::unknown;    ///< sat: a target wins; unknown: a limit was reached, or see enumerate()
    std::vector<std::uint32_t> values;  ///< with sat: of the digits, from their least ones
    std::int64_t cost = 0;              ///< of `values`; where the ball has no budget, how many digits changed
    std::uint64_t evaluated = 0;        ///< states of the first layer that were carried through the network
};

/// Within the ball's budget, or within `budget` if that is given and smaller. Some ten nanoseconds a combination.
/// unknown at once where sums do not fit 30 bits.
Enumeration enumerate(const threshold::ReducedNetwork& network, const threshold::Ball& ball, const Limits& limits,
                      std::optional<std::int64_t> budget = std::nullopt);

}  // namespace sinew::bnn
