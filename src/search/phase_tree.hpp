// The search tree over phase splits, all goals in one: is there a point of the box where some goal's objective is at
// most 0?
#pragma once

#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/statistics.hpp"
#include "bounds/relu_lanes.hpp"
#include "search/attack.hpp"
#include "search/phase_branching.hpp"
#include "search/witness.hpp"

namespace sinew::search {

/// Refuted means objective > 0 (>= 0 if `strict`) everywhere.
struct PhaseGoal {
    bounds::Objective objective;
    bool strict = false;

    bool refuted(double bound) const { return strict ? bound >= 0 : bound > 0; }
};

class PhaseTree {
  public:
    /// All goals are to be refuted. `steps`: ascent steps of a node.
    PhaseTree(const model::Query& query, const bounds::ReluNetwork& network, Attack& attack,
              std::vector<PhaseGoal> goals, std::size_t steps);

    PhaseOutcome run(const Limits& limits, Observer& observer);

    std::optional<Confirmation> take_confirmation() { return std::move(confirmation_); }
    const std::string& reason() const { return reason_; }
    Statistics statistics() const;

  private:
    struct Node {
        std::vector<bounds::PhaseSplit> splits;
        bounds::Slopes slopes;
        double bound = 0;
        std::uint32_t goal = 0;
        std::uint32_t branch = 0;  ///< the neuron to split next
    };
    using NodePointer = std::unique_ptr<Node>;

    bool closed(const Node& node) const { return goals_[node.goal].refuted(node.bound); }
    bool plant(const Limits& limits);
    void evaluate(std::vector<NodePointer>& nodes, std::size_t steps);
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
    std::vector<NodePointer> open_;  ///< a heap, least bound first
    std::optional<Confirmation> confirmation_;
    std::string reason_;
    bool leaf_undecided_ = false;
    std::uint64_t nodes_ = 0;
    std::uint64_t depth_ = 0;
};

}  // namespace sinew::search
