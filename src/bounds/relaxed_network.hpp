// SPDX-License-Identifier: Apache-2.0
// A feed-forward network over an input box, made ready for back-substitution with lines of its own in every lane
// (relaxed_lanes.hpp): proven bounds of every variable, error budgets, and the lists of neurons that are not dead.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bounds/lane_kernels.hpp"
#include "bounds/reach.hpp"
#include "bounds/relaxation.hpp"
#include "model/network.hpp"

namespace sinew::bounds {

/// One layer of activations: components 0 … size - 1 are the neurons first … first + size - 1 of the network.
struct NeuronLayer {
    std::size_t layer = 0;   ///< index of the activation layer
    std::size_t source = 0;  ///< index of the layer of its pre-activations
    std::size_t pre = 0;     ///< first variable of the pre-activations
    std::size_t post = 0;    ///< first variable of the outputs
    std::size_t first = 0;
    std::size_t size = 0;
    std::vector<std::uint32_t> live;      ///< components that are live() and (of ReLU) not always 0
    std::vector<std::uint32_t> unstable;  ///< components whose phase is open, or whose lines are not next to each other
    /// Of others than ReLU, whose lines are more than a slope: the first of these among all neurons of this kind.
    std::size_t first_pencil = 0;
    bool is_relu = true;
};

/// A layer of max-pooling, with what bounds each component on the box (relax_max_pool).
struct PoolLayer {
    std::size_t layer = 0;
    std::size_t source = 0;
    std::vector<std::uint32_t> member;  ///< component of the source: from below
    std::vector<bool> dominates;        ///< and from above; otherwise the pool's own upper bound is
};

/// A side of a neuron, assumed: pre-activation >= point (above) or <= point. A ReLU's phases are its sides of 0. The
/// same neuron may be split again, at other points.
struct NeuronSplit {
    std::uint32_t neuron = 0;
    bool above = false;
    double point = 0;
    friend bool operator==(const NeuronSplit&, const NeuronSplit&) = default;
};

/// Borrows the network. Bounds start as interval arithmetic's and only ever shrink.
class RelaxedNetwork {
  public:
    /// `lower`, `upper`: the box, finite, by input in input_variables() order. Where `asked` is given, what these
    /// variables do not depend on is not live: it has interval bounds, and no back-substitution goes through it.
    RelaxedNetwork(const model::Network& network, std::span<const double> lower, std::span<const double> upper,
                   std::span<const Variable> asked = {});

    const model::Network& network() const { return *network_; }
    const ReachMap& reach_map() const { return reach_map_; }
    const std::vector<NeuronLayer>& neuron_layers() const { return neuron_layers_; }
    std::size_t neuron_count() const { return neuron_count_; }
    /// The layer of a neuron.
    const NeuronLayer& layer_of(std::size_t neuron) const { return neuron_layers_[layer_of_[neuron]]; }
    std::size_t pre_variable(std::size_t neuron) const {
        const NeuronLayer& layer = layer_of(neuron);
        return layer.pre + neuron - layer.first;
    }
    /// Neurons of others than ReLU; where there are none, lines have but a slope to choose.
    std::size_t pencil_count() const { return pencil_count_; }
    const std::vector<PoolLayer>& pool_layers() const { return pool_layers_; }
    const Relaxation& relaxation(const NeuronLayer& layer) const { return *relaxations_[layer.layer]; }

    /// Whether splitting a neuron whose pre-activation lies in [lower, upper] can gain anything: its phase is open, its
    /// lines are not next to each other. No jumps are split.
    bool can_split(std::size_t neuron, double lower, double upper) const;
    /// Where it is best split, strictly inside, if it can_split().
    double split_point(std::size_t neuron, double lower, double upper) const;
    /// Whether back-substitution makes use of such a split (RelaxedLanes::set).
    bool has_multiplier(const NeuronSplit& split) const;

    double lower(std::size_t variable) const { return lower_[variable]; }
    double upper(std::size_t variable) const { return upper_[variable]; }
    const double* lower_bounds() const { return lower_.data(); }
    const double* upper_bounds() const { return upper_.data(); }
    /// |value| is at most this.
    const double* magnitudes() const { return magnitude_.data(); }
    /// Of the rows of an affine layer: at least Σ|W|·magnitude + |b|, what rounding errors are a multiple of.
    const std::vector<double>& budget(std::size_t layer) const { return budget_[layer]; }
    /// Components of a layer that are live(), in order.
    const std::vector<std::uint32_t>& live_rows(std::size_t layer) const { return live_rows_[layer]; }
    /// False for a pre-activation of dead neurons alone, and where nothing asked depends on it: its coefficient must
    /// not enter a back-substitution.
    bool live(std::size_t variable) const { return live_[variable]; }

    /// Replaces a variable's bounds by their intersection with [lower, upper] (proven by the caller). Takes effect on
    /// lists and budgets with refresh().
    void tighten(std::size_t variable, double lower, double upper);
    /// One bound of them: threads may do this to the two bounds of a variable at the same time.
    void tighten_lower(std::size_t variable, double lower);
    void tighten_upper(std::size_t variable, double upper);
    /// Recomputes what follows from the bounds: outputs of neurons, magnitudes, budgets, lists. O(weights). Only bounds
    /// of network layers from `changed` on have changed since the last time.
    void refresh(std::size_t changed = 0);
    /// Open neurons (NeuronLayer::unstable), in order. As of the last refresh().
    const std::vector<std::uint32_t>& unstable() const { return unstable_; }
    /// γ: the relative error of everything a back-substitution sums, as engine.md counts it.
    double gamma() const { return gamma_; }

  private:
    void refresh_affine(std::size_t index, const model::AffineLayer& affine);
    void refresh_relu(NeuronLayer& layer);
    void refresh_neurons(NeuronLayer& layer);
    void refresh_pool(PoolLayer& layer);
    void mark_live();
    bool needed(std::size_t variable) const { return needed_.empty() || needed_[variable]; }
    static std::vector<std::uint32_t> indices(const std::vector<bool>& chosen, std::size_t begin, std::size_t size);

    const model::Network* network_;
    ReachMap reach_map_;
    std::vector<std::optional<Relaxation>> relaxations_;  ///< by layer: of others than ReLU
    std::vector<NeuronLayer> neuron_layers_;
    std::vector<std::uint32_t> layer_of_;  ///< by neuron: index into neuron_layers_
    std::size_t neuron_count_ = 0;
    std::size_t pencil_count_ = 0;
    std::vector<PoolLayer> pool_layers_;
    std::vector<double> lower_, upper_, magnitude_;  ///< by variable
    std::vector<bool> needed_;                       ///< what is asked depends on it; empty: all
    std::vector<bool> live_;
    std::vector<std::vector<double>> budget_;            ///< by layer
    std::vector<std::vector<std::uint32_t>> live_rows_;  ///< by layer
    std::vector<std::uint32_t> unstable_;
    double gamma_ = 0;
};

}  // namespace sinew::bounds
