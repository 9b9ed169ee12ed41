// Queries over integers to the integer engine: decided, or their objective optimised.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/settings.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"
#include "verify/optimize.hpp"

namespace sinew::verify {

/// Decides `query`, without regard to its objective. What the engine does not take is unknown, with the reason.
model::Verdict solve_integer(const model::Query& query, const Settings& settings, const Limits& limits,
                             Observer& observer);

/// Optimises the query's objective (which it must have). Absent where the engine does not take the query; `reason` says
/// why.
std::optional<Optimum> optimize_integer(const model::Query& query, const Settings& settings, const Limits& limits,
                                        OptimizeListener& listener, std::string& reason);

}  // namespace sinew::verify
