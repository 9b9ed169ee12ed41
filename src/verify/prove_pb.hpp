// SPDX-License-Identifier: Apache-2.0
// Solving a pseudo-Boolean problem so that each step can be written down.
#pragma once

#include "base/limits.hpp"
#include "base/statistics.hpp"
#include "cardinality/optimizer.hpp"
#include "model/pseudo_boolean.hpp"
#include "proof/veripb_writer.hpp"

namespace sinew::verify {

/// Decides `problem` (`given` as the engine has it), or minimises its objective by asking for something better until
/// there is nothing, by clauses alone: each follows by reverse unit propagation. The proof is complete, but for
/// finish(). Throws UsageError where the format cannot say the problem.
cardinality::Result prove_pb(const model::PseudoBoolean& given, const cardinality::Problem& problem,
                             cardinality::Options options, const Limits& limits, cardinality::Listener& listener,
                             proof::VeripbWriter& proof, Statistics& statistics);

}  // namespace sinew::verify
