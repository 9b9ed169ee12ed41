// SPDX-License-Identifier: Apache-2.0
// A query over a binarized network with whole-number inputs as a pseudo-Boolean problem, for other solvers.
#pragma once

#include "bnn/question.hpp"
#include "model/query.hpp"

namespace sinew::bnn {

/// Satisfiable iff the query is: a chain of layers with sign or hardlim neurons, inputs that are all bits, all signs or
/// all whole numbers from 0 to 255, an output condition over the last layer. Throws UsageError that says what of this
/// is missing.
WrittenProblem query_problem(const model::Query& query);

}  // namespace sinew::bnn
