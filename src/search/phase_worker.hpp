// SPDX-License-Identifier: Apache-2.0
// A worker of the phase tree: bounds sixteen nodes at once, chooses their splits, tries the points that bounding finds.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "search/phase_tree.hpp"

namespace sinew::search {

/// A region of the box: the phases of some neurons.
struct PhaseNode {
    std::vector<bounds::NeuronSplit> splits;
    bounds::Slopes slopes;
    double bound = 0;
    std::uint32_t goal = 0;
    std::uint32_t branch = 0;  ///< the neuron to split next, at `point`
    double point = 0;
    std::shared_ptr<const bounds::LocalBounds> local;
    std::uint32_t tightened_at = 0;     ///< splits that `local` knows of
    std::vector<std::uint32_t> costly;  ///< places in unstable() that are to be bounded anew before it is split
    proof::NodeId proof = proof::no_node;
};

/// For one thread at a time.
class PhaseWorker {
  public:
    PhaseWorker(const PhaseTree& tree, Attack& attack, std::uint64_t seed);
    /// With an attack of its own.
    PhaseWorker(const PhaseTree& tree, std::unique_ptr<Attack> attack, std::uint64_t seed);

    using Piece = PhaseTree::Piece;
    /// Plants the goals, or splits the parents.
    void work(Piece& piece);

    std::uint64_t nodes() const { return nodes_; }
    std::uint64_t depth() const { return depth_; }
    std::uint64_t tightenings() const { return tightenings_; }
    std::uint64_t passes() const { return problem_.passes() + probe_.passes(); }

  private:
    using Node = PhaseNode;
    using NodePointer = std::unique_ptr<PhaseNode>;

    bool closed(const Node& node) const { return goals_[node.goal].refuted(node.bound); }
    void plant(Piece& piece);
    void expand(Piece& piece);
    void evaluate(std::vector<NodePointer>& nodes, std::size_t steps);
    void decide_leaf(NodePointer leaf, Piece& piece);
    bool due(const Node& node) const;
    void tighten(std::vector<NodePointer>& nodes);
    std::vector<std::uint32_t> worth_tightening(const Node& node, std::size_t lane) const;
    void settle(std::vector<NodePointer>& nodes, std::size_t steps, Piece& piece);
    void choose_branches(std::vector<NodePointer>& nodes);
    /// A split that may be next: of a neuron, at a point.
    struct Branch {
        std::uint32_t neuron;
        double point;
    };
    bounds::LocalBounds bounds_of(const Node& node) const;
    std::vector<Branch> candidates(const Node& node, std::size_t lane) const;
    void strong_branch(Node& node, const std::vector<Branch>& candidates);
    bool try_points(Piece& piece);

    const model::Query& query_;
    const bounds::RelaxedNetwork& network_;
    const std::vector<PhaseGoal>& goals_;
    const std::vector<bounds::NeuronSplit>& assumed_;
    const bounds::SlopeBank& bank_;
    std::unique_ptr<Attack> own_attack_;
    Attack& attack_;
    std::size_t steps_;
    PhaseProof* proof_;
    bounds::RelaxedLanes problem_;
    bounds::RelaxedLanes probe_;
    Random random_;
    bool shuffles_;
    std::uint32_t tighten_every_ = 3;
    std::uint64_t tightenings_ = 0;
    std::atomic<std::uint64_t> nodes_{0};
    std::atomic<std::uint64_t> depth_{0};
};

}  // namespace sinew::search
