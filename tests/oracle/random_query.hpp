// SPDX-License-Identifier: Apache-2.0
// Small random queries that lean on the edges: thresholds that some point hits exactly, pre-activations that are
// exactly zero, thirds and 1e-30 among the weights, contradictory and strict domains, every connective.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "oracle/sketch.hpp"

namespace sinew::oracle {

struct Drawn {
    Sketch sketch;
    std::set<std::string> features;  ///< what the statistics count: "relu", "integer domain", "tiny weights", …
};

/// The `index`-th query of `seed`; the same on every machine.
Drawn draw_query(std::uint64_t seed, std::uint64_t index);

}  // namespace sinew::oracle
