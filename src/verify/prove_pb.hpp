// SPDX-License-Identifier: Apache-2.0
// The proof of a pseudo-Boolean problem as it was read: its rows, its variables' names, its conclusion.
#pragma once

#include "cardinality/optimizer.hpp"
#include "cardinality/veripb_proof.hpp"
#include "model/pseudo_boolean.hpp"
#include "proof/veripb_writer.hpp"

namespace sinew::verify {

/// For an engine (cardinality::Options::proof) that is given the rows in their order, of an equality both. Throws
/// UsageError where the format cannot say the problem.
cardinality::VeripbProof begin_proof(const model::PseudoBoolean& problem, proof::VeripbWriter& writer);

/// The proof is complete then, but for VeripbWriter::finish().
void conclude_proof(const model::PseudoBoolean& problem, const cardinality::Result& result,
                    cardinality::VeripbProof& proof, proof::VeripbWriter& writer);

}  // namespace sinew::verify
