// SPDX-License-Identifier: Apache-2.0
// Objectives over integers to the integer engine.
#pragma once

#include <optional>
#include <string>

#include "model/query.hpp"
#include "verify/optimize.hpp"

namespace sinew::verify {

/// Optimises the query's objective (which it must have). Absent where the engine does not take the query; `reason` says
/// why.
std::optional<Optimum> optimize_integer(const model::Query& query, const OptimizeOptions& options,
                                        OptimizeListener& listener, std::string& reason);

}  // namespace sinew::verify
