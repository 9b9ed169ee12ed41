// SPDX-License-Identifier: Apache-2.0
// Plain DPLL over phases, as a textbook tells it: phases in number order, decided positive first, theory propagation
// one phase at a time, a clause that negates the whole assignment at each conflict, chronological backtracking. No
// bounds, no attack, no cleverness: it is the worked example that a trace shows, and a second opinion on small
// networks.
#pragma once

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::search {

/// Decides `query` (piecewise-linear networks). Exponential in the number of phases, and each step is a complete linear
/// check. The steps go to observer.trace() where it wants them.
model::Verdict solve_textbook(const model::Query& query, const Limits& limits, Observer& observer);

}  // namespace sinew::search
