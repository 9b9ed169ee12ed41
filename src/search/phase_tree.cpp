// SPDX-License-Identifier: Apache-2.0
#include "search/phase_tree.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/run_together.hpp"
#include "search/phase_worker.hpp"

namespace sinew::search {

using bounds::lanes;

namespace {
constexpr std::chrono::milliseconds longest_wait{20};

struct LaterInHeap {
    template <class Pointer>
    bool operator()(const Pointer& a, const Pointer& b) const {
        return a->bound > b->bound;
    }
};
}  // namespace

PhaseTree::PhaseTree(const model::Query& query, const bounds::RelaxedNetwork& network, Attack& attack,
                     std::vector<PhaseGoal> goals, const bounds::SlopeBank& bank, std::size_t steps, std::uint64_t seed,
                     PhaseProof* proof)
    : query_(query),
      network_(network),
      attack_(attack),
      goals_(std::move(goals)),
      steps_(steps),
      bank_(bank),
      seed_(seed),
      proof_(proof) {}
PhaseTree::~PhaseTree() = default;

double PhaseTree::hardest() const {
    return open_.empty() ? std::numeric_limits<double>::infinity() : open_.front()->bound;
}

double PhaseTree::distance() const {
    double distance = 0;
    for (const Leaf& leaf : undecided_) distance = std::max(distance, -leaf.bound);
    return distance;
}

void PhaseTree::end(End how) {
    const std::lock_guard lock(mutex_);
    if (!end_) end_ = how;
    changed_.notify_all();
}

/// The next piece of work; false when the run is over.
bool PhaseTree::take(Piece& piece, const Limits& limits, std::uint64_t most_passes, Observer& observer,
                     std::size_t leaves) {
    std::unique_lock lock(mutex_);
    const auto is_over = [&](End how) {
        end_ = how;
        changed_.notify_all();
        return false;
    };
    // Where there is little, all get some: a split costs less than the waiting.
    const auto share = [&](std::size_t count) { return (count + working_ - 1) / working_; };
    for (;;) {
        if (end_) return false;
        if (limits.exceeded()) return is_over(End::limit);
        if (planted_ < goals_.size()) {
            piece.first_goal = planted_;
            piece.goals = std::min(lanes, share(goals_.size() - planted_));
            planted_ += piece.goals;
            break;
        }
        if (!open_.empty()) {
            if (passes_ > most_passes) return is_over(End::budget);
            const std::size_t found = open_.size() + undecided_.size();
            if (found >= leaves) return is_over(End::enough);
            // Each becomes two at most.
            const std::size_t most = std::min({lanes / 2, leaves - found, share(open_.size())});
            piece.parents.reserve(most);  // so that no popped node can be lost
            while (piece.parents.size() < most && !open_.empty()) {
                std::pop_heap(open_.begin(), open_.end(), LaterInHeap());
                piece.parents.push_back(std::move(open_.back()));
                open_.pop_back();
            }
            break;
        }
        if (busy_ == 0) return is_over(End::empty);
        changed_.wait_for(lock, longest_wait);
    }
    ++busy_;
    if (piece.goals > 0) return true;
    Progress progress;
    for (const auto& worker : workers_) {
        progress.nodes += worker->nodes();
        progress.depth = std::max(progress.depth, worker->depth());
    }
    progress.open = open_.size() + piece.parents.size();
    progress.bound = piece.parents.front()->bound;
    observer.progress(progress);
    return true;
}

void PhaseTree::give_back(Piece& piece) {
    const std::lock_guard lock(mutex_);
    for (auto& node : piece.open) {
        open_.push_back(std::move(node));
        std::push_heap(open_.begin(), open_.end(), LaterInHeap());
    }
    for (auto& leaf : piece.undecided) undecided_.push_back(std::move(leaf));
    if (piece.confirmation && !confirmation_) {
        confirmation_ = std::move(piece.confirmation);
        end_ = End::found;
    }
    --busy_;  // last: what an exception kept from coming back is not forgotten (knows_leaves)
    if (workers_.size() > 1) changed_.notify_all();
}

void PhaseTree::work(PhaseWorker& worker, const Limits& limits, std::uint64_t most_passes, Observer& observer,
                     std::size_t leaves) {
    for (;;) {
        Piece piece;
        if (!take(piece, limits, most_passes, observer, leaves)) return;
        const std::uint64_t before = worker.passes();
        worker.work(piece);
        passes_ += worker.passes() - before;
        give_back(piece);
    }
}

std::vector<PhaseTree::Leaf> PhaseTree::leaves() const {
    std::vector<Leaf> all;
    for (const auto& node : open_) all.push_back({node->goal, node->splits, node->bound, node->local, node->proof});
    all.insert(all.end(), undecided_.begin(), undecided_.end());
    return all;
}

PhaseTree::End PhaseTree::run(const Limits& limits, std::uint64_t most_passes, Observer& observer, std::size_t threads,
                              std::size_t leaves) {
    if (leaves != no_leaves) threads = 1;  // the same cut each time
    if (workers_.empty()) workers_.push_back(std::make_unique<PhaseWorker>(*this, attack_, seed_));
    while (workers_.size() < threads) {
        const std::uint64_t seed = seed_of_place(seed_, workers_.size());
        workers_.push_back(std::make_unique<PhaseWorker>(
            *this, std::make_unique<Attack>(query_, seed, attack_.booleans()), seed_ == 0 ? 0 : seed));
    }
    end_.reset();
    working_ = std::max<std::size_t>(threads, 1);
    run_together(
        working_, limits,
        [&](std::size_t index, std::size_t, const Limits& own) {
            work(*workers_[index], own, most_passes, observer, leaves);
        },
        [&] { end(End::limit); });
    return *end_;
}

Statistics PhaseTree::statistics() const {
    std::uint64_t nodes = 0;
    std::uint64_t tightenings = 0;
    for (const auto& worker : workers_) {
        nodes += worker->nodes();
        tightenings += worker->tightenings();
    }
    Statistics statistics;
    statistics.add("phase_nodes", static_cast<double>(nodes));
    statistics.add("phase_tightenings", static_cast<double>(tightenings));
    statistics.add("phase_passes", static_cast<double>(passes()));
    return statistics;
}

}  // namespace sinew::search
