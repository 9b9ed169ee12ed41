// SPDX-License-Identifier: Apache-2.0
// One worker of branch and bound: takes nodes from the pool, dives, learns, and gives back what a turn leaves open.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/limit_scope.hpp"
#include "base/observer.hpp"
#include "search/attack.hpp"
#include "search/branch_and_bound.hpp"
#include "search/clause_learning.hpp"
#include "search/exact_leaf.hpp"
#include "search/node_evaluation.hpp"
#include "search/split_choice.hpp"
#include "search/witness.hpp"

namespace sinew::search {

/// What the workers share.
struct BoxSearch {
    const Problem& problem;
    const BranchAndBoundOptions& options;
    Observer& observer;
    SharedClauses clauses;
    NodePool pool{};
    std::mutex mutex{};
    std::optional<Confirmation> witness{};
    StopReason stop_reason = StopReason::none;  ///< of this turn
    bool broken = false;                        ///< a limit of the whole run ended it in the midst of a node
    bool incomplete = false;                    ///< a leaf could not be decided
    double boundary = 0;                        ///< by which the condition could hold there at most
    double tolerance = -1;                      ///< of this round, absolute; negative: the network is piecewise linear
    double unit = 1;                            ///< of tolerances
    std::vector<Node> parked{};
    bool crowded = false;  ///< more were parked than are kept
    double proven = -1;    ///< by which the condition could hold anywhere at most, after an earlier round
    std::atomic<std::uint64_t> nodes{0};
    std::atomic<std::uint64_t> next_attack{0};  ///< by one of them, when there have been so many
    std::chrono::steady_clock::time_point next_report = std::chrono::steady_clock::now();
};

class BoxWorker {
  public:
    BoxWorker(BoxSearch& shared, std::uint64_t seed);

    /// Bounds and attacks the next root boxes until the turn ends; true when all are in the pool or settled. All
    /// workers, this one among them, share in the bounds of one box.
    bool open_roots(const Limits& turn, std::span<const std::unique_ptr<BoxWorker>> workers);
    /// Works off the pool, one of so many workers, until it is empty or somebody stops it. What is open then lies in
    /// the pool.
    void run(std::size_t workers, const Limits& turn);
    /// A node that no round could decide: the exact linear theory, which knows strict from non-strict. False: a limit
    /// was reached before.
    bool decide_last(Node node, const Limits& turn);
    /// Between turns: this bound holds of all solutions.
    void know(const engine::Literal& bound) { evaluation_.know(bound); }
    /// The bounds of all variables in the hull of the roots that are open; empty when none is.
    const bounds::State& root_hull() const { return root_hull_; }
    const bounds::NetworkBounds& network_bounds() const { return evaluation_.network_bounds(); }

    void report(Statistics& statistics) const;

  private:
    /// A node of the dive, in full.
    struct Level {
        bounds::State state;
        Node node;
        bool sibling_waits = false;  ///< the other child of its parent went to the pool
    };
    /// Levels above a refuted node at which its last split is tried again.
    static constexpr std::size_t longest_climb = 4;
    Level& level(std::size_t depth) { return levels_[depth % std::size(levels_)]; }

    /// Does `part` of the search; what a limit of the whole run ends in the midst stops all.
    template <class Part>
    void work(Part&& part);
    bool stopping() const { return shared_.pool.stopped(); }
    void stop(StopReason reason);
    void search(std::size_t workers);
    void dive();
    void put_back(Level& at);
    std::optional<NodeEvaluation::Split> choose_split(Level& at, const std::optional<Decision>& promising,
                                                      SplitKind& kind);
    void climb(std::size_t depth, const NodeEvaluation::Split& split);
    bool refutes(const Level& ancestor, const Decision& decision);
    bool child(const Level& parent, const Decision& decision, Level& made, bool& parent_refuted);
    bool refuted_without(const Decision& decision) const;
    bool park(const bounds::State& state, Node& node);
    void settle_or_push(const bounds::State& state, Node node);
    bool decide_leaf(const bounds::State& state, const Node& node);
    void propose(const Node& node);
    bool confirm_point(std::span<const double> point, std::uint32_t box);
    void attack(const Node& node, AttackOptions options);
    void found(Confirmation confirmation);
    bool check_limits(const Node& node);
    void tell(const Node& node);
    proof::NodeId begin_proof(std::uint32_t root) const;
    void join_hull(const bounds::State& state);
    /// For the proof, if there is one: nothing is in the node.
    void close(const Node& node, proof::Closing closing) {
        if (shared_.options.proof != nullptr) shared_.options.proof->close(node.proof, closing);
    }

    BoxSearch& shared_;
    Limits limits_;  ///< of this turn
    NodeEvaluation evaluation_;
    Attack attack_;
    SplitChoice choice_;
    ExactLeaves leaves_;
    std::uint32_t next_root_ = 0;
    bounds::State root_hull_;
    std::uint64_t phase_splits_ = 0;
    std::uint64_t dives_ = 0;
    ClauseLearning learning_;
    LeafCore core_;
    Level levels_[longest_climb + 2];  ///< the end of the dive
    Level left_, right_;
    std::vector<std::vector<double>> points_;
    std::vector<std::uint32_t> point_box_;
    double required_margin_ = -1e-13;
};

}  // namespace sinew::search
