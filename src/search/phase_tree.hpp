// SPDX-License-Identifier: Apache-2.0
// The search tree over phase splits, all goals in one: is there a point of the box where some goal's objective is at
// most 0?
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/random.hpp"
#include "base/statistics.hpp"
#include "bounds/relu_lanes.hpp"
#include "bounds/tighten_relu_network.hpp"
#include "search/attack.hpp"
#include "search/witness.hpp"

namespace sinew::search {

/// Refuted means objective > 0 (>= 0 if `strict`) everywhere.
struct PhaseGoal {
    bounds::Objective objective;
    bool strict = false;
    std::uint32_t disjunct = 0;  ///< of the query's conditions: refuting the goal refutes it

    bool refuted(double bound) const { return strict ? bound >= 0 : bound > 0; }
};

class PhaseTree {
  public:
    /// All goals are to be refuted. `steps`: ascent steps of a node. A seed other than 0 changes which of nearly equal
    /// neurons is split.
    PhaseTree(const model::Query& query, const bounds::ReluNetwork& network, Attack& attack,
              std::vector<PhaseGoal> goals, const bounds::SlopeBank& bank, std::size_t steps, std::uint64_t seed);

    /// Before the search: it is one of the part of the query where all `splits` hold, of which the network's bounds
    /// know already.
    void assume(std::vector<bounds::PhaseSplit> splits) { assumed_ = std::move(splits); }

    enum class End : std::uint8_t { found, empty, budget, limit, enough };
    /// Goes on until a witness is found, no node is open, the tree has taken about `passes` passes through the network
    /// in all, or a limit is reached. When it is empty, all is refuted but the undecided() leaves. `leaves`: it is
    /// enough when so many nodes are open (more if there are more goals).
    End run(const Limits& limits, std::uint64_t passes, Observer& observer, std::size_t leaves = no_leaves);
    static constexpr std::size_t no_leaves = std::numeric_limits<std::size_t>::max();

    /// A node that is not refuted.
    struct Leaf {
        std::uint32_t goal = 0;
        std::vector<bounds::PhaseSplit> splits;  ///< in their order, after those assumed
        double bound = 0;
        std::shared_ptr<const bounds::LocalBounds> local{};  ///< proven there; null: the network's
    };
    /// Whether all goals have their roots.
    bool is_planted() const { return planted_ == goals_.size(); }
    /// Open nodes, and those of undecided().
    std::vector<Leaf> leaves() const;

    /// Leaves of fixed phases whose bounds did not decide them: more search of this kind is useless.
    std::vector<Leaf>& undecided() { return undecided_; }
    static constexpr std::string_view undecided_leaf = "a leaf of fixed phases was not decided";

    std::optional<Confirmation> take_confirmation() { return std::move(confirmation_); }
    Statistics statistics() const;

  private:
    struct Node {
        std::vector<bounds::PhaseSplit> splits;
        bounds::Slopes slopes;
        double bound = 0;
        std::uint32_t goal = 0;
        std::uint32_t branch = 0;  ///< the neuron to split next
        std::shared_ptr<const bounds::LocalBounds> local;
        std::uint32_t tightened_at = 0;  ///< splits that `local` knows of
    };
    using NodePointer = std::unique_ptr<Node>;

    bool closed(const Node& node) const { return goals_[node.goal].refuted(node.bound); }
    bool plant();
    void evaluate(std::vector<NodePointer>& nodes, std::size_t steps);
    void decide_leaf(NodePointer leaf);
    bool due(const Node& node) const;
    void tighten(std::vector<NodePointer>& nodes);
    std::vector<std::uint32_t> worth_tightening(const Node& node) const;
    void settle(std::vector<NodePointer>& nodes, std::size_t steps);
    void expand(std::vector<NodePointer>& parents);
    void choose_branches(std::vector<NodePointer>& nodes);
    std::vector<std::uint32_t> candidates(const Node& node, std::size_t lane) const;
    std::uint32_t strong_branch(const Node& node, const std::vector<std::uint32_t>& candidates);
    bool try_points();
    void push(NodePointer node);
    NodePointer pop();

    const model::Query& query_;
    const bounds::ReluNetwork& network_;
    Attack& attack_;
    std::vector<PhaseGoal> goals_;
    std::size_t steps_;
    bounds::ReluLanes problem_;
    bounds::ReluLanes probe_;
    const bounds::SlopeBank& bank_;
    Random random_;
    bool shuffles_;
    std::uint32_t tighten_every_ = 6;
    std::uint64_t tightenings_ = 0;
    std::vector<NodePointer> open_;  ///< a heap, least bound first
    std::optional<Confirmation> confirmation_;
    std::size_t planted_ = 0;  ///< goals before this one have their roots
    std::vector<Leaf> undecided_;
    std::vector<bounds::PhaseSplit> assumed_;
    std::uint64_t nodes_ = 0;
    std::uint64_t depth_ = 0;
};

}  // namespace sinew::search
