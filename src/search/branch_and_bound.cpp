#include "search/branch_and_bound.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>
#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/run_together.hpp"
#include "search/attack.hpp"
#include "search/boundary.hpp"
#include "search/exact_leaf.hpp"
#include "search/node_evaluation.hpp"
#include "search/split_choice.hpp"
#include "search/witness.hpp"

namespace sinew::search {

namespace {
using Clock = std::chrono::steady_clock;

/// Nodes between two attacks on an open box, at first and as a share of the nodes so far: an attack costs about as much
/// as thirty nodes, and the longer the search lasts the less likely it is that gradients find what it looks for.
constexpr std::uint64_t attack_interval = 96;
constexpr std::uint64_t attack_share = 24;
/// Seconds that the exact linear theory gets for a leaf that could be split instead.
constexpr double longest_leaf = 2;
/// Nodes a dive follows before it lets the pool choose again.
constexpr std::uint32_t longest_dive = 64;

/// Levels above a refuted node at which its last split is tried again.
constexpr std::size_t longest_climb = 4;

/// Smooth networks are searched in rounds. A node whose condition could hold by less than the round's tolerance (in
/// units of the root's bound, where that is above 1) waits for the next round: splitting it now would crowd the search
/// around points that are on the boundary, if such there are.
constexpr double tolerances[] = {1e-6, 1e-9, 1e-12};
constexpr std::size_t most_parked = 20000;
/// Nodes that are left after the last round: so many are given to the exact linear theory.
constexpr std::size_t most_last_leaves = 64;

/// What the workers share besides the pool.
struct Shared {
    const Problem& problem;
    const BranchAndBoundOptions& options;
    Observer& observer;
    SharedClauses clauses;
    NodePool pool{};
    std::mutex mutex{};
    std::optional<Confirmation> witness{};
    StopReason stop_reason = StopReason::none;
    bool incomplete = false;  ///< a leaf could not be decided
    double boundary = 0;      ///< by which the condition could hold there at most
    double tolerance = -1;    ///< of this round, absolute; negative: the network is piecewise linear
    double unit = 1;          ///< of tolerances
    std::vector<Node> parked{};
    bool crowded = false;  ///< more were parked than are kept
    double proven = -1;    ///< by which the condition could hold anywhere at most, after an earlier round
    std::atomic<std::uint64_t> nodes{0};
    Clock::time_point next_report = Clock::now();
    Statistics statistics{};
};

class Worker {
  public:
    Worker(Shared& shared, std::uint64_t seed)
        : shared_(shared),
          evaluation_(shared.problem),
          attack_(*shared.problem.query, seed),
          learning_(shared.clauses) {
        points_.reserve(bounds::lanes);
    }

    void open_roots() {
        for (std::uint32_t b = 0; b < shared_.problem.boxes.size() && !stopping(); ++b) {
            Node node;
            bounds::State& state = levels_[0].state;
            if (evaluation_.evaluate_root(b, state, node) == NodeEvaluation::Result::refuted) continue;
            evaluation_.store(state, node);
            if (std::isfinite(node.bound)) shared_.unit = std::max(shared_.unit, -node.bound);
            AttackOptions options;
            options.groups = 2;
            attack(node, options);
            settle_or_push(state, std::move(node));
        }
    }

    /// One of so many workers.
    void run(std::size_t workers) {
        work([&] { search(workers); });
    }

    /// Does `part` of the search; what a limit ends in the midst stops all.
    template <class Part>
    void work(Part&& part) {
        try {
            part();
        } catch (const LimitReached& limit) {
            const std::lock_guard lock(shared_.mutex);
            shared_.stop_reason = limit.reason();
            shared_.pool.stop();
        }
    }

    void search(std::size_t workers) {
        while (auto node = shared_.pool.pop(workers)) {
            if (evaluation_.evaluations() >= next_attack_) {
                next_attack_ =
                    evaluation_.evaluations() + std::max(attack_interval, evaluation_.evaluations() / attack_share);
                attack(*node, {});
            }
            ++dives_;
            levels_[0].node = std::move(*node);
            evaluation_.restore(levels_[0].node, levels_[0].state);
            dive();
            if (shared_.pool.stopped()) break;
        }
    }

    /// A node that no round could decide: the exact linear theory, which knows strict from non-strict.
    void decide_last(Node node) {
        bounds::State& state = levels_[0].state;
        evaluation_.restore(node, state);
        if (stopping() || evaluation_.evaluate(state, node) == NodeEvaluation::Result::refuted) return;
        if (decide_leaf(state, node)) return;
        shared_.incomplete = true;
        shared_.boundary = std::max(shared_.boundary, -node.bound);
    }

    void report(Statistics& statistics) {
        statistics.add("nodes", static_cast<double>(evaluation_.evaluations()));
        statistics.add("phase_children", static_cast<double>(phase_splits_));
        statistics.add("exact_leaves", static_cast<double>(leaves_));
        statistics.add("exact_leaf_seconds", leaf_seconds_);
        statistics.add("open_phases_seen", static_cast<double>(evaluation_.open_phases_seen()));
        statistics.add("bound_multiply_adds", static_cast<double>(evaluation_.network_bounds().multiply_adds()));
        learning_.report(statistics);
        statistics.add(attack_.statistics());
    }

  private:
    /// A node of the dive, in full.
    struct Level {
        bounds::State state;
        Node node;
        bool sibling_waits = false;  ///< the other child of its parent went to the pool
    };
    Level& level(std::size_t depth) { return levels_[depth % std::size(levels_)]; }

    bool stopping() { return shared_.pool.stopped(); }

    /// From the node in levels_[0] downwards, always into the more promising child.
    void dive() {
        Level& top = level(0);
        top.sibling_waits = false;
        const ClauseSet::Effect effect = learning_.apply(top.node, top.state, true);
        if (effect == ClauseSet::Effect::refuted) return;
        evaluation_.note_facts(learning_.facts(), top.node);
        std::optional<Decision> promising = learning_.promising_split(top.node);
        learning_.enter(top.node);
        for (std::size_t depth = 0; depth < longest_dive; ++depth) {
            Level& parent = level(depth);
            if (!check_limits(parent.node)) return;
            SplitKind kind = SplitKind::input;
            const auto split = choose_split(parent, std::exchange(promising, std::nullopt), kind);
            if (!split) return;
            if (kind == SplitKind::phase) phase_splits_ += 2;
            bool parent_refuted = false;
            const bool left_open = child(parent, split->left, left_, parent_refuted);
            const bool right_open = !parent_refuted && child(parent, split->right, right_, parent_refuted);
            if (stopping()) return;
            if (parent_refuted) return;
            choice_.learn(parent.node, kind, gain(parent.node, left_open, left_.node),
                          gain(parent.node, right_open, right_.node));
            if (!left_open && !right_open) {
                if (parent.sibling_waits)
                    learning_.note_closing_split(parent.node,
                                                 kind == SplitKind::input ? std::optional(split->left) : std::nullopt);
                climb(depth, *split);
                return;
            }
            const bool go_left = left_open && (!right_open || left_.node.bound <= right_.node.bound);
            Level& next = go_left ? left_ : right_;
            next.sibling_waits = left_open && right_open;
            if (next.sibling_waits) {
                Level& other = go_left ? right_ : left_;
                evaluation_.store(other.state, other.node);
                shared_.pool.push(std::move(other.node));
            }
            std::swap(level(depth + 1), next);
        }
        Level& last = level(longest_dive);
        evaluation_.store(last.state, last.node);
        shared_.pool.push(std::move(last.node));
    }

    /// Absent when the node was settled instead.
    std::optional<NodeEvaluation::Split> choose_split(Level& at, const std::optional<Decision>& promising,
                                                      SplitKind& kind) {
        Node& node = at.node;
        // Where the neighbour was cut beside this box, its cut says nothing about this one.
        if (promising && node.input_split && at.state.lower[promising->variable] < promising->point &&
            promising->point < at.state.upper[promising->variable]) {
            const std::optional<Decision> own = std::exchange(node.input_split, promising);
            kind = SplitKind::input;
            if (const auto split = evaluation_.split(node, at.state, kind)) return split;
            node.input_split = own;
        }
        kind = choice_.choose(node);
        if (const auto split = evaluation_.split(node, at.state, kind)) return split;
        // A learned fact has made the input's side too narrow since it was chosen.
        node.input_split.reset();
        kind = SplitKind::phase;
        if (node.can_split()) return evaluation_.split(node, at.state, kind);
        decide_leaf(at.state, node);
        return std::nullopt;
    }

    /// The node at `depth` was refuted by one more split. Would that split have refuted its ancestors as well, without
    /// the decisions between? Then their children that wait in the pool are refuted.
    void climb(std::size_t depth, const NodeEvaluation::Split& split) {
        const std::size_t literals = level(depth).node.depth;
        const std::size_t highest = depth > longest_climb ? depth - longest_climb : 0;
        for (std::size_t above = depth; above-- > highest;) {
            if (!learning_.on() || !level(above + 1).sibling_waits || stopping()) return;
            if (!learning_.may_try(evaluation_.evaluations(), dives_)) return;
            const Level& ancestor = level(above);
            if (!refutes(ancestor, split.left)) return;
            if (!refutes(ancestor, split.right)) {
                learning_.learn(ancestor.node, split.left, literals + 1);
                return;
            }
            learning_.learn(ancestor.node, std::nullopt, literals);
        }
    }

    bool refutes(const Level& ancestor, const Decision& decision) {
        learning_.tried();
        evaluation_.assume(ancestor.node, ancestor.state, decision, left_.state, left_.node);
        return evaluation_.evaluate(left_.state, left_.node) == NodeEvaluation::Result::refuted;
    }

    /// The share of the parent's distance to refutation that a child has closed.
    static double gain(const Node& parent, bool open, const Node& child) {
        if (!open) return 1;
        if (!std::isfinite(parent.bound) || parent.bound >= 0) return 0;
        return 1 - std::min(child.bound, 0.0) / parent.bound;
    }

    /// True if the child is open and can be split further. Sets `parent_refuted` if the child was refuted without its
    /// last decision.
    bool child(const Level& parent, const Decision& decision, Level& made, bool& parent_refuted) {
        shared_.nodes.fetch_add(1, std::memory_order_relaxed);
        evaluation_.assume(parent.node, parent.state, decision, made.state, made.node);
        if (learning_.apply(made.node, made.state, false) == ClauseSet::Effect::refuted) return false;
        evaluation_.note_facts(learning_.facts(), made.node);
        if (evaluation_.evaluate(made.state, made.node) == NodeEvaluation::Result::refuted) {
            parent_refuted = refuted_without(decision);
            if (parent_refuted) learning_.count_unused();
            return false;
        }
        propose(made.node);
        if (park(made.state, made.node)) return false;
        if (made.node.linear || !made.node.can_split()) return !decide_leaf(made.state, made.node);
        return true;
    }

    /// After a refutation by bounds: layers above the one that it rests on had no part in it.
    bool refuted_without(const Decision& decision) const {
        const auto variable = evaluation_.refuted_variable();
        return learning_.on() && variable && learning_.facts().empty() &&
               !shared_.problem.query->network.is_input(Variable(decision.variable)) &&
               !evaluation_.depends(*variable, decision.variable);
    }

    /// Smooth networks: the node waits for the next round if it is too near to the boundary for this one.
    bool park(const bounds::State& state, Node& node) {
        if (shared_.tolerance < 0 || node.bound < -shared_.tolerance || !node.can_split()) return false;
        evaluation_.store(state, node);
        const std::lock_guard lock(shared_.mutex);
        shared_.boundary = std::max(shared_.boundary, -node.bound);
        if (shared_.parked.size() < most_parked)
            shared_.parked.push_back(node);
        else
            shared_.crowded = true;
        return true;
    }

    void settle_or_push(const bounds::State& state, Node node) {
        if ((node.linear || !node.can_split()) && decide_leaf(state, node)) return;
        shared_.pool.push(std::move(node));
    }

    /// The end of a branch: the best point the bounds suggest, exactly, else the exact linear theory. False: undecided,
    /// but it can be split.
    bool decide_leaf(const bounds::State& state, const Node& node) {
        ++leaves_;
        const std::span<const double> corner = evaluation_.promising_corner();
        if (confirm_point(corner, node.box_index)) return true;
        if (shared_.problem.smooth && shared_.problem.fails_on(node.box_index, state)) return true;
        Limits limits = shared_.options.limits;
        if (node.can_split()) limits = limits.within(longest_leaf);
        const Clock::time_point begin = Clock::now();
        model::Verdict verdict = decide_exactly(shared_.problem, node, state, evaluation_.network_bounds(),
                                                shared_.options.settings, limits, &core_);
        leaf_seconds_ += std::chrono::duration<double>(Clock::now() - begin).count();
        if (verdict.status == model::Status::unsat) {
            learning_.learn_core(node.box_index, core_.bounds, core_.stated);
            return true;
        }
        if (verdict.status == model::Status::sat) {
            Confirmation confirmation;
            confirmation.witness = std::move(*verdict.witness);
            confirmation.float32_agrees = holds_in_float32(*shared_.problem.query, confirmation.witness);
            found(std::move(confirmation));
            return true;
        }
        if (node.can_split() || !check_limits(node)) return false;
        const std::lock_guard lock(shared_.mutex);
        shared_.incomplete = true;
        shared_.boundary = std::max(shared_.boundary, -node.bound);
        return true;
    }

    /// Collects a promising point a node and scores sixteen of them at once.
    void propose(const Node& node) {
        const std::span<const double> corner = evaluation_.promising_corner();
        points_.emplace_back(corner.begin(), corner.end());
        point_box_.push_back(node.box_index);
        if (points_.size() < bounds::lanes) return;
        double margins[bounds::lanes];
        attack_.score(points_, margins);
        for (std::size_t p = 0; p < points_.size(); ++p)
            if (margins[p] > required_margin_ && !confirm_point(points_[p], point_box_[p]))
                required_margin_ = std::max(1e-12, 2 * margins[p]);
        points_.clear();
        point_box_.clear();
    }

    bool confirm_point(std::span<const double> point, std::uint32_t box) {
        auto confirmation = confirm(*shared_.problem.query, point, {}, shared_.problem.boxes[box].domains);
        if (!confirmation) return false;
        found(std::move(*confirmation));
        return true;
    }

    void attack(const Node& node, AttackOptions options) {
        options.limits = shared_.options.limits;
        const std::size_t inputs = shared_.problem.inputs.size();
        std::vector<double> lower(inputs);
        std::vector<double> upper(inputs);
        for (std::size_t i = 0; i < inputs; ++i) {
            lower[i] = node.box[2 * i];
            upper[i] = node.box[2 * i + 1];
        }
        auto confirmation = find_witness(*shared_.problem.query, attack_, lower, upper, options, {},
                                         shared_.problem.boxes[node.box_index].domains);
        if (confirmation) found(std::move(*confirmation));
    }

    void found(Confirmation confirmation) {
        const std::lock_guard lock(shared_.mutex);
        if (!shared_.witness || (!shared_.witness->float32_agrees && confirmation.float32_agrees))
            shared_.witness = std::move(confirmation);
        shared_.pool.stop();
    }

    bool check_limits(const Node& node) {
        const StopReason reason = shared_.options.limits.reached();
        if (reason != StopReason::none) {
            const std::lock_guard lock(shared_.mutex);
            shared_.stop_reason = reason;
            shared_.pool.stop();
            return false;
        }
        if ((evaluation_.evaluations() & 63U) == 0) tell(node);
        return !stopping();
    }

    void tell(const Node& node) {
        const Clock::time_point now = Clock::now();
        const std::lock_guard lock(shared_.mutex);
        if (now < shared_.next_report) return;
        shared_.next_report = now + std::chrono::milliseconds(100);
        Progress progress;
        progress.nodes = shared_.nodes;
        progress.open = shared_.pool.size();
        progress.depth = node.depth;
        progress.bound = shared_.pool.best_bound();
        shared_.observer.progress(progress);
    }

    Shared& shared_;
    NodeEvaluation evaluation_;
    Attack attack_;
    SplitChoice choice_;
    std::uint64_t leaves_ = 0;
    double leaf_seconds_ = 0;
    std::uint64_t phase_splits_ = 0;
    std::uint64_t dives_ = 0;
    ClauseLearning learning_;
    LeafCore core_;
    Level levels_[longest_climb + 2];  ///< the end of the dive
    Level left_, right_;
    std::vector<std::vector<double>> points_;
    std::vector<std::uint32_t> point_box_;
    double required_margin_ = -1e-13;
    std::uint64_t next_attack_ = 0;
};

/// Until the pool is empty or somebody stops it.
void run_all(Shared& shared, const std::vector<std::unique_ptr<Worker>>& workers) {
    const Limits limits = current_limits();
    const std::size_t count = run_together(workers.size(), [&](std::size_t worker, std::size_t together) {
        const LimitScope scope(limits);
        try {
            workers[worker]->run(together);
        } catch (...) {
            shared.pool.stop();  // the others would wait for this one
            throw;
        }
    });
    if (count < workers.size())
        shared.observer.message(fmt::format("{} of {} threads: the system gives no more", count, workers.size()));
}

/// True if the search goes on: the parked nodes above the next tolerance are in the pool again.
bool begin_round(Shared& shared, double tolerance) {
    if (shared.witness || shared.stop_reason != StopReason::none || shared.parked.empty() || shared.crowded)
        return false;
    shared.proven = shared.boundary;
    shared.tolerance = tolerance * shared.unit;
    shared.boundary = 0;
    shared.pool.reopen();
    for (Node& node : std::exchange(shared.parked, {})) {
        if (node.bound < -shared.tolerance) {
            shared.pool.push(std::move(node));
        } else {
            shared.boundary = std::max(shared.boundary, -node.bound);
            shared.parked.push_back(std::move(node));
        }
    }
    return true;
}

/// Smooth networks: the search once for each tolerance, then what is left.
void run_rounds(Shared& shared, const std::vector<std::unique_ptr<Worker>>& workers) {
    shared.tolerance = tolerances[0] * shared.unit;
    run_all(shared, workers);
    for (std::size_t round = 1; round < std::size(tolerances); ++round)
        if (begin_round(shared, tolerances[round])) run_all(shared, workers);
    if (shared.witness || shared.stop_reason != StopReason::none || shared.parked.empty()) return;
    if (shared.crowded || shared.parked.size() > most_last_leaves) {
        shared.incomplete = true;
        return;
    }
    shared.boundary = 0;
    shared.pool.reopen();
    workers[0]->work([&] {
        for (Node& node : shared.parked) workers[0]->decide_last(std::move(node));
    });
}

model::Verdict conclude(Shared& shared) {
    model::Verdict verdict;
    verdict.statistics = shared.statistics;
    if (shared.witness) {
        verdict.status = model::Status::sat;
        verdict.statistics.add("witness_holds_in_float32", shared.witness->float32_agrees ? 1 : 0);
        verdict.witness = std::move(shared.witness->witness);
    } else if (shared.stop_reason != StopReason::none) {
        verdict.status = shared.stop_reason == StopReason::timeout ? model::Status::timeout : model::Status::unknown;
        verdict.reason = std::string(to_string(shared.stop_reason));
        if (shared.proven >= 0) verdict.reason += "; " + boundary_reason(shared.proven);
    } else if (shared.incomplete && shared.tolerance >= 0) {
        verdict.reason = boundary_reason(shared.boundary);
    } else if (shared.incomplete) {
        verdict.reason = "a box too small to split could not be decided";
    } else {
        verdict.status = model::Status::unsat;
    }
    return verdict;
}
}  // namespace

bool branch_and_bound_applies(const model::Query& query, std::string* reason) {
    std::string obstacle;
    static_cast<void>(Problem::prepare(query, obstacle));
    if (reason != nullptr) *reason = obstacle;
    return obstacle.empty();
}

model::Verdict branch_and_bound(const model::Query& query, const BranchAndBoundOptions& options, Observer& observer) {
    const Clock::time_point begin = Clock::now();
    std::string obstacle;
    const Problem problem = Problem::prepare(query, obstacle);
    require(obstacle.empty(), "branch and bound applies to the query");
    // Clauses of smooth networks name points of pre-activations that hardly recur.
    const Learning learning = problem.smooth ? Learning::off : options.learning;
    Shared shared{problem, options, observer, {problem.boxes.size(), learning, options.clauses}};
    if (!problem.boxes.empty()) {
        const auto threads = static_cast<std::size_t>(std::max(1, options.threads));
        std::vector<std::unique_ptr<Worker>> workers;
        for (std::size_t t = 0; t < threads; ++t)
            workers.push_back(std::make_unique<Worker>(shared, options.settings.seed() + 0x9e3779b97f4a7c15ULL * t));
        workers[0]->work([&] { workers[0]->open_roots(); });
        if (problem.smooth)
            run_rounds(shared, workers);
        else
            run_all(shared, workers);
        for (const auto& worker : workers) worker->report(shared.statistics);
    }
    model::Verdict verdict = conclude(shared);
    verdict.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return verdict;
}

}  // namespace sinew::search
