// SPDX-License-Identifier: Apache-2.0
// Solves a constraint program and writes why there is no solution, or none better (DRCP).
#pragma once

#include "flatzinc/solve_program.hpp"
#include "proof/drcp_writer.hpp"

namespace sinew::flatzinc {

/// As solve() with one thread, by a plainer search: clauses learned over bounds from explained propagation (lazy clause
/// generation after Ohrimenko, Stuckey and Codish, Constraints 2009), objectives from above. InputError, before the
/// search, for a constraint that proofs do not have yet. With a solution and no objective, and at a limit, there is no
/// proof; else it lacks only finish().
Outcome prove(const model::ConstraintProgram& program, const Limits& limits, Listener& listener,
              proof::DrcpWriter& proof);

}  // namespace sinew::flatzinc
