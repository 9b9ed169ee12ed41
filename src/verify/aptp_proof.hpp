// SPDX-License-Identifier: Apache-2.0
// Proofs of ReLU networks as trees of activation patterns, APTP (the checkers' repository is dynaroars/aptpchecker;
// NeurIPS 2025): an .aptp file with the leaves, the network as .net, and for each leaf why nothing is in it, as VIPR.
#pragma once

#include <string>

#include "model/query.hpp"
#include "verify/program_proof.hpp"

namespace sinew::verify {

/// Throws UsageError where the format cannot say the query.
void require_aptp(const model::Query& query);

/// Of a query that is unsat. `path` ends in .aptp; where the conditions have several cases each has a file of its own,
/// STEM.case0.aptp and so on. Beside each: .net, .leafKEY.vipr, .manifest. Throws OutputError.
ProgramProof prove_aptp(const model::Query& query, const bounds::MixedProgram& names, const std::string& path,
                        const Limits& limits);

}  // namespace sinew::verify
