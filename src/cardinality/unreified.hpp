// SPDX-License-Identifier: Apache-2.0
// A problem as pseudo-Boolean formats have it: plain constraints alone, for solvers that know no reified ones.
#pragma once

#include "cardinality/problem.hpp"
#include "model/pseudo_boolean.hpp"

namespace sinew::cardinality {

/// Variable v of the problem is v + 1. A clause is a constraint with coefficients 1; a reified constraint is two, in
/// which its output counts as much as the sum can fall short. Throws UsageError where that is beyond 2^60.
model::PseudoBoolean without_reification(const Problem& problem);

}  // namespace sinew::cardinality
