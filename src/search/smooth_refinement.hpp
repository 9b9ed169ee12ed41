// Clause learning for tanh and sigmoid networks: a piecewise-linear relaxation is decided exactly and refined where its
// solution is not one, until it has no solution or the network itself has one. It asks nothing of the query (unbounded
// inputs, free Booleans, integers), but is at home where neurons are few: each round starts anew.
// (Clarke et al., Counterexample-guided abstraction refinement, CAV 2000; Cimatti et al., Incremental linearization for
// satisfiability modulo transcendental functions, TOCL 2018.)
#pragma once

#include <cstdint>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/settings.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::search {

/// sat with a certified witness, unsat, timeout, or unknown: then a point meets the conditions up to the distance that
/// the reason names, and no refinement that doubles can express excludes it.
model::Verdict refine_smooth(const model::Query& query, const Settings& settings, const Limits& limits,
                             Observer& observer);

}  // namespace sinew::search
