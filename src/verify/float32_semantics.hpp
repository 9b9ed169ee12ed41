// SPDX-License-Identifier: Apache-2.0
// What a query means of a float32 program in place of the real function: `unsat` holds for whatever order its sums have
// and whether or not products are fused into them, `sat` has a witness that all of these confirm.
#pragma once

#include "verify/verify.hpp"

namespace sinew::verify {

/// Decides the query about such programs (of piecewise-linear networks with bounded inputs; UsageError for others, and
/// for a proof or a part). Conditions are relaxed by what roundings can make of them over the box of inputs
/// (bounds/float32_errors.hpp), so that what is unsat then is so for the program; where the relaxed query has a
/// solution and no robust witness is found, the box is bisected a few times, in which bounds are tighter. What is
/// between, within the roundings' reach, is `unknown`. Conditions on inputs hold of the inputs that float32 has, as
/// they are written. The largest error of a condition is the statistic float32_error.
model::Verdict verify_float32(const model::Query& query, const Options& options, Observer& observer);

}  // namespace sinew::verify
