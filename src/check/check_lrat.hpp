// SPDX-License-Identifier: Apache-2.0
// A clausal proof with hints against the formula it is said to refute.
#pragma once

#include "base/limits.hpp"
#include "check/check_drat.hpp"
#include "model/cnf.hpp"
#include "proof/lrat_reader.hpp"

namespace sinew::check {

/// Checks each added clause by unit propagation through its hints alone, in their order, until the empty clause
/// follows. Steps that need resolution candidates (negative hints) are rejected. Linear in the proof; memory is that of
/// the clauses that are there, and four bytes a clause that was. Throws InputError where `proof` is no proof at all.
DratReport check_lrat(const model::Cnf& cnf, proof::LratReader& proof, const Limits& limits = {});

}  // namespace sinew::check
