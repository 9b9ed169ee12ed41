// SPDX-License-Identifier: Apache-2.0
// What a worker of the search for bounded inputs learns from refuted nodes, and what it does with it: the clauses of
// the subtree it works in and of its root box, how often they helped, and whether looking for more of them pays.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/statistics.hpp"
#include "bounds/network_bounds.hpp"
#include "engine/literal.hpp"
#include "search/clause_set.hpp"
#include "search/node.hpp"

namespace sinew::search {

/// How eagerly nodes are bounded anew just to learn from them. Clauses that cost nothing are kept unless it is off.
enum class Learning : std::uint8_t { off, where_it_pays, always };

/// What the workers share: clauses that hold in all of a root box. `record`, if given, collects every clause learned.
struct SharedClauses {
    /// `refutes_only`: clauses refute nodes, and fix nothing in others.
    SharedClauses(std::size_t boxes, Learning learning, std::vector<LearnedClause>* record, bool refutes_only = false);

    /// Before the search: no solution satisfies all of `together`, bounds of inputs and pre-activations.
    void add(std::span<const engine::Literal> together);

    Learning learning;
    std::vector<std::unique_ptr<ClauseSet>> of_box;
    std::vector<LearnedClause>* record;
    bool refutes_only;
    std::mutex mutex{};
};

class ClauseLearning {
  public:
    explicit ClauseLearning(SharedClauses& shared) : shared_(&shared) {}

    bool on() const { return shared_->learning != Learning::off; }
    /// Before children of `node` are made: sees to it that it has a subtree, and a path that is not long.
    void enter(Node& node) const;
    /// What the clauses say about a node. Its facts (after tightened): facts().
    ClauseSet::Effect apply(const Node& node, bounds::State& state, bool from_pool);
    std::span<const Decision> facts() const { return facts_; }

    /// For a node from the pool, before enter(): the split of an input that refuted its neighbour. Where one bisection
    /// closes a node, it is likely to close the node beside it.
    std::optional<Decision> promising_split(const Node& node) const;
    /// `node` was refuted by this split of an input (absent: by the phases of a neuron).
    void note_closing_split(const Node& node, std::optional<Decision> input) const;

    /// May another node be bounded just to learn from it? Such bounding gets a small share of all, and as much as it
    /// has saved. `evaluations`: nodes bounded so far, those included; `dives`: nodes taken from the pool.
    bool may_try(std::uint64_t evaluations, std::uint64_t dives) const;
    void tried() { ++trials_; }

    /// `node` is refuted (under `also`, if given): a certificate that `decisions` many were made for does without the
    /// others.
    void learn(const Node& node, std::optional<Decision> also, std::size_t decisions);
    /// An exact refutation of a leaf of root box `box`, which was stated by that many bounds, needed just `core`.
    void learn_core(std::uint32_t box, std::span<const Decision> core, std::size_t bounds);
    /// A child was refuted without its last decision: its sibling need not be looked at.
    void count_unused() { ++unused_; }

    void report(Statistics& statistics) const;

  private:
    void record(std::uint32_t box, std::vector<Decision> decisions, std::size_t before);

    SharedClauses* shared_;
    std::vector<Decision> facts_;
    std::uint64_t trials_ = 0;
    std::uint64_t learned_ = 0, before_ = 0, after_ = 0;
    std::uint64_t pruned_ = 0, propagated_ = 0, unused_ = 0, backjumps_ = 0;
};

}  // namespace sinew::search
