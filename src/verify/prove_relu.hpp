// SPDX-License-Identifier: Apache-2.0
// Proofs in the format VIPR of questions about ReLU networks over bounded inputs, by a tree over phases.
#pragma once

#include <string>

#include "model/query.hpp"
#include "verify/program_proof.hpp"

namespace sinew::verify {

/// Whether the query is such a question; for others prove_program() is there.
bool is_relu_question(const model::Query& query);

/// Of a query that is unsat; columns of the network are called as in `names`. Throws OutputError.
ProgramProof prove_relu(const model::Query& query, const bounds::MixedProgram& names, const std::string& path,
                        const Limits& limits);

}  // namespace sinew::verify
