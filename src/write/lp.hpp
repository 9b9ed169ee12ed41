// SPDX-License-Identifier: Apache-2.0
// A query as a mixed-integer program in CPLEX's LP format.
#pragma once

#include <string>

#include "model/query.hpp"

namespace sinew::write {

/// A program that is feasible wherever the query is: one binary variable a piece of an unfixed activation and a part of
/// a disjunction, with constants from interval bounds. Where a constant would be infinite an indicator constraint
/// stands ("b = 1 -> …": CPLEX, Gurobi and SCIP read these, GLPK does not). A linear program has no strict rows: < is
/// written as <=, != is left out, and the steps of sign and hardlim have both values at the step. UsageError for
/// sigmoid, tanh and precision.
std::string lp_text(const model::Query& query);

}  // namespace sinew::write
