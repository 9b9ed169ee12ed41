// Clause learning over the linear theory alone, without network bounds: complete for every piecewise-linear query,
// bounded or not, and the engine of choice where the formula rather than the network is what is hard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/settings.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::search {

/// Decides `query` (piecewise-linear networks). Integer inputs may be unbounded. Steps go to observer.trace() where it
/// wants them.
model::Verdict solve_lazily(const model::Query& query, const Settings& settings, const Limits& limits,
                            Observer& observer);

/// The same with all free Booleans of the query assumed true. After unsat, `failed` lists those (by index, ascending)
/// that cannot be true together: with the others dropped it is still unsat.
model::Verdict solve_assuming(const model::Query& query, const Settings& settings, const Limits& limits,
                              Observer& observer, std::vector<std::size_t>& failed);

}  // namespace sinew::search
