// SPDX-License-Identifier: Apache-2.0
// Which engines answer a query, and with what shares: the right one is never far away, and the wrong ones never cost
// more than a share of it.
//
//   lazy         clause learning over the linear theory: small networks, thresholds hit exactly, what is not bounded
//   phases       optimised bounds, splits on phases: many inputs of positive width
//   boxes        rigorous bounds, splits on inputs and phases: few inputs, or few open phases
//   cells        one evaluation a cell: free inputs that come to nothing but steps
//   projection   the same for unbounded inputs, in homogeneous coordinates (search/projective.hpp)
//   refinement   clause learning over relaxations: tanh and sigmoid, few neurons, what is strict
//   gradients    witnesses near the origin, where tanh and sigmoid networks have unbounded inputs
//   binarized    rows over linear phases: sign and hardlim networks; gradients guess whole-number inputs for them
//   integers     clause learning over bounds of integers: all inputs are integers, neurons with a precision
#pragma once

#include <vector>

#include "base/observer.hpp"
#include "engine/turns.hpp"
#include "model/query.hpp"
#include "verify/verify.hpp"

namespace sinew::verify {

/// The engines for a query that has been prepared (verify/preparation.hpp), in the order of their turns; UsageError
/// where options.strategy does not fit it. A search that is told step by step is the clause-learning one, alone. Both
/// arguments must outlive the engines.
std::vector<engine::Seat> line_up(const model::Query& query, const Options& options, Observer& observer);

/// Whether a checker of proofs can go through the phases of its neurons by exact linear programs, without being told
/// how: then it takes no bounds of inputs.
bool is_small_enough_for_rationals(const model::Query& query);

}  // namespace sinew::verify
