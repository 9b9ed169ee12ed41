// SPDX-License-Identifier: Apache-2.0
// A query as an SMT-LIB 2.6 script that any solver of linear real arithmetic reads.
#pragma once

#include <string>

#include "model/query.hpp"

namespace sinew::write {

enum class ModelRequest { none, get_model };

/// `query` in logic QF_LRA, or QF_LIRA if a domain is integer. Every component of the network is a declared constant
/// with one assertion, and so is every shared part of a formula: nothing is expanded, the text is linear in the query.
/// An objective is written as a comment. `request`: the script ends in (get-model), which strict
/// solvers call an error where the answer is unsat. UsageError for what linear arithmetic cannot say: sigmoid, tanh,
/// precision.
std::string smtlib_text(const model::Query& query, ModelRequest request = ModelRequest::none);

/// A numeral, decimal or fraction of SMT-LIB: 3, (- 3), (/ 1 10), (- (/ 1 10)).
std::string smtlib_number(const Rational& value);

}  // namespace sinew::write
