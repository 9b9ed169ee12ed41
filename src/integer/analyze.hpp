// SPDX-License-Identifier: Apache-2.0
// Conflict analysis: the first unique implication point, where the implication graph's nodes are bounds. Of one view
// only the strongest bound is needed, and never a stronger one than the reasons ask for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "integer/clauses.hpp"
#include "integer/dispatcher.hpp"
#include "integer/domains.hpp"

namespace sinew::integer {

class Analyzer {
  public:
    Analyzer(Domains& domains, Clauses& clauses, Dispatcher& dispatcher)
        : domains_(domains), clauses_(clauses), dispatcher_(dispatcher) {}

    void add_variable() { needs_.resize(needs_.size() + 2); }

    /// The bounds that the domains' conflict is made of, all holding. Their latest level is returned; 0: the problem
    /// has no solution.
    std::uint32_t collect();
    /// To be called when the domains have gone back to the level that collect() returned (above 0).
    void analyze();

    /// The levels whose decisions (assumptions) together imply `bound`, which holds.
    std::vector<std::uint32_t> levels_behind(Bound bound);

    /// The learned clause: the literal that it implies first, then one of the latest level among the others.
    std::span<const Bound> learned() const { return learned_; }
    std::uint32_t backjump_level() const { return backjump_level_; }
    std::uint32_t glue() const { return glue_; }
    /// The bounds that took part (a view may occur more than once).
    std::span<const Bound> seen() const { return seen_; }
    std::uint64_t explanations() const { return explanations_; }

  private:
    struct Need {
        Value value = 0;
        Position position = Domains::none;  ///< none: not needed
    };
    void need(Bound bound);
    void explain(Bound implied, Reason reason, Position before, std::vector<Bound>& out);
    void finish(Position uip);
    bool is_redundant(View view);
    std::uint32_t count_levels();

    Domains& domains_;
    Clauses& clauses_;
    Dispatcher& dispatcher_;
    std::vector<Need> needs_;    // by view
    std::vector<View> touched_;  // views that are or were needed
    std::vector<Bound> conflict_;
    std::vector<Bound> reason_;
    std::vector<Bound> learned_;
    std::vector<Bound> seen_;
    std::vector<std::uint64_t> level_stamp_;
    std::uint64_t stamp_ = 0;
    std::uint32_t open_ = 0;  // needed bounds of the current level
    std::uint32_t backjump_level_ = 0;
    std::uint32_t glue_ = 0;
    std::uint64_t explanations_ = 0;
};

}  // namespace sinew::integer
