// SPDX-License-Identifier: Apache-2.0
// A verdict as a person reads it.
#pragma once

#include <string>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::write {

/// The first line is the verdict (sat, unsat, unknown, timeout); then the witness with inputs, outputs and margins, or
/// the reason why there is no answer; last the engine that found it, where that is known.
std::string verdict_text(const model::Query& query, const model::Verdict& verdict);

/// Inputs, outputs and Booleans with their exact values (or intervals), `name = value`, a line each.
std::string assignment_text(const model::Query& query, const model::Witness& witness);

}  // namespace sinew::write
