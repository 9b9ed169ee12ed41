// SPDX-License-Identifier: Apache-2.0
// Branch and bound for queries whose inputs are bounded: rigorous bounds refute boxes and phases, gradients find
// witnesses, exact arithmetic has the last word on both (docs: the engine's chapter on bounds and splitting).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/observer.hpp"
#include "base/settings.hpp"
#include "engine/engine.hpp"
#include "engine/part.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"
#include "proof/network_proof.hpp"
#include "search/clause_learning.hpp"
#include "search/options.hpp"

namespace sinew::search {

struct BranchAndBoundOptions {
    Settings settings;
    BoxOptions box = {};                            ///< where `settings` say nothing else
    std::vector<LearnedClause>* clauses = nullptr;  ///< if given, every clause learned is appended
    const engine::Part* part = nullptr;             ///< if given, this of the query alone is searched
    bool attacks_roots = true;                      ///< false: another engine does (attack_search.hpp)
    engine::Part* learned = nullptr;                ///< if given, gets clauses of all of it when a turn ends
    proof::NetworkProofWriter* proof = nullptr;     ///< if given, is told why each part is excluded
};

/// With one thread a run is reproducible. With tanh or sigmoid neurons it may end undecided, "within 1e-k of the
/// boundary": no input meets the conditions by more than that, and none was found that certainly meets them.
class BranchAndBound : public engine::Engine {
  public:
    /// Every input bounded on every box to search, no free Booleans: absent where the query is another, and `obstacle`
    /// says why. The query and the observer must outlive it.
    static std::unique_ptr<BranchAndBound> make(const model::Query& query, const BranchAndBoundOptions& options,
                                                Observer& observer, std::string& obstacle);
    ~BranchAndBound() override;

    std::string_view name() const override { return "boxes"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    bool uses_threads() const override { return true; }
    std::string reason() const override;

  private:
    struct State;
    explicit BranchAndBound(std::unique_ptr<State> state);
    bool begin_round();
    bool run_rounds(const engine::Turn& turn);
    bool decide_parked(const engine::Turn& turn);
    void take_news(const engine::Knowledge& knowledge);
    void tell_roots(engine::Knowledge& knowledge) const;
    void tell_clauses() const;

    std::unique_ptr<State> state_;
};

/// Alone and to its end. Unknown, with the obstacle, where the query is not one for it.
model::Verdict branch_and_bound(const model::Query& query, const BranchAndBoundOptions& options, const Limits& limits,
                                int threads, Observer& observer);

}  // namespace sinew::search
