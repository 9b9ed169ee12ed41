// SPDX-License-Identifier: Apache-2.0
// Objectives over reals (and mixed ones) by questions to verify(): is there a solution better than this value?
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/query.hpp"
#include "verify/optimize.hpp"

namespace sinew::verify {

/// Every solution is improved to the best of its region (search/region_minimum.hpp), and the next one must be better
/// than that: so the search ends with the exact optimum, or with the infimum where that is only approached. By turns,
/// bisection between the best value and the bound raises the bound, so that a run stopped early has one. With tanh or
/// sigmoid neurons the answer is an interval: a value that the witness does not miss (certified), and a proven bound a
/// millionth of 1 + |value| away or nearer. Absent where the query has a precision; `reason` is then the integer
/// engine's.
std::optional<Optimum> optimize_real(const model::Query& query, const OptimizeOptions& options,
                                     OptimizeListener& listener);

}  // namespace sinew::verify
