// SPDX-License-Identifier: Apache-2.0
// From one solution of a query over reals to the best one near it: where every neuron stays on its piece and every atom
// of the conditions on its side, the objective is linear, and an exact linear program finds its infimum.
#pragma once

#include <cstdint>
#include <vector>

#include "base/limits.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::search {

/// - attained: `inputs` has the value `infimum`, the least of the region.
/// - approached: values come as near to `infimum` as wanted but never reach it; `inputs` comes within a billionth
///   of 1 + |infimum|.
/// - unbounded: the objective falls without end, along a ray on which integer inputs move too.
/// - stopped: a limit.
enum class RegionOutcome : std::uint8_t { attained, approached, unbounded, stopped };

struct RegionMinimum {
    RegionOutcome outcome = RegionOutcome::stopped;
    Rational infimum;
    std::vector<Rational> inputs;  ///< in input_variables() order; with attained and approached
};

/// The region of `witness`, a solution of `query` (a piecewise-linear network): the inputs that every neuron and every
/// pooling maps by the same linear piece, at which every atom of the conditions is as true as at the witness (an
/// equation that fails does so on the same side), and integer inputs have the same values. All of it satisfies the
/// query, with the same Booleans. `objective` is over the network's variables.
RegionMinimum minimize_in_region(const model::Query& query, const model::Witness& witness, const LinearForm& objective,
                                 const Limits& limits);

}  // namespace sinew::search
