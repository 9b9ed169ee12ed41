// SPDX-License-Identifier: Apache-2.0
#include "search/phase_worker.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/activation.hpp"
#include "model/evaluate_enclosed.hpp"

namespace sinew::search {

using bounds::lanes;
using bounds::NeuronSplit;

namespace {
/// Of a node's neurons those are bounded anew that make up this share of what relaxations cost its goal.
constexpr double worth = 0.8;
constexpr std::uint32_t no_branch = 0xffffffffU;
/// Where lines are so near to their activations, in all, that a witness would have been tried: it is too close to tell.
constexpr double nothing_to_gain = 1e-7;
}  // namespace

PhaseWorker::PhaseWorker(const PhaseTree& tree, Attack& attack, std::uint64_t seed)
    : query_(tree.query_),
      network_(tree.network_),
      goals_(tree.goals_),
      assumed_(tree.assumed_),
      bank_(tree.bank_),
      attack_(attack),
      steps_(tree.steps_),
      proof_(tree.proof_),
      problem_(network_),
      probe_(network_),
      random_(seed),
      shuffles_(seed != 0) {
    if (proof_ != nullptr) problem_.keep_best();
}

PhaseWorker::PhaseWorker(const PhaseTree& tree, std::unique_ptr<Attack> attack, std::uint64_t seed)
    : PhaseWorker(tree, *attack, seed) {
    own_attack_ = std::move(attack);
}

void PhaseWorker::work(Piece& piece) {
    if (piece.goals > 0)
        plant(piece);
    else
        expand(piece);
}

void PhaseWorker::evaluate(std::vector<NodePointer>& nodes, std::size_t steps) {
    problem_.clear();
    for (std::size_t j = 0; j < nodes.size(); ++j)
        problem_.set(j, goals_[nodes[j]->goal].objective, nodes[j]->splits,
                     nodes[j]->slopes.slope.empty() ? nullptr : &nodes[j]->slopes, nodes[j]->local.get());
    const std::vector<double> target(lanes, 0.0);
    problem_.optimise(steps, 0.1, 0.96, target);
    nodes_ += nodes.size();
    for (std::size_t j = 0; j < nodes.size(); ++j) {
        nodes[j]->bound = std::max(nodes[j]->bound, problem_.best()[j]);
        if (proof_ != nullptr && closed(*nodes[j]))
            proof_->close(nodes[j]->proof, problem_.slopes_of_best(j), nodes[j]->splits);
        depth_ = std::max<std::uint64_t>(depth_, nodes[j]->splits.size());
    }
}

/// Of the open neurons, the node's splits included.
bounds::LocalBounds PhaseWorker::bounds_of(const Node& node) const {
    return (node.local ? *node.local : bounds::LocalBounds(network_)).under(network_, node.splits);
}

std::vector<PhaseWorker::Branch> PhaseWorker::candidates(const Node& node, std::size_t lane) const {
    // Half by what the neuron's relaxation costs at the primal point, half by BaBSR's estimate (Bunel et al., 2020).
    std::vector<std::pair<double, std::uint32_t>> by_gap;
    std::vector<std::pair<double, std::uint32_t>> by_estimate;
    const bounds::LocalBounds local = bounds_of(node);
    for (std::size_t u = 0; u < network_.unstable().size(); ++u) {
        const std::uint32_t neuron = network_.unstable()[u];
        const double low = local.lower[u];
        const double high = local.upper[u];
        if (!network_.can_split(neuron, low, high)) continue;
        const auto& layer = network_.layer_of(neuron);
        const double g = problem_.coefficients().row(layer.post + neuron - layer.first)[lane];
        by_gap.emplace_back(-problem_.gap(neuron, lane), static_cast<std::uint32_t>(u));
        by_estimate.emplace_back(-split_estimate(network_, layer, g, low, high), static_cast<std::uint32_t>(u));
    }
    double gaps = 0;
    for (const auto& [gap, u] : by_gap) gaps -= gap;
    if (model::is_smooth(query_.network) && gaps < nothing_to_gain) return {};
    std::vector<std::uint32_t> chosen;
    const std::size_t each = lanes / 4;
    for (auto* list : {&by_gap, &by_estimate}) {
        const std::size_t count = std::min(list->size(), lanes / 2);
        std::partial_sort(list->begin(), list->begin() + static_cast<std::ptrdiff_t>(count), list->end());
        const std::size_t stop = std::min(chosen.size() + each, lanes / 2);
        for (std::size_t i = 0; i < count && chosen.size() < stop; ++i) {
            const std::uint32_t place = (*list)[i].second;
            if (std::find(chosen.begin(), chosen.end(), place) == chosen.end()) chosen.push_back(place);
        }
    }
    std::vector<Branch> branches;
    for (const std::uint32_t u : chosen) {
        const std::uint32_t neuron = network_.unstable()[u];
        branches.push_back({neuron, network_.split_point(neuron, local.lower[u], local.upper[u])});
    }
    return branches;
}

void PhaseWorker::strong_branch(Node& node, const std::vector<Branch>& list) {
    node.branch = list.empty() ? no_branch : list[0].neuron;
    node.point = list.empty() ? 0 : list[0].point;
    if (list.size() < 2) return;
    probe_.clear();
    std::vector<NeuronSplit> splits = node.splits;
    splits.emplace_back();
    for (std::size_t c = 0; c < list.size(); ++c) {
        for (std::size_t side = 0; side < 2; ++side) {
            splits.back() = {list[c].neuron, side == 1, list[c].point};
            probe_.set(2 * c + side, goals_[node.goal].objective, splits, &node.slopes, node.local.get());
        }
    }
    probe_.bound();
    double best_score = -1;
    for (std::size_t c = 0; c < list.size(); ++c) {
        double score = 1;
        for (std::size_t side = 0; side < 2; ++side) {
            // Beyond 0 a gain is worth nothing.
            const double gain = std::min(probe_.bounds()[2 * c + side], 0.0) - node.bound;
            score *= std::max(gain, 1e-6 * std::fabs(node.bound) + 1e-300);
        }
        if (shuffles_) score *= random_.uniform(0.9, 1);
        if (score <= best_score) continue;
        best_score = score;
        node.branch = list[c].neuron;
        node.point = list[c].point;
    }
}

void PhaseWorker::choose_branches(std::vector<NodePointer>& nodes) {
    problem_.primal();
    std::vector<std::vector<Branch>> lists(nodes.size());
    for (std::size_t j = 0; j < nodes.size(); ++j) {
        if (closed(*nodes[j])) continue;
        lists[j] = candidates(*nodes[j], j);
        nodes[j]->slopes = problem_.slopes(j, nodes[j]->splits);
        if (due(*nodes[j])) nodes[j]->costly = worth_tightening(*nodes[j], j);
    }
    for (std::size_t j = 0; j < nodes.size(); ++j)
        if (!closed(*nodes[j])) strong_branch(*nodes[j], lists[j]);
}

bool PhaseWorker::try_points(Piece& piece) {
    const std::vector<Variable> inputs = query_.network.input_variables();
    std::vector<std::vector<double>> points(lanes, std::vector<double>(inputs.size()));
    for (std::size_t i = 0; i < inputs.size(); ++i)
        for (std::size_t j = 0; j < lanes; ++j) points[j][i] = problem_.values().row(inputs[i].index())[j];
    std::vector<double> margins(lanes);
    attack_.score(points, margins);
    const auto best = static_cast<std::size_t>(std::max_element(margins.begin(), margins.end()) - margins.begin());
    if (margins[best] < 0) return false;
    piece.confirmation = confirm(query_, points[best], attack_.booleans());
    return piece.confirmation.has_value();
}

void PhaseWorker::decide_leaf(NodePointer leaf, Piece& piece) {
    // All phases are fixed: what is left is a linear program, whose dual the multipliers approach.
    std::vector<NodePointer> alone;
    alone.push_back(std::move(leaf));
    evaluate(alone, 30 * steps_);
    if (closed(*alone.front())) return;
    Node& node = *alone.front();
    piece.undecided.push_back({node.goal, std::move(node.splits), node.bound, std::move(node.local), node.proof});
}

bool PhaseWorker::due(const Node& node) const {
    return node.splits.size() >= node.tightened_at + tighten_every_;
}

std::vector<std::uint32_t> PhaseWorker::worth_tightening(const Node& node, std::size_t lane) const {
    // A split moves the bounds of later layers; those of its own layer and before hardly.
    std::size_t first = network_.neuron_count();
    for (std::size_t s = node.tightened_at; s < node.splits.size(); ++s) {
        const auto& layer = network_.layer_of(node.splits[s].neuron);
        first = std::min(first, layer.first + layer.size);
    }
    const bounds::LocalBounds local = bounds_of(node);
    std::vector<std::pair<double, std::uint32_t>> costs;
    for (std::size_t u = 0; u < network_.unstable().size(); ++u) {
        const std::uint32_t neuron = network_.unstable()[u];
        if (neuron < first || !network_.can_split(neuron, local.lower[u], local.upper[u])) continue;
        costs.emplace_back(relaxation_cost(network_, problem_, lane, neuron, local.lower[u], local.upper[u]),
                           static_cast<std::uint32_t>(u));
    }
    return dearest(std::move(costs), worth);
}

void PhaseWorker::tighten(std::vector<NodePointer>& nodes) {
    bounds::TightenOptions options;
    options.steps = 3;
    options.rate = 0.1;
    for (NodePointer& node : nodes) {
        const std::vector<std::uint32_t> positions = std::move(node->costly);
        node->costly.clear();
        bounds::Condition condition = goals_[node->goal].condition;
        options.condition = nullptr;
        if (!condition.rows.empty()) {
            for (std::size_t u = 0; u < network_.unstable().size(); ++u)
                condition.slope[network_.unstable()[u]] = node->slopes.slope[u];
            condition.split_multiplier = node->slopes.multiplier;
            options.condition = &condition;
        }
        auto local = node->local ? std::make_shared<bounds::LocalBounds>(*node->local)
                                 : std::make_shared<bounds::LocalBounds>(network_);
        ++tightenings_;
        std::optional<PhaseProof::Listener> listener;
        if (proof_ != nullptr) options.listener = &listener.emplace(*proof_, node->proof);
        node->tightened_at = static_cast<std::uint32_t>(node->splits.size());
        if (bounds::tighten_local(network_, probe_, bank_, node->splits, positions, options, *local)) {
            node->local = std::move(local);
            continue;
        }
        if (proof_ != nullptr) proof_->close_by_bounds(node->proof);
        node.reset();
    }
    std::erase(nodes, nullptr);
}

void PhaseWorker::settle(std::vector<NodePointer>& nodes, std::size_t steps, Piece& piece) {
    if (nodes.empty()) return;
    evaluate(nodes, steps);
    choose_branches(nodes);
    if (try_points(piece)) return;
    for (NodePointer& node : nodes)
        if (!closed(*node)) piece.open.push_back(std::move(node));
}

void PhaseWorker::expand(Piece& piece) {
    std::vector<NodePointer> again;
    std::vector<NodePointer> children;
    for (NodePointer& parent : piece.parents) {
        if (parent->branch == no_branch) {
            decide_leaf(std::move(parent), piece);
            continue;
        }
        if (due(*parent)) {
            again.push_back(std::move(parent));
            continue;
        }
        const proof::NodeId below =
            proof_ == nullptr ? proof::no_node : proof_->split(parent->proof, parent->branch, parent->point);
        for (const bool above : {false, true}) {
            auto child = std::make_unique<Node>(*parent);
            child->splits.push_back({parent->branch, above, parent->point});
            child->proof = proof_ == nullptr ? below : below + (above ? 1 : 0);
            children.push_back(std::move(child));
        }
    }
    tighten(again);
    settle(again, steps_, piece);
    if (!piece.confirmation) settle(children, steps_, piece);
}

/// The roots of goals.
void PhaseWorker::plant(Piece& piece) {
    std::vector<NodePointer> roots;
    for (std::size_t g = 0; g < piece.goals; ++g) {
        roots.push_back(std::make_unique<Node>());
        roots.back()->bound = -std::numeric_limits<double>::infinity();
        roots.back()->goal = static_cast<std::uint32_t>(piece.first_goal + g);
        roots.back()->splits = assumed_;
        const PhaseGoal& goal = goals_[roots.back()->goal];
        if (proof_ != nullptr) roots.back()->proof = proof_->demand(goal.name);
        if (!goal.slope.empty())
            for (const std::uint32_t neuron : network_.unstable())
                roots.back()->slopes.slope.push_back(goal.slope[neuron]);
        roots.back()->tightened_at = static_cast<std::uint32_t>(assumed_.size());
    }
    settle(roots, 4 * steps_, piece);
}

}  // namespace sinew::search
