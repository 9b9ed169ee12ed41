// Clause learning over the linear theory alone, without network bounds: complete for every piecewise-linear query,
// bounded or not, and the engine of choice where the formula rather than the network is what is hard.
#pragma once

#include <cstdint>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::search {

/// Decides `query` (piecewise-linear networks). Integer inputs are split on demand, which need not end when they are
/// unbounded. Steps go to observer.trace() where it wants them.
model::Verdict solve_lazily(const model::Query& query, std::uint64_t seed, const Limits& limits, Observer& observer);

}  // namespace sinew::search
