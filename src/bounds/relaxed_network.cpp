// SPDX-License-Identifier: Apache-2.0
#include "bounds/relaxed_network.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/infinity.hpp"

namespace sinew::bounds {

namespace {
/// More than a sum of non-negative numbers loses where γ bounds the relative error of such sums, and than the rounding
/// of inexact weights.
double widened(double value, double gamma) {
    return value * (1 + 2 * gamma + 0x1p-28) + 1e-290;
}

/// A pre-activation that is asked is as live as its neuron.
std::vector<Variable> with_outputs(const model::Network& network, std::span<const Variable> asked) {
    std::vector<Variable> result(asked.begin(), asked.end());
    for (std::size_t l = 0; l < network.layer_count(); ++l) {
        const auto* operation = std::get_if<model::ActivationLayer>(&network.layers()[l].operation);
        if (operation == nullptr) continue;
        for (const Variable variable : asked) {
            const model::Component component = network.component(variable);
            if (component.layer == operation->source)
                result.push_back(network.variable(model::LayerId(l), component.index));
        }
    }
    return result;
}
}  // namespace

RelaxedNetwork::RelaxedNetwork(const model::Network& network, std::span<const double> lower,
                               std::span<const double> upper, std::span<const Variable> asked)
    : network_(&network),
      reach_map_(network),
      relaxations_(network.layer_count()),
      lower_(network.variable_count(), -infinity),
      upper_(network.variable_count(), infinity),
      magnitude_(network.variable_count(), infinity),
      live_(network.variable_count(), true),
      budget_(network.layer_count()),
      live_rows_(network.layer_count()) {
    model::require_not_curved(network, "bounds with slopes to choose");
    if (!asked.empty()) needed_ = reach_map_.needed(network, with_outputs(network, asked));
    std::size_t next_input = 0;
    std::size_t fan_in = 0;
    for (std::size_t l = 0; l < network.layer_count(); ++l) {
        const model::Layer& layer = network.layers()[l];
        if (std::holds_alternative<model::InputLayer>(layer.operation)) {
            for (std::size_t i = 0; i < layer.size; ++i, ++next_input) {
                lower_[layer.first.index() + i] = lower[next_input];
                upper_[layer.first.index() + i] = upper[next_input];
            }
        } else if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
            std::size_t columns = 0;
            for (const model::AffineTerm& term : affine->terms) columns += model::columns(term.map);
            fan_in = std::max({fan_in, columns, layer.size});
        }
        if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation))
            pool_layers_.push_back({l, pool->source.index(), std::vector<std::uint32_t>(layer.size),
                                    std::vector<bool>(layer.size, false)});
        const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation);
        if (operation == nullptr || operation->activation.kind == model::ActivationKind::identity) continue;
        NeuronLayer neurons;
        neurons.layer = l;
        neurons.source = operation->source.index();
        neurons.pre = network.layer(operation->source).first.index();
        neurons.post = layer.first.index();
        neurons.first = neuron_count_;
        neurons.size = layer.size;
        neurons.is_relu = operation->activation.kind == model::ActivationKind::relu;
        neurons.first_pencil = pencil_count_;
        if (!neurons.is_relu) {
            relaxations_[l].emplace(operation->activation);
            pencil_count_ += layer.size;
        }
        layer_of_.resize(neuron_count_ + layer.size, static_cast<std::uint32_t>(neuron_layers_.size()));
        neuron_count_ += layer.size;
        neuron_layers_.push_back(std::move(neurons));
    }
    // A coefficient is a sum of at most fan_in products from each consumer; a constant has a few terms a variable.
    const double operations = 4 * static_cast<double>(network.variable_count()) +
                              4 * static_cast<double>(fan_in * network.layer_count()) + 64;
    gamma_ = 1.0001 * operations * 0x1p-53;
    require(gamma_ < 1e-5, "a network beyond what doubles can add up");
    refresh();
}

bool RelaxedNetwork::can_split(std::size_t neuron, double lower, double upper) const {
    const NeuronLayer& layer = layer_of(neuron);
    if (layer.is_relu) return lower < 0 && upper > 0;
    const Relaxation& relaxation = this->relaxation(layer);
    return relaxation.continuous() && relaxation.split_point({lower, upper}).has_value();
}

double RelaxedNetwork::split_point(std::size_t neuron, double lower, double upper) const {
    const NeuronLayer& layer = layer_of(neuron);
    if (layer.is_relu) return 0;
    return *relaxation(layer).split_point({lower, upper});
}

bool RelaxedNetwork::has_multiplier(const NeuronSplit& split) const {
    const NeuronLayer& layer = layer_of(split.neuron);
    return layer.is_relu ? split.point == 0 : relaxation(layer).continuous();
}

void RelaxedNetwork::tighten(std::size_t variable, double lower, double upper) {
    tighten_lower(variable, lower);
    tighten_upper(variable, upper);
}

void RelaxedNetwork::tighten_lower(std::size_t variable, double lower) {
    lower_[variable] = std::max(lower_[variable], lower);
}

void RelaxedNetwork::tighten_upper(std::size_t variable, double upper) {
    upper_[variable] = std::min(upper_[variable], upper);
}

void RelaxedNetwork::refresh_affine(std::size_t index, const model::AffineLayer& affine) {
    const std::size_t first = network_->layers()[index].first.index();
    std::vector<double>& budget = budget_[index];
    budget.assign(affine.bias.size(), 0.0);
    for (std::size_t r = 0; r < budget.size(); ++r) {
        const double bias = affine.bias.nearest()[r];
        double sum = std::fabs(bias);
        double low = bias;
        double high = bias;
        for (const model::AffineTerm& term : affine.terms) {
            const std::size_t source = network_->layer(term.source).first.index();
            const model::NearestNumbers weight = model::weights(term.map).nearest();
            model::for_each_entry(term.map, r, [&](std::size_t column, std::size_t w) {
                const std::size_t v = source + column;
                sum += std::fabs(weight[w]) * magnitude_[v];
                low += weight[w] * (weight[w] > 0 ? lower_[v] : upper_[v]);
                high += weight[w] * (weight[w] > 0 ? upper_[v] : lower_[v]);
            });
        }
        budget[r] = widened(sum, gamma_);
        const double error = gamma_ * budget[r] + 1e-290;
        tighten(first + r, low - error - std::fabs(low) * 0x1p-52, high + error + std::fabs(high) * 0x1p-52);
        magnitude_[first + r] =
            std::min(budget[r], std::max(std::fabs(lower_[first + r]), std::fabs(upper_[first + r])));
    }
}

void RelaxedNetwork::refresh_relu(NeuronLayer& layer) {
    layer.live.clear();
    layer.unstable.clear();
    for (std::size_t i = 0; i < layer.size; ++i) {
        const double low = lower_[layer.pre + i];
        const double high = upper_[layer.pre + i];
        tighten(layer.post + i, std::max(low, 0.0), std::max(high, 0.0));
        magnitude_[layer.post + i] = std::max(high, 0.0);
        if (high <= 0 || !needed(layer.post + i)) continue;
        layer.live.push_back(static_cast<std::uint32_t>(i));
        if (low >= 0) continue;
        layer.unstable.push_back(static_cast<std::uint32_t>(i));
        unstable_.push_back(static_cast<std::uint32_t>(layer.first + i));
    }
}

void RelaxedNetwork::refresh_neurons(NeuronLayer& layer) {
    const Relaxation& relaxation = this->relaxation(layer);
    layer.live.clear();
    layer.unstable.clear();
    for (std::size_t i = 0; i < layer.size; ++i) {
        const Interval input{lower_[layer.pre + i], upper_[layer.pre + i]};
        const Interval image = relaxation.image(input);
        const std::size_t post = layer.post + i;
        tighten(post, image.lower, image.upper);
        magnitude_[post] = std::max(std::fabs(lower_[post]), std::fabs(upper_[post]));
        if (!needed(post)) continue;
        layer.live.push_back(static_cast<std::uint32_t>(i));
        if (!relaxation.split_point(input)) continue;
        layer.unstable.push_back(static_cast<std::uint32_t>(i));
        unstable_.push_back(static_cast<std::uint32_t>(layer.first + i));
    }
}

void RelaxedNetwork::refresh_pool(PoolLayer& layer) {
    const auto& pool = std::get<model::MaxPoolLayer>(network_->layers()[layer.layer].operation);
    const std::size_t first = network_->layers()[layer.layer].first.index();
    const std::size_t source = network_->layers()[layer.source].first.index();
    std::vector<Interval> window;
    for (std::size_t w = 0; w < layer.member.size(); ++w) {
        window.clear();
        double lower = -infinity;
        for (std::size_t m = pool.begin[w]; m < pool.begin[w + 1]; ++m) {
            window.push_back({lower_[source + pool.member[m]], upper_[source + pool.member[m]]});
            lower = std::max(lower, window.back().lower);
        }
        const MaxPoolLines lines = relax_max_pool(window);
        layer.member[w] = pool.member[pool.begin[w] + lines.lower_member];
        layer.dominates[w] = lines.dominates;
        tighten(first + w, lower, lines.upper);
        magnitude_[first + w] = std::max(std::fabs(lower_[first + w]), std::fabs(upper_[first + w]));
    }
}

std::vector<std::uint32_t> RelaxedNetwork::indices(const std::vector<bool>& chosen, std::size_t begin,
                                                   std::size_t size) {
    std::vector<std::uint32_t> list;
    for (std::size_t i = 0; i < size; ++i)
        if (chosen[begin + i]) list.push_back(static_cast<std::uint32_t>(i));
    return list;
}

void RelaxedNetwork::mark_live() {
    // A pre-activation that only dead ReLUs read is dead itself.
    std::vector<bool> lively(network_->variable_count(), false);
    std::vector<bool> read(network_->layer_count(), false);
    for (const NeuronLayer& relu : neuron_layers_) {
        read[relu.source] = true;
        for (const std::uint32_t i : relu.live) lively[relu.pre + i] = lively[relu.post + i] = true;
    }
    std::vector<bool> kept(network_->layer_count(), false);
    for (const model::Layer& layer : network_->layers()) {
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
            for (const model::AffineTerm& term : affine->terms) kept[term.source.index()] = true;
        } else if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation)) {
            if (operation->activation.kind == model::ActivationKind::identity) kept[operation->source.index()] = true;
        } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
            kept[pool->source.index()] = true;
        }
    }
    for (std::size_t l = 0; l < network_->layer_count(); ++l) {
        const model::Layer& layer = network_->layers()[l];
        const bool is_relu_output = std::any_of(neuron_layers_.begin(), neuron_layers_.end(),
                                                [&](const NeuronLayer& relu) { return relu.layer == l; });
        for (std::size_t i = 0; i < layer.size; ++i) {
            const std::size_t v = layer.first.index() + i;
            live_[v] = (is_relu_output ? lively[v] : !read[l] || kept[l] || lively[v]) && needed(v);
        }
        live_rows_[l] = indices(live_, layer.first.index(), layer.size);
    }
}

void RelaxedNetwork::refresh(std::size_t changed) {
    unstable_.clear();
    std::size_t next_neurons = 0;
    std::size_t next_pool = 0;
    for (std::size_t l = 0; l < network_->layer_count(); ++l) {
        const model::Layer& layer = network_->layers()[l];
        const std::size_t first = layer.first.index();
        NeuronLayer* neurons = nullptr;
        if (next_neurons < neuron_layers_.size() && neuron_layers_[next_neurons].layer == l)
            neurons = &neuron_layers_[next_neurons++];
        PoolLayer* pool = nullptr;
        if (next_pool < pool_layers_.size() && pool_layers_[next_pool].layer == l) pool = &pool_layers_[next_pool++];
        if (l < changed) {
            if (neurons == nullptr) continue;
            for (const std::uint32_t i : neurons->unstable)
                unstable_.push_back(static_cast<std::uint32_t>(neurons->first + i));
        } else if (std::holds_alternative<model::InputLayer>(layer.operation)) {
            for (std::size_t v = first; v < first + layer.size; ++v)
                magnitude_[v] = std::max(std::fabs(lower_[v]), std::fabs(upper_[v]));
        } else if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation)) {
            refresh_affine(l, *affine);
        } else if (neurons != nullptr) {
            neurons->is_relu ? refresh_relu(*neurons) : refresh_neurons(*neurons);
        } else if (pool != nullptr) {
            refresh_pool(*pool);
        } else {
            const auto& operation = std::get<model::ActivationLayer>(layer.operation);
            const std::size_t source = network_->layer(operation.source).first.index();
            for (std::size_t i = 0; i < layer.size; ++i) {
                tighten(first + i, lower_[source + i], upper_[source + i]);
                magnitude_[first + i] = magnitude_[source + i];
            }
        }
    }
    mark_live();
}

}  // namespace sinew::bounds
