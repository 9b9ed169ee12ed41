// SPDX-License-Identifier: Apache-2.0
// The attack as an engine: before the others bound anything it takes a glance, and between their turns it searches on.
// It proves nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/settings.hpp"
#include "engine/engine.hpp"
#include "search/attack.hpp"
#include "search/disjuncts.hpp"
#include "search/witness.hpp"

namespace sinew::search {

/// The one attack of a query, for all its engines: they need none of their own beside it but in parts of the inputs.
/// The first turn is a glance (sixteen points, then a descent that is short where the network is large), the second
/// one a descent at least; from then on it takes what its turns allow, and a descent that takes longer than a turn
/// waits until enough turns have gone by. Where disjuncts bound inputs each has its own box, and sixteen share a
/// descent.
class AttackSearch : public engine::Engine {
  public:
    /// Bounded inputs, no free Booleans; absent for other queries. The query must outlive it.
    static std::unique_ptr<AttackSearch> make(const model::Query& query, const Settings& settings);

    std::string_view name() const override { return "attack"; }
    engine::Progress advance(const engine::Turn& turn, engine::Knowledge& knowledge) override;
    Statistics statistics() const override;
    bool uses_threads() const override { return true; }

  private:
    /// A disjunct that bounds inputs further than the query as a whole.
    struct Region {
        std::vector<model::Domain> domains;
        std::vector<model::Atom> rows;
        double margin;  ///< of the best point so far
    };

    AttackSearch(const model::Query& query, const Settings& settings, InputBox box);
    void find_regions(const std::vector<Disjunct>& disjuncts);
    void glance(const Limits& limits);
    void descend(std::size_t steps, const Limits& limits, std::size_t threads);
    void descend_in_box(Attack& attack, const AttackOptions& options);
    void descend_in_regions(const AttackOptions& options);
    AttackOptions options(std::size_t steps, const Limits& limits) const;

    const model::Query& query_;
    Settings settings_;
    std::vector<model::Domain> domains_;  ///< what the query demands of its inputs
    InputBox box_;
    std::vector<Region> regions_;     ///< none: the box is all
    std::vector<std::size_t> order_;  ///< of the regions in this round, and how many have had their descent
    std::size_t attacked_ = 0;
    std::deque<Attack> attacks_;  ///< of each thread
    std::optional<Confirmation> confirmation_;
    std::uint64_t turns_ = 0;
    Effort allowed_ = 0;  ///< by all turns so far
    Effort spent_ = 0;
    Effort longest_ = 0;  ///< of one descent
    Effort pass_ = 0;     ///< of one evaluation, when that has been seen
};

}  // namespace sinew::search
