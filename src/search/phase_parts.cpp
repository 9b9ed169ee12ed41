// SPDX-License-Identifier: Apache-2.0
#include "search/phase_parts.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sinew::search {

namespace {
class Grower {
  public:
    explicit Grower(const bounds::RelaxedNetwork& network) : network_(network) {}

    /// The tree below `node` whose open leaves these are; they have their first `depth` splits in common.
    void grow(std::size_t node, std::span<const PhaseTree::Leaf*> leaves, std::size_t depth) {
        if (leaves.empty()) {
            tree.nodes[node].kind = engine::SplitNode::Kind::refuted;
            tree.nodes[node].by = "phases";
            return;
        }
        const PhaseTree::Leaf& first = *leaves.front();
        if (first.splits.size() == depth) {
            tree.nodes[node].bound = first.bound;
            tree.nodes[node].bounds = bounds_of(first);
            return;
        }
        const engine::Subject subject{Variable(network_.pre_variable(first.splits[depth].neuron))};
        const auto middle = std::stable_partition(
            leaves.begin(), leaves.end(), [&](const PhaseTree::Leaf* leaf) { return !leaf->splits[depth].above; });
        const auto below = static_cast<std::size_t>(middle - leaves.begin());
        const auto child = static_cast<std::uint32_t>(tree.nodes.size());
        tree.nodes.resize(tree.nodes.size() + 2);
        tree.nodes[node].kind = engine::SplitNode::Kind::bounds;
        const double point = first.splits[depth].point;
        tree.nodes[node].sides = {engine::at_most(subject, point), engine::at_least(subject, point)};
        tree.nodes[node].children = {child, child + 1};
        grow(child, leaves.first(below), depth + 1);
        grow(child + 1, leaves.subspan(below), depth + 1);
    }

    engine::SplitTree tree;

  private:
    /// What is proven of the pre-activations in a leaf.
    std::vector<engine::Literal> bounds_of(const PhaseTree::Leaf& leaf) const {
        std::vector<std::pair<double, double>> sides;
        std::vector<std::size_t> place(network_.neuron_count());
        for (const bounds::NeuronLayer& layer : network_.neuron_layers()) {
            for (std::size_t i = 0; i < layer.size; ++i) {
                place[layer.first + i] = sides.size();
                sides.emplace_back(network_.lower(layer.pre + i), network_.upper(layer.pre + i));
            }
        }
        for (std::size_t u = 0; leaf.local && u < leaf.local->lower.size(); ++u) {
            auto& [lower, upper] = sides[place[network_.unstable()[u]]];
            lower = std::max(lower, leaf.local->lower[u]);
            upper = std::min(upper, leaf.local->upper[u]);
        }
        std::vector<engine::Literal> bounds;
        for (std::size_t relu = 0; relu < network_.neuron_count(); ++relu) {
            const engine::Subject subject{Variable(network_.pre_variable(relu))};
            const auto& [lower, upper] = sides[place[relu]];
            if (std::isfinite(lower)) bounds.push_back(engine::at_least(subject, lower));
            if (std::isfinite(upper)) bounds.push_back(engine::at_most(subject, upper));
        }
        return bounds;
    }

    const bounds::RelaxedNetwork& network_;
};
}  // namespace

engine::SplitTree split_tree(const bounds::RelaxedNetwork& network, const std::vector<PhaseTree::Leaf>& leaves,
                             std::span<const std::uint32_t> disjunct_of, std::size_t disjuncts, std::size_t assumed) {
    Grower grower(network);
    std::vector<std::vector<const PhaseTree::Leaf*>> of_disjunct(disjuncts);
    for (const PhaseTree::Leaf& leaf : leaves) of_disjunct[disjunct_of[leaf.goal]].push_back(&leaf);
    if (disjuncts == 1) {
        grower.grow(0, of_disjunct[0], assumed);
        return std::move(grower.tree);
    }
    engine::SplitTree& tree = grower.tree;
    tree.nodes[0].kind = engine::SplitNode::Kind::disjuncts;
    tree.nodes.resize(1 + disjuncts);
    for (std::uint32_t d = 0; d < disjuncts; ++d) {
        tree.nodes[0].children.push_back(d + 1);
        grower.grow(d + 1, of_disjunct[d], assumed);
    }
    return std::move(grower.tree);
}

}  // namespace sinew::search
