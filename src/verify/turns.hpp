// Which engine answers a query, and what happens when it does not: engines that fit take turns with growing slices of
// time, or race where there are several threads (verify/portfolio.hpp), so that the right one is never far away and the
// wrong one never costs more than a share of it.
//
//   lazy               clause learning over the linear theory: small networks, thresholds hit exactly, what is not
//   homogeneous or bounded phase branching    optimised bounds, splits on phases: many inputs of positive width branch
//   and bound   rigorous bounds, splits on inputs and phases: few inputs, or few open phases;
//                      unbounded inputs too, in homogeneous coordinates (search/projective.hpp)
#pragma once

#include "base/observer.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"
#include "verify/verify.hpp"

namespace sinew::verify {

/// The engines that need bounded inputs; search::branch_and_bound_applies(query) must hold.
model::Verdict decide_bounded(const model::Query& query, const Options& options, Observer& observer);

/// Every engine that fits. A search that is told step by step is the clause-learning one.
model::Verdict decide_automatically(const model::Query& query, const Options& options, Observer& observer);

}  // namespace sinew::verify
