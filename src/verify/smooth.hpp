// Networks with tanh or sigmoid neurons over the reals: which engine, in which order.
#pragma once

#include "verify/verify.hpp"

namespace sinew::verify {

/// unsat is a theorem, sat comes with rational inputs at which certified enclosures decide every condition; where
/// neither can be had the answer is unknown and the reason says how near the boundary is.
model::Verdict decide_smooth(const model::Query& query, const Options& options, Observer& observer);

}  // namespace sinew::verify
