// Objectives over reals (and mixed ones) by questions to verify(): is there a solution better than this value?
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/limits.hpp"
#include "base/settings.hpp"
#include "model/query.hpp"
#include "verify/optimize.hpp"

namespace sinew::verify {

/// Every solution is improved to the best of its region (search/region_minimum.hpp), and the next one must be better
/// than that: so the search ends with the exact optimum, or with the infimum where that is only approached. By turns,
/// bisection between the best value and the bound raises the bound, so that a run stopped early has one. Absent where
/// the query is none for it (tanh, sigmoid, a precision); `reason` says why.
std::optional<Optimum> optimize_real(const model::Query& query, const Settings& settings, const Limits& limits,
                                     OptimizeListener& listener, std::string& reason);

}  // namespace sinew::verify
