// SPDX-License-Identifier: Apache-2.0
#include "search/neuron_refinement.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "base/infinity.hpp"

namespace sinew::search {

namespace {
using bounds::lanes;
using bounds::NeuronSplit;
using bounds::Objective;

constexpr std::uint32_t no_neuron = 0xffffffffU;

struct Leaf {
    std::vector<NeuronSplit> splits;
    bounds::Slopes slopes;
    double bound = -infinity;
    std::uint32_t branch = no_neuron;
    double point = 0;        ///< of its split
    std::size_t place = 0;   ///< among the tree's cases
    std::size_t source = 0;  ///< the case whose lines its bound rests on
};

/// For a proof: a node of a tree, and where its children are.
struct Case {
    proof::ProofCase content;
    std::size_t below = 0;
    std::size_t above = 0;
};

/// The tree of one side of one neuron; its least leaf bounds the side.
struct Tree {
    std::uint32_t neuron = 0;
    std::size_t side = 0;  ///< place in what is proven: odd is above
    Objective objective;
    std::vector<std::unique_ptr<Leaf>> leaves;  ///< heap, least bound first
    double closed = infinity;                   ///< least bound of leaves beyond the target
    std::vector<Case> cases{};                  ///< for a proof
    std::size_t splits = 0;
    std::size_t look = 4;       ///< splits until the next look at what they gain
    double before = -infinity;  ///< bound at the look before
    bool is_stuck = false;

    /// Ends a tree that gains less than this share of its way while it doubles.
    void look_back(double least_gain) {
        if (splits < look || leaves.empty()) return;
        look *= 2;
        const double now = bound();
        is_stuck = now - before < least_gain * -now;
        before = now;
    }
    double bound() const { return leaves.empty() ? closed : std::min(closed, leaves.front()->bound); }
    bool finished(std::size_t limit) const {
        return leaves.empty() || is_stuck || splits >= limit || leaves.front()->branch == no_neuron;
    }
};

struct Later {
    bool operator()(const std::unique_ptr<Leaf>& a, const std::unique_ptr<Leaf>& b) const {
        return a->bound > b->bound;
    }
};

class Refinement {
  public:
    Refinement(const bounds::RelaxedNetwork& network, bounds::RelaxedLanes& problem, const bounds::SlopeBank& bank,
               std::span<const NeuronSplit> assumed, const RefinementOptions& options, std::span<double> proven)
        : network_(network), problem_(problem), bank_(bank), assumed_(assumed), options_(options), proven_(proven) {
        if (options.proof != nullptr) problem.keep_best();
    }

    void run(std::span<const std::uint32_t> neurons, std::atomic<std::size_t>& next, const Limits& limits) {
        std::vector<std::unique_ptr<Tree>> growing;
        below_ = network_.layer_of(neurons.front()).first;
        target_ = network_.layer_of(neurons.front()).is_relu ? 0 : infinity;
        while (!limits.exceeded()) {
            plant(neurons, next, growing);
            if (growing.empty()) break;
            grow(growing);
            for (auto& tree : growing) {
                tree->look_back(options_.least_gain);
                if (!tree->finished(options_.splits)) continue;
                harvest(*tree);
                tree.reset();
            }
            std::erase(growing, nullptr);
        }
        for (const auto& tree : growing) harvest(*tree);
    }

  private:
    /// Fills the free places with the roots of the next trees and evaluates them.
    void plant(std::span<const std::uint32_t> neurons, std::atomic<std::size_t>& next,
               std::vector<std::unique_ptr<Tree>>& growing) {
        std::vector<std::pair<Tree*, std::unique_ptr<Leaf>>> batch;
        while (growing.size() < lanes / 2) {
            const std::size_t side = next++;
            if (side >= 2 * neurons.size()) break;
            auto tree = std::make_unique<Tree>();
            tree->neuron = neurons[side / 2];
            tree->side = side;
            const bool upper = side % 2 == 1;
            tree->objective = Objective::of_variable(network_.pre_variable(tree->neuron), upper ? -1 : 1);
            proven_[side] = -infinity;
            auto root = std::make_unique<Leaf>();
            root->splits.assign(assumed_.begin(), assumed_.end());
            root->slopes = bank_.start(network_, tree->neuron, upper);
            tree->cases.resize(1);
            batch.emplace_back(tree.get(), std::move(root));
            growing.push_back(std::move(tree));
        }
        if (!batch.empty()) evaluate(batch);
    }

    /// Splits the least leaf of every tree.
    void grow(std::vector<std::unique_ptr<Tree>>& trees) {
        std::vector<std::pair<Tree*, std::unique_ptr<Leaf>>> batch;
        for (const auto& tree : trees) {
            if (tree->finished(options_.splits)) continue;
            ++tree->splits;
            std::pop_heap(tree->leaves.begin(), tree->leaves.end(), Later());
            const std::unique_ptr<Leaf> parent = std::move(tree->leaves.back());
            tree->leaves.pop_back();
            if (options_.proof != nullptr) cut(*tree, *parent);
            for (const bool above : {false, true}) {
                auto child = std::make_unique<Leaf>(*parent);
                child->splits.push_back({parent->branch, above, parent->point});
                if (options_.proof != nullptr)
                    child->place = above ? tree->cases[parent->place].above : tree->cases[parent->place].below;
                batch.emplace_back(tree.get(), std::move(child));
            }
        }
        if (!batch.empty()) evaluate(batch);
    }

    void evaluate(std::vector<std::pair<Tree*, std::unique_ptr<Leaf>>>& batch) {
        problem_.clear();
        for (std::size_t j = 0; j < batch.size(); ++j)
            problem_.set(j, batch[j].first->objective, batch[j].second->splits, &batch[j].second->slopes, nullptr,
                         options_.condition);
        const std::vector<double> target(lanes, target_);
        problem_.optimise(options_.steps, 0.1, 0.95, target);
        problem_.primal();
        for (std::size_t j = 0; j < batch.size(); ++j) {
            auto& [tree, leaf] = batch[j];
            if (options_.proof != nullptr) {
                Case& own = tree->cases[leaf->place];
                own.content.lines = options_.proof->lines_below(network_.pre_variable(tree->neuron),
                                                                problem_.slopes_of_best(j), leaf->splits);
                if (problem_.best()[j] > leaf->bound)
                    leaf->source = leaf->place;
                else
                    tree->cases[leaf->source].content.has_lines = true;
            }
            leaf->bound = std::max(leaf->bound, problem_.best()[j]);
            if (leaf->bound > target_) {
                tree->closed = std::min(tree->closed, leaf->bound);
                continue;
            }
            leaf->slopes = problem_.slopes(j, leaf->splits);
            choose_branch(*leaf, j);
            tree->leaves.push_back(std::move(leaf));
            std::push_heap(tree->leaves.begin(), tree->leaves.end(), Later());
        }
    }

    /// The neuron below whose relaxation costs most at the primal point.
    void choose_branch(Leaf& leaf, std::size_t lane) {
        const bounds::LocalBounds local = bounds::LocalBounds(network_).under(network_, leaf.splits);
        leaf.branch = no_neuron;
        double most = 0;
        for (std::size_t u = 0; u < network_.unstable().size(); ++u) {
            const std::uint32_t neuron = network_.unstable()[u];
            // What is above matters only by rows of a condition.
            if (neuron >= below_ && options_.condition == nullptr) break;
            if (!network_.can_split(neuron, local.lower[u], local.upper[u])) continue;
            const double gap = problem_.gap(neuron, lane);
            if (gap <= most) continue;
            most = gap;
            leaf.branch = neuron;
            leaf.point = network_.split_point(neuron, local.lower[u], local.upper[u]);
        }
    }

    void harvest(const Tree& tree) {
        proven_[tree.side] = tree.bound();
        if (options_.proof != nullptr && std::isfinite(tree.bound()))
            options_.proof->fact(network_.pre_variable(tree.neuron), tree.side % 2 == 1, in_preorder(tree));
    }

    /// Its lines are told only if what is below it comes to need them.
    void cut(Tree& tree, const Leaf& leaf) const {
        Case& own = tree.cases[leaf.place];
        own.content.is_cut = true;
        own.content.has_lines = false;
        own.content.variable = options_.proof->variable_of(leaf.branch);
        own.content.point = leaf.point;
        own.below = tree.cases.size();
        own.above = own.below + 1;
        tree.cases.resize(tree.cases.size() + 2);
    }

    static std::vector<proof::ProofCase> in_preorder(const Tree& tree) {
        std::vector<proof::ProofCase> result;
        std::vector<std::size_t> waiting{0};
        while (!waiting.empty()) {
            const Case& one = tree.cases[waiting.back()];
            waiting.pop_back();
            result.push_back(one.content);
            if (!one.content.is_cut) continue;
            waiting.push_back(one.above);
            waiting.push_back(one.below);
        }
        return result;
    }

    const bounds::RelaxedNetwork& network_;
    bounds::RelaxedLanes& problem_;
    const bounds::SlopeBank& bank_;
    std::span<const NeuronSplit> assumed_;
    RefinementOptions options_;
    std::span<double> proven_;
    std::size_t below_ = 0;
    double target_ = 0;  ///< more is of no use: a phase is fixed
};
}  // namespace

void refine_neurons(const bounds::RelaxedNetwork& network, bounds::RelaxedLanes& problem, const bounds::SlopeBank& bank,
                    std::span<const std::uint32_t> neurons, std::atomic<std::size_t>& next,
                    std::span<const NeuronSplit> assumed, const RefinementOptions& options, const Limits& limits,
                    std::span<double> proven) {
    if (!neurons.empty()) Refinement(network, problem, bank, assumed, options, proven).run(neurons, next, limits);
}

void take_refined(bounds::RelaxedNetwork& network, std::span<const std::uint32_t> neurons,
                  std::span<const double> proven) {
    for (std::size_t i = 0; i < neurons.size(); ++i)
        network.tighten(network.pre_variable(neurons[i]), proven[2 * i], -proven[2 * i + 1]);
}

}  // namespace sinew::search
