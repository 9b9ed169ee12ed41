// SPDX-License-Identifier: Apache-2.0
// The search tree over phase splits, all goals in one: is there a point of the box where some goal's objective is at
// most 0?
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/observer.hpp"
#include "base/statistics.hpp"
#include "bounds/relaxed_lanes.hpp"
#include "bounds/tighten_network.hpp"
#include "search/attack.hpp"
#include "search/phase_goals.hpp"
#include "search/witness.hpp"

namespace sinew::search {

struct PhaseNode;
class PhaseWorker;

/// A pool of nodes that workers share, each with lanes of its own. One worker: the same run each time.
class PhaseTree {
  public:
    /// All goals are to be refuted. `steps`: ascent steps of a node. `proof`, if given, is told why. A seed other than
    /// 0 changes which of nearly equal neurons is split.
    PhaseTree(const model::Query& query, const bounds::RelaxedNetwork& network, Attack& attack,
              std::vector<PhaseGoal> goals, const bounds::SlopeBank& bank, std::size_t steps, std::uint64_t seed,
              PhaseProof* proof = nullptr);
    ~PhaseTree();

    /// Before the search: it is one of the part of the query where all `splits` hold, of which the network's bounds
    /// know already.
    void assume(std::vector<bounds::NeuronSplit> splits) { assumed_ = std::move(splits); }

    enum class End : std::uint8_t { found, empty, budget, limit, enough };
    /// Goes on until a witness is found, no node is open, the tree has taken about `passes` passes through the network
    /// in all, or a limit is reached. When it is empty, all is refuted but the undecided() leaves. `limits`: their
    /// effort is that of each thread. `leaves`: it is enough when so many nodes are open (more if there are more
    /// goals); one thread does this.
    End run(const Limits& limits, std::uint64_t passes, Observer& observer, std::size_t threads = 1,
            std::size_t leaves = no_leaves);
    static constexpr std::size_t no_leaves = std::numeric_limits<std::size_t>::max();

    /// Through the network, so far.
    std::uint64_t passes() const { return passes_; }
    std::size_t open_count() const { return open_.size() + undecided_.size(); }
    /// The least bound of an open node; infinite without one.
    double hardest() const;

    /// A node that is not refuted.
    struct Leaf {
        std::uint32_t goal = 0;
        std::vector<bounds::NeuronSplit> splits;  ///< in their order, after those assumed
        double bound = 0;
        std::shared_ptr<const bounds::LocalBounds> local{};  ///< proven there; null: the network's
        proof::NodeId proof = proof::no_node;
    };
    /// Whether leaves() are all that is open: all goals have their roots, and no exception has ended a run.
    bool knows_leaves() const { return planted_ == goals_.size() && busy_ == 0; }
    /// Open nodes, and those of undecided().
    std::vector<Leaf> leaves() const;

    /// Leaves of fixed phases whose bounds did not decide them: more search of this kind is useless.
    std::vector<Leaf>& undecided() { return undecided_; }
    /// How far below 0 the bounds of these are.
    double distance() const;
    static constexpr std::string_view undecided_leaf = "a leaf of fixed phases was not decided";

    std::optional<Confirmation> take_confirmation() { return std::move(confirmation_); }
    Statistics statistics() const;

  private:
    friend class PhaseWorker;

    /// What one worker takes from the pool at a time, and what came of it.
    struct Piece {
        std::size_t first_goal = 0;  ///< goals to be planted, or
        std::size_t goals = 0;
        std::vector<std::unique_ptr<PhaseNode>> parents;  ///< nodes to be split
        std::vector<std::unique_ptr<PhaseNode>> open;
        std::vector<Leaf> undecided;
        std::optional<Confirmation> confirmation;
    };

    void work(PhaseWorker& worker, const Limits& limits, std::uint64_t passes, Observer& observer, std::size_t leaves);
    bool take(Piece& piece, const Limits& limits, std::uint64_t passes, Observer& observer, std::size_t leaves);
    void give_back(Piece& piece);
    void end(End how);

    const model::Query& query_;
    const bounds::RelaxedNetwork& network_;
    Attack& attack_;
    std::vector<PhaseGoal> goals_;
    std::size_t steps_;
    const bounds::SlopeBank& bank_;
    std::uint64_t seed_;
    PhaseProof* proof_;
    std::vector<std::unique_ptr<PhaseWorker>> workers_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<PhaseNode>> open_;  ///< a heap, least bound first
    std::optional<Confirmation> confirmation_;
    std::size_t planted_ = 0;  ///< goals before this one have their roots
    std::vector<Leaf> undecided_;
    std::vector<bounds::NeuronSplit> assumed_;
    std::size_t busy_ = 0;
    std::size_t working_ = 1;  ///< workers of this run
    std::atomic<std::uint64_t> passes_{0};
    std::optional<End> end_;  ///< of this run
};

}  // namespace sinew::search
