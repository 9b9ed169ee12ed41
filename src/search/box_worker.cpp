// SPDX-License-Identifier: Apache-2.0
#include "search/box_worker.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/effort.hpp"
#include "base/work_times.hpp"

namespace sinew::search {

namespace {
using Clock = std::chrono::steady_clock;

/// What the exact linear theory gets for a leaf that could be split instead.
constexpr Effort longest_leaf = 2 * effort_per_second;
/// Smooth networks: nodes that are kept for the next round.
constexpr std::size_t most_parked = 20000;

/// The share of the parent's distance to refutation that a child has closed.
double gain(const Node& parent, bool open, const Node& child) {
    if (!open) return 1;
    if (!std::isfinite(parent.bound) || parent.bound >= 0) return 0;
    return 1 - std::min(child.bound, 0.0) / parent.bound;
}
}  // namespace

BoxWorker::BoxWorker(BoxSearch& shared, std::uint64_t seed)
    : shared_(shared),
      evaluation_(shared.problem),
      attack_(*shared.problem.query, seed),
      choice_(shared.options.box, seed),
      leaves_(*shared.problem.query, shared.options.settings.with_seed(seed)),
      learning_(shared.clauses) {
    points_.reserve(bounds::lanes);
}

template <class Part>
void BoxWorker::work(Part&& part) {
    try {
        part();
    } catch (const LimitReached& limit) {
        const std::lock_guard lock(shared_.mutex);
        shared_.broken = true;
        shared_.stop_reason = limit.reason();
        shared_.pool.stop();
    }
}

void BoxWorker::stop(StopReason reason) {
    const std::lock_guard lock(shared_.mutex);
    shared_.stop_reason = reason;
    shared_.pool.stop();
}

bool BoxWorker::open_roots(const Limits& turn, std::span<const std::unique_ptr<BoxWorker>> workers) {
    limits_ = turn;
    std::vector<bounds::NetworkBounds*> peers;
    for (const std::unique_ptr<BoxWorker>& worker : workers)
        if (worker.get() != this) peers.push_back(&worker->evaluation_.network_bounds());
    const WorkScope scope(Work::roots);
    work([&] {
        while (next_root_ < shared_.problem.boxes.size() && !stopping()) {
            if (const StopReason reason = limits_.reached(); reason != StopReason::none) return stop(reason);
            Node node;
            bounds::State& state = levels_[0].state;
            const proof::NodeId root = begin_proof(next_root_);
            const bool is_refuted =
                evaluation_.evaluate_root(next_root_++, state, node, peers) == NodeEvaluation::Result::refuted;
            node.proof = root;
            if (is_refuted) {
                close(node, proof::Closing::bounds);
                continue;
            }
            evaluation_.store(state, node);
            join_hull(state);
            // Of curved networks the root's bound may be far from everything that the conditions speak of.
            if (std::isfinite(node.bound) && !shared_.problem.curved)
                shared_.unit = std::max(shared_.unit, -node.bound);
            if (shared_.options.attacks_roots) {
                AttackOptions options;
                options.groups = 2;
                attack(node, options);
            }
            settle_or_push(state, std::move(node));
        }
    });
    return next_root_ == shared_.problem.boxes.size();
}

/// A root box's number in the proof, if there is one.
proof::NodeId BoxWorker::begin_proof(std::uint32_t root) const {
    if (shared_.options.proof == nullptr) return proof::no_node;
    std::vector<double> sides;
    for (const Interval side : shared_.problem.boxes[root].inputs) {
        sides.push_back(side.lower);
        sides.push_back(side.upper);
    }
    return shared_.options.proof->root(sides);
}

void BoxWorker::join_hull(const bounds::State& state) {
    if (root_hull_.lower.empty()) {
        root_hull_ = state;
        return;
    }
    for (std::size_t v = 0; v < state.lower.size(); ++v) {
        root_hull_.lower[v] = std::min(root_hull_.lower[v], state.lower[v]);
        root_hull_.upper[v] = std::max(root_hull_.upper[v], state.upper[v]);
    }
}

void BoxWorker::run(std::size_t workers, const Limits& turn) {
    limits_ = turn;
    const WorkScope scope(Work::tree);
    work([&] { search(workers); });
}

void BoxWorker::search(std::size_t workers) {
    while (auto node = shared_.pool.pop(workers)) {
        const std::uint64_t nodes = shared_.nodes;
        std::uint64_t due = shared_.next_attack;
        if (nodes >= due) {
            const BoxOptions& options = shared_.options.box;
            const std::uint64_t next = nodes + std::max(options.attack_interval, nodes / options.attack_share);
            if (shared_.next_attack.compare_exchange_strong(due, next)) attack(*node, {});
        }
        ++dives_;
        levels_[0].node = std::move(*node);
        evaluation_.restore(levels_[0].node, levels_[0].state);
        dive();
        if (stopping()) break;
    }
}

bool BoxWorker::decide_last(Node node, const Limits& turn) {
    limits_ = turn;
    bool is_done = false;
    work([&] {
        bounds::State& state = levels_[0].state;
        evaluation_.restore(node, state);
        is_done = evaluation_.evaluate(state, node) == NodeEvaluation::Result::refuted;
        if (is_done) return close(node, proof::Closing::bounds);
        is_done = decide_leaf(state, node);
        if (is_done || !check_limits(node)) return;
        is_done = true;
        shared_.incomplete = true;
        shared_.boundary = std::max(shared_.boundary, -node.bound);
    });
    return is_done;
}

void BoxWorker::report(Statistics& statistics) const {
    statistics.add("nodes", static_cast<double>(evaluation_.evaluations()));
    statistics.add("phase_children", static_cast<double>(phase_splits_));
    statistics.add("exact_leaves", static_cast<double>(leaves_.count()));
    statistics.add("open_phases_seen", static_cast<double>(evaluation_.open_phases_seen()));
    statistics.add("bound_multiply_adds", static_cast<double>(evaluation_.network_bounds().multiply_adds()));
    learning_.report(statistics);
    statistics.add(attack_.statistics());
}

/// From the node in levels_[0] downwards, always into the more promising child.
void BoxWorker::dive() {
    Level& top = level(0);
    top.sibling_waits = false;
    const ClauseSet::Effect effect = learning_.apply(top.node, top.state, true);
    if (effect == ClauseSet::Effect::refuted) return close(top.node, proof::Closing::rationals);
    evaluation_.note_facts(learning_.facts(), top.node);
    if (!top.node.can_split()) {  // a leaf that a limit cut short
        if (!decide_leaf(top.state, top.node)) put_back(top);
        return;
    }
    std::optional<Decision> promising = learning_.promising_split(top.node);
    learning_.enter(top.node);
    const std::size_t longest_dive = shared_.options.box.longest_dive;
    for (std::size_t depth = 0; depth < longest_dive; ++depth) {
        Level& parent = level(depth);
        if (!check_limits(parent.node)) return put_back(parent);
        SplitKind kind = SplitKind::input;
        const auto split = choose_split(parent, std::exchange(promising, std::nullopt), kind);
        if (!split) return;
        if (kind == SplitKind::phase) phase_splits_ += 2;
        bool parent_refuted = false;
        left_.node.proof = right_.node.proof = proof::no_node;
        if (proof::NetworkProofWriter* proof = shared_.options.proof) {
            left_.node.proof =
                proof->split(parent.node.proof, split->left.variable, split->left.point, split->right.point);
            right_.node.proof = left_.node.proof + 1;
        }
        const bool left_open = child(parent, split->left, left_, parent_refuted);
        if (parent_refuted) close(right_.node, proof::Closing::bounds);
        const bool right_open = !parent_refuted && child(parent, split->right, right_, parent_refuted);
        if (parent_refuted) {
            if (left_open) close(left_.node, proof::Closing::bounds);
            return;
        }
        if (stopping()) {
            if (left_open) put_back(left_);
            if (right_open) put_back(right_);
            return;
        }
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
        if (next.sibling_waits) put_back(go_left ? right_ : left_);
        std::swap(level(depth + 1), next);
    }
    put_back(level(longest_dive));
}

/// An open node goes to the pool.
void BoxWorker::put_back(Level& at) {
    evaluation_.store(at.state, at.node);
    shared_.pool.push(std::move(at.node));
}

/// Absent when the node was settled instead.
std::optional<NodeEvaluation::Split> BoxWorker::choose_split(Level& at, const std::optional<Decision>& promising,
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
    if (!decide_leaf(at.state, node)) put_back(at);
    return std::nullopt;
}

/// The node at `depth` was refuted by one more split. Would that split have refuted its ancestors as well, without
/// the decisions between? Then their children that wait in the pool are refuted.
void BoxWorker::climb(std::size_t depth, const NodeEvaluation::Split& split) {
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

bool BoxWorker::refutes(const Level& ancestor, const Decision& decision) {
    learning_.tried();
    evaluation_.assume(ancestor.node, ancestor.state, decision, left_.state, left_.node);
    return evaluation_.evaluate(left_.state, left_.node) == NodeEvaluation::Result::refuted;
}

/// True if the child is open and can be split further. Sets `parent_refuted` if the child was refuted without its
/// last decision.
bool BoxWorker::child(const Level& parent, const Decision& decision, Level& made, bool& parent_refuted) {
    shared_.nodes.fetch_add(1, std::memory_order_relaxed);
    evaluation_.assume(parent.node, parent.state, decision, made.state, made.node);
    if (learning_.apply(made.node, made.state, false) == ClauseSet::Effect::refuted) {
        close(made.node, proof::Closing::rationals);
        return false;
    }
    evaluation_.note_facts(learning_.facts(), made.node);
    if (evaluation_.evaluate(made.state, made.node) == NodeEvaluation::Result::refuted) {
        parent_refuted = refuted_without(decision);
        if (parent_refuted) learning_.count_unused();
        close(made.node, proof::Closing::bounds);
        return false;
    }
    propose(made.node);
    if (park(made.state, made.node)) return false;
    if (made.node.linear || !made.node.can_split()) return !decide_leaf(made.state, made.node);
    return true;
}

/// After a refutation by bounds: layers above the one that it rests on had no part in it.
bool BoxWorker::refuted_without(const Decision& decision) const {
    const auto variable = evaluation_.refuted_variable();
    return learning_.on() && variable && learning_.facts().empty() &&
           !shared_.problem.query->network.is_input(Variable(decision.variable)) &&
           !evaluation_.depends(*variable, decision.variable);
}

/// Smooth networks: the node waits for the next round if it is too near to the boundary for this one.
bool BoxWorker::park(const bounds::State& state, Node& node) {
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

void BoxWorker::settle_or_push(const bounds::State& state, Node node) {
    if ((node.linear || !node.can_split()) && decide_leaf(state, node)) return;
    shared_.pool.push(std::move(node));
}

/// The end of a branch: the best point the bounds suggest, exactly, else the exact linear theory. False: undecided,
/// but it can be split.
bool BoxWorker::decide_leaf(const bounds::State& state, const Node& node) {
    const std::span<const double> corner = evaluation_.promising_corner();
    if (confirm_point(corner, node.box_index)) return true;
    if (shared_.problem.smooth && shared_.problem.fails_on(node.box_index, state)) {
        close(node, proof::Closing::rationals);
        return true;
    }
    const WorkScope scope(Work::exact);
    const Limits limits = node.can_split() ? limits_.within_effort(longest_leaf) : limits_;
    const Answer answer = leaves_.decide(shared_.problem, node, state, evaluation_.network_bounds(), limits, &core_);
    if (answer == Answer::unsat) {
        learning_.learn_core(node.box_index, core_.bounds, core_.stated);
        close(node, proof::Closing::rationals);
        return true;
    }
    if (answer == Answer::sat) {
        Confirmation confirmation;
        confirmation.witness = leaves_.take_witness();
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
void BoxWorker::propose(const Node& node) {
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

bool BoxWorker::confirm_point(std::span<const double> point, std::uint32_t box) {
    auto confirmation = confirm(*shared_.problem.query, point, {}, shared_.problem.boxes[box].domains);
    if (!confirmation) return false;
    found(std::move(*confirmation));
    return true;
}

void BoxWorker::attack(const Node& node, AttackOptions options) {
    options = shared_.options.settings.options(attack_option_table(), options);
    options.limits = limits_;
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

void BoxWorker::found(Confirmation confirmation) {
    const std::lock_guard lock(shared_.mutex);
    if (!shared_.witness || (!shared_.witness->float32_agrees && confirmation.float32_agrees))
        shared_.witness = std::move(confirmation);
    shared_.pool.stop();
}

bool BoxWorker::check_limits(const Node& node) {
    if (const StopReason reason = limits_.reached(); reason != StopReason::none) {
        stop(reason);
        return false;
    }
    if ((evaluation_.evaluations() & 63U) == 0) tell(node);
    return !stopping();
}

void BoxWorker::tell(const Node& node) {
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

}  // namespace sinew::search
