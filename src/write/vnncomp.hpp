// SPDX-License-Identifier: Apache-2.0
// An answer in the form of the competition of verifiers (VNN-COMP).
#pragma once

#include <string>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::write {

/// The verdict on a line, and with sat the witness of VNN-LIB 1.0: ((X_0 0.5)\n(Y_0 1.25)), inputs and outputs in their
/// order as decimals that read back as the doubles nearest to the exact values.
std::string vnncomp_text(const model::Query& query, const model::Verdict& verdict);

}  // namespace sinew::write
