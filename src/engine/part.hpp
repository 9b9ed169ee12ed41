// SPDX-License-Identifier: Apache-2.0
// A part of a query that is searched alone, as a unit of work: what it assumes, and what is known of it.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/literal.hpp"

namespace sinew::engine {

/// What a query cannot say of its part itself. Inputs and Booleans that a part assumes are in its query; these are the
/// phases, and what somebody has proved. An engine may ignore any of it: it then searches more than the part.
struct Part {
    /// Phases that the part assumes: bounds of pre-activations of continuous activations, each of them closed.
    std::vector<Literal> splits;
    /// Of all solutions in the part. A neuron in `splits` has here what was known before it was split.
    std::vector<Literal> bounds;
    /// Learned clauses: no solution in the part satisfies all literals of one of these.
    std::vector<std::vector<Literal>> refuted;
    /// Rounds of the phases' tree and refinement (search/phase_branching.hpp) that the bounds come from; 0: none.
    std::uint32_t rounds = 0;
};

}  // namespace sinew::engine
