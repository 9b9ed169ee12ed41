// SPDX-License-Identifier: Apache-2.0
// An answer in the form of the competition of verifiers (VNN-COMP).
#pragma once

#include <span>
#include <string>

#include "model/declaration.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::write {

/// The verdict on a line, and with sat the witness. Of VNN-LIB 2.0, which declares networks, in the standard's form,
/// else in that of 1.0:
/// ((X_0 0.5)\n(Y_0 1.25)), inputs and outputs in their order as decimals that read back as the doubles nearest to the
/// exact values.
std::string vnncomp_text(const model::Query& query, const model::Verdict& verdict,
                         std::span<const model::DeclaredNetwork> declared = {});

}  // namespace sinew::write
