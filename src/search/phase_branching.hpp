// SPDX-License-Identifier: Apache-2.0
// Branch and bound over ReLU phases for wide inputs: back-substitution with optimised slopes and split multipliers
// (bounds/relaxed_lanes.hpp), sixteen children at a time, starting from what was learned at their parents.
// Wang et al., β-CROWN, NeurIPS 2021; branching after De Palma et al., Improved branch and bound for neural network
// verification via Lagrangian decomposition (FSB), 2021.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/observer.hpp"
#include "engine/engine.hpp"
#include "engine/part.hpp"
#include "engine/split_tree.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"
#include "search/options.hpp"

namespace sinew::search {

/// Refutes every disjunct, or finds a witness.
class PhaseBranching : public engine::Engine {
  public:
    /// A ReLU network, a finite box, few disjuncts, no free Booleans; absent for other queries. `part`, if given, of
    /// the query alone is searched. The query and the observer must outlive it.
    static std::unique_ptr<PhaseBranching> make(const model::Query& query, const PhaseOptions& options,
                                                Observer& observer, const engine::Part* part = nullptr);
    ~PhaseBranching() override;

    /// From now on the search is to be cut into parts: a turn ends, exhausted, when so many nodes of the tree are open
    /// (more, where the query has more disjuncts than that). Before that bounds are refined, round after round, until
    /// the tree makes headway: parts begin with them. `at_once`: not any longer.
    void cut_into(std::size_t leaves, bool at_once = false);
    /// For the parts (engine/part.hpp).
    std::uint32_t rounds() const;
    /// The tree as it stands: its open leaves with what is known in them.
    engine::SplitTree tree() const;

    std::string_view name() const override { return "phases"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    bool uses_threads() const override { return true; }
    std::string reason() const override;

  private:
    class Search;
    explicit PhaseBranching(std::unique_ptr<Search> search);
    std::unique_ptr<Search> search_;
};

/// Alone and to its end. Unknown where the query is not one for it.
model::Verdict phase_branching(const model::Query& query, const PhaseOptions& options, const Limits& limits,
                               Observer& observer);

}  // namespace sinew::search
