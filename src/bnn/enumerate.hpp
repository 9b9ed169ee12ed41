// All changes within a small budget, one after the other: where few inputs may change, walking through them with a
// network that is only updated where a change reaches costs less than any search that learns.
#pragma once

#include <cstdint>
#include <vector>

#include "base/limits.hpp"
#include "bnn/reduced_network.hpp"

namespace sinew::bnn {

/// How many combinations of changes the ball allows (at least 1: no change), as a double.
double combinations(const Ball& ball);

enum class EnumerationOutcome {
    none,     ///< no combination makes a target win
    found,    ///< `values` does
    stopped,  ///< a limit was reached
};

struct Enumeration {
    EnumerationOutcome outcome = EnumerationOutcome::stopped;
    std::vector<std::uint32_t> values;  ///< of the digits, from their least ones
    std::uint64_t nodes = 0;            ///< combinations that were propagated through the network
    std::uint64_t leaves = 0;           ///< last changes, most of which reach the same neurons as another one
};

/// Depth first, cheap changes first. Last changes that flip the same neurons of the first layer are the same: only one
/// of them is propagated.
Enumeration enumerate(const ReducedNetwork& network, const Ball& ball, const Limits& limits);

}  // namespace sinew::bnn
