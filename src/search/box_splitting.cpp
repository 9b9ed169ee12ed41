// SPDX-License-Identifier: Apache-2.0
#include "search/box_splitting.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "search/lane_network.hpp"
#include "search/options.hpp"

namespace sinew::search {

namespace {
constexpr std::string_view engine_name = "boxes";

/// The share of the parent's distance to refutation that a child has closed.
double gain(const Node& parent, const Node& child, bool is_refuted) {
    if (is_refuted) return 1;
    if (!std::isfinite(parent.bound) || parent.bound >= 0) return 0;
    return 1 - std::min(child.bound, 0.0) / parent.bound;
}

void forbid(const model::Layer& layer, std::vector<bool>& allowed) {
    for (std::size_t i = 0; i < layer.size; ++i) allowed[layer.first.index() + i] = false;
}
}  // namespace

BoxSplitting::BoxSplitting(Problem problem, const engine::Part& part, const Settings& settings)
    : problem_(std::move(problem)),
      evaluation_(problem_),
      choice_(settings.options(box_option_table()), settings.seed()) {
    for (const engine::Literal& bound : part.bounds) evaluation_.know(bound);
    const model::Network& network = problem_.query->network;
    continuous_.assign(network.variable_count(), true);
    for (const model::Layer& layer : network.layers()) {
        if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation))
            forbid(network.layer(pool->source), continuous_);
        const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
        if (neurons != nullptr && is_step(neurons->activation.kind))
            forbid(network.layer(neurons->source), continuous_);
    }
}

std::unique_ptr<BoxSplitting> BoxSplitting::make(const model::Query& query, const engine::Part& part,
                                                 const engine::Knowledge& knowledge, const Settings& settings,
                                                 std::string& obstacle) {
    Problem problem = Problem::prepare(query, obstacle);
    if (!obstacle.empty()) return nullptr;
    problem.couples = settings.options(box_option_table()).couple;
    for (const engine::Literal& phase : part.splits) problem.assume(phase);
    std::unique_ptr<BoxSplitting> splitting(new BoxSplitting(std::move(problem), part, settings));
    for (const engine::Literal& bound : knowledge.bounds_since(0)) splitting->evaluation_.know(bound);
    return splitting;
}

/// Sides of a split are closed, and at a jump both would have to allow both pieces; smooth neurons are cut anywhere.
bool BoxSplitting::may_split_phase(const Node& node) const {
    return node.phase_split && !problem_.smooth && continuous_[node.phase_split->variable];
}

void BoxSplitting::add(Node node, const bounds::State& state, bool is_refuted) {
    const auto place = static_cast<std::uint32_t>(tree_.nodes.size());
    engine::SplitNode& leaf = tree_.nodes.emplace_back();
    if (is_refuted) {
        leaf.kind = engine::SplitNode::Kind::refuted;
        leaf.by = engine_name;
        return;
    }
    leaf.bound = node.bound;
    for (const std::uint32_t variable : evaluation_.network_bounds().phase_variables()) {
        const engine::Subject subject{Variable(variable)};
        // What a split says of its own neuron is the path's.
        double lower = state.lower[variable];
        double upper = state.upper[variable];
        for (const Decision& phase : node.phase_decisions) {
            if (phase.variable != variable) continue;
            if (phase.upper && phase.point <= upper) upper = std::numeric_limits<double>::infinity();
            if (!phase.upper && phase.point >= lower) lower = -std::numeric_limits<double>::infinity();
        }
        if (std::isfinite(lower)) leaf.bounds.push_back(engine::at_least(subject, lower));
        if (std::isfinite(upper)) leaf.bounds.push_back(engine::at_most(subject, upper));
    }
    // An open leaf without a split is exact arithmetic's: nothing makes it smaller.
    if (!node.can_split()) {
        ++leaves_;
        return;
    }
    evaluation_.store(state, node);
    const double bound = node.bound;
    open_.emplace(bound, std::pair(place, std::move(node)));
}

void BoxSplitting::run(std::size_t wanted, const Limits& limits) {
    if (!has_roots_) {
        has_roots_ = true;
        tree_.nodes.clear();
        const std::size_t roots = problem_.boxes.size();
        if (roots != 1) {
            engine::SplitNode& top = tree_.nodes.emplace_back();
            top.kind = roots == 0 ? engine::SplitNode::Kind::refuted : engine::SplitNode::Kind::boxes;
            top.by = engine_name;
            for (std::uint32_t b = 0; b < roots; ++b) top.children.push_back(b + 1);
        }
        for (std::uint32_t b = 0; b < roots; ++b) {
            Node node;
            bounds::State state;
            const bool is_refuted = evaluation_.evaluate_root(b, state, node) == NodeEvaluation::Result::refuted;
            add(std::move(node), state, is_refuted);
        }
    }
    while (open_.size() + leaves_ < wanted && !open_.empty() && !limits.exceeded())
        if (!split_hardest()) ++leaves_;
}

/// False: it cannot be split, and stays open.
bool BoxSplitting::split_hardest() {
    const auto hardest = open_.begin();
    const std::uint32_t place = hardest->second.first;
    Node node = std::move(hardest->second.second);
    open_.erase(hardest);
    bounds::State state;
    evaluation_.restore(node, state);
    if (!may_split_phase(node)) node.phase_split.reset();
    if (!node.can_split()) return false;
    SplitKind kind = choice_.choose(node);
    auto split = evaluation_.split(node, state, kind);
    if (!split && kind == SplitKind::input && node.phase_split) {
        kind = SplitKind::phase;
        split = evaluation_.split(node, state, kind);
    }
    if (!split) return false;
    std::array<Node, 2> children;
    std::array<bounds::State, 2> states;
    std::array<bool, 2> refuted{};
    for (std::size_t side = 0; side < 2; ++side) {
        evaluation_.assume(node, state, side == 0 ? split->left : split->right, states[side], children[side]);
        refuted[side] = evaluation_.evaluate(states[side], children[side]) == NodeEvaluation::Result::refuted;
    }
    choice_.learn(node, kind, gain(node, children[0], refuted[0]), gain(node, children[1], refuted[1]));
    for (std::size_t side = 0; side < 2; ++side) {
        tree_.nodes[place].children.push_back(static_cast<std::uint32_t>(tree_.nodes.size()));
        add(std::move(children[side]), states[side], refuted[side]);
    }
    engine::SplitNode& parent = tree_.nodes[place];
    parent.kind = engine::SplitNode::Kind::bounds;
    parent.sides = {literal_of(split->left), literal_of(split->right)};
    parent.bounds.clear();
    return true;
}

}  // namespace sinew::search
