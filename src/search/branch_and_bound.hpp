// Branch and bound for queries whose inputs are bounded: rigorous bounds refute boxes and phases, gradients find
// witnesses, exact arithmetic has the last word on both (docs: the engine's chapter on bounds and splitting).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/settings.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"
#include "search/clause_learning.hpp"

namespace sinew::search {

struct BranchAndBoundOptions {
    Limits limits;
    int threads = 1;
    Settings settings;
    Learning learning = Learning::where_it_pays;
    std::vector<LearnedClause>* clauses = nullptr;  ///< if given, every clause learned is appended
};

/// Whether branch_and_bound() can answer `query`: every input bounded on every box to search, no free Booleans. Fills
/// `reason` if not.
bool branch_and_bound_applies(const model::Query& query, std::string* reason = nullptr);

/// sat with an exact witness, unsat, or unknown/timeout with the reason. With tanh or sigmoid neurons unknown may mean
/// "within 1e-k of the boundary": no input meets the conditions by more than that, and none was found that certainly
/// meets them. With one thread a run is reproducible. The query must satisfy branch_and_bound_applies (ContractBreach).
model::Verdict branch_and_bound(const model::Query& query, const BranchAndBoundOptions& options, Observer& observer);

}  // namespace sinew::search
