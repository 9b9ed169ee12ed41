// SPDX-License-Identifier: Apache-2.0
// Parities that several rows over the same few variables imply together: a parity written as clauses, or as
// cardinalities and clauses. One row alone implies none: turning one more literal true keeps it satisfied.
#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "base/limits.hpp"
#include "cardinality/engine.hpp"
#include "cardinality/problem.hpp"

namespace sinew::cardinality {

/// An odd (or even) number of the variables is true.
struct Parity {
    std::vector<BoolVar> variables;
    bool odd = false;
};

/// Sets of variables, each as the sum of their PlainRows::weight().
using Supports = std::unordered_set<std::uint64_t>;

/// Those of the problem under the engine's facts, at level 0, but for rows over the `known` sets. What a limit stops
/// finds fewer.
std::vector<Parity> find_parities(const Problem& problem, const Engine& engine, const Supports& known,
                                  const Limits& limits);

}  // namespace sinew::cardinality
