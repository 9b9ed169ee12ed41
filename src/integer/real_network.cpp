// SPDX-License-Identifier: Apache-2.0
#include "integer/real_network.hpp"

#include <algorithm>

#include "exact/rational.hpp"

namespace sinew::integer {

namespace {
using model::ActivationKind;
using model::LayerId;
using model::SparseMap;

/// Whether h·act(scale·S + offset) is an integer for every integer S.
bool is_exact(const neuron::StepFunction& step) {
    const model::Activation& activation = step.activation();
    if (!model::is_piecewise_linear(activation)) return false;
    const std::vector<model::Piece> pieces = model::pieces(activation);
    return std::all_of(pieces.begin(), pieces.end(), [&](const model::Piece& piece) {
        return Rational(step.height() * piece.slope * step.scale()).get_den() == 1 &&
               Rational(step.height() * (piece.slope * step.offset() + piece.intercept)).get_den() == 1;
    });
}

/// By neuron, how many neurons deep it lies; 0: it is left out.
std::vector<std::size_t> depths(std::span<const RelaxedNeuron> neurons) {
    std::vector<std::pair<IntVar, std::size_t>> giver;
    for (std::size_t j = 0; j < neurons.size(); ++j)
        if (!neurons[j].terms.empty()) giver.emplace_back(neurons[j].output, j);
    std::stable_sort(giver.begin(), giver.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    giver.erase(
        std::unique(giver.begin(), giver.end(), [](const auto& a, const auto& b) { return a.first == b.first; }),
        giver.end());
    const auto giver_of = [&](IntVar variable) -> std::optional<std::size_t> {
        const auto at = std::lower_bound(giver.begin(), giver.end(), variable,
                                         [](const auto& entry, IntVar wanted) { return entry.first < wanted; });
        if (at == giver.end() || at->first != variable) return std::nullopt;
        return at->second;
    };
    std::vector<std::size_t> depth(neurons.size(), 0);
    std::vector<std::size_t> open(neurons.size(), 0);  // arguments whose depth is not known yet
    std::vector<std::vector<std::size_t>> readers(neurons.size());
    std::vector<std::size_t> ready;
    for (std::size_t j = 0; j < neurons.size(); ++j) {
        if (giver_of(neurons[j].output) != j) continue;
        for (const RowTerm& term : neurons[j].terms)
            if (const auto from = giver_of(term.view.variable())) {
                readers[*from].push_back(j);
                ++open[j];
            }
        if (open[j] == 0) ready.push_back(j);
    }
    for (std::size_t next = 0; next < ready.size(); ++next) {
        const std::size_t j = ready[next];
        depth[j] = std::max<std::size_t>(depth[j], 1);
        for (const std::size_t reader : readers[j]) {
            depth[reader] = std::max(depth[reader], depth[j] + 1);
            if (--open[reader] == 0) ready.push_back(reader);
        }
    }
    for (std::size_t j = 0; j < neurons.size(); ++j)
        if (open[j] > 0) depth[j] = 0;
    return depth;
}
}  // namespace

const RealNetwork::Place* RealNetwork::place_of(IntVar variable) const {
    const auto at = std::lower_bound(places_.begin(), places_.end(), variable,
                                     [](const Place& place, IntVar wanted) { return place.variable < wanted; });
    return at != places_.end() && at->variable == variable ? &*at : nullptr;
}

std::optional<std::uint32_t> RealNetwork::variable_of(IntVar variable) const {
    const Place* place = place_of(variable);
    if (place == nullptr) return std::nullopt;
    return static_cast<std::uint32_t>(network_.variable(place->layer, place->index).index());
}

RealNetwork::RealNetwork(std::span<const RelaxedNeuron> neurons) {
    const std::vector<std::size_t> depth = depths(neurons);
    std::vector<std::size_t> order;
    std::vector<IntVar> outputs;
    for (std::size_t j = 0; j < neurons.size(); ++j)
        if (depth[j] > 0) {
            order.push_back(j);
            outputs.push_back(neurons[j].output);
        }
    std::sort(outputs.begin(), outputs.end());
    for (const std::size_t j : order) {
        for (const RowTerm& term : neurons[j].terms)
            if (!std::binary_search(outputs.begin(), outputs.end(), term.view.variable()))
                integers_.push_back(term.view.variable());
        errors_.push_back(0);
    }
    std::sort(integers_.begin(), integers_.end());
    integers_.erase(std::unique(integers_.begin(), integers_.end()), integers_.end());
    const LayerId inputs = network_.add_input("integers", {integers_.size()});
    for (std::size_t i = 0; i < integers_.size(); ++i)
        places_.push_back({integers_[i], inputs, static_cast<std::uint32_t>(i)});
    error_layer_ = network_.add_input("errors", {errors_.size()});

    // Layers: those of one depth with one activation.
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return depth[a] < depth[b]; });
    std::vector<std::size_t> group;
    std::vector<std::uint8_t> done(neurons.size(), 0);
    for (std::size_t first = 0; first < order.size(); ++first) {
        if (done[order[first]] != 0) continue;
        group.clear();
        for (std::size_t k = first; k < order.size() && depth[order[k]] == depth[order[first]]; ++k)
            if (done[order[k]] == 0 && neurons[order[k]].lines.function().activation() ==
                                           neurons[order[first]].lines.function().activation()) {
                done[order[k]] = 1;
                group.push_back(order[k]);
            }
        add_group(neurons, group);
    }
}

void RealNetwork::add_group(std::span<const RelaxedNeuron> neurons, std::span<const std::size_t> members) {
    const std::size_t size = members.size();
    // Which layers they read.
    std::vector<LayerId> sources;
    for (const std::size_t j : members)
        for (const RowTerm& term : neurons[j].terms) sources.push_back(place_of(term.view.variable())->layer);
    std::sort(sources.begin(), sources.end());
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());

    model::AffineLayer sums;
    for (const LayerId source : sources) {
        SparseMap map;
        map.columns = network_.layer(source).size;
        for (const std::size_t j : members) {
            const Rational& scale = neurons[j].lines.function().scale();
            for (const RowTerm& term : neurons[j].terms) {
                const Place& place = *place_of(term.view.variable());
                if (place.layer != source) continue;
                map.column.push_back(place.index);
                const Rational weight = scale * Rational(static_cast<long>(term.coefficient));
                map.weight.push_back(term.view.negative() ? Rational(-weight) : weight);
            }
            map.row_begin.push_back(map.column.size());
        }
        sums.terms.push_back({source, std::move(map)});
    }
    for (const std::size_t j : members) sums.bias.push_back(neurons[j].lines.function().offset());
    const LayerId arguments = network_.add_affine("arguments", {size}, std::move(sums));
    const LayerId activations =
        network_.add_activation("activations", arguments, neurons[members.front()].lines.function().activation());

    SparseMap heights = model::identity_map(size);
    SparseMap errors;
    errors.columns = errors_.size();
    heights.weight = {};
    for (std::size_t i = 0; i < size; ++i) {
        const neuron::StepFunction& step = neurons[members[i]].lines.function();
        heights.weight.push_back(Rational(step.height()));
        const std::size_t error = neurons_.size() + i;
        if (!is_exact(step)) {
            errors_[error] = 0.5;
            errors.column.push_back(static_cast<std::uint32_t>(error));
            errors.weight.push_back(Rational(1));
        }
        errors.row_begin.push_back(errors.column.size());
    }
    model::AffineLayer rounded;
    rounded.terms.push_back({activations, std::move(heights)});
    rounded.terms.push_back({error_layer_, std::move(errors)});
    rounded.bias = model::NumberArray(size);
    const LayerId values = network_.add_affine("values", {size}, std::move(rounded));
    for (std::size_t i = 0; i < size; ++i) {
        const neuron::StepFunction& step = neurons[members[i]].lines.function();
        neurons_.push_back({members[i], static_cast<std::uint32_t>(network_.variable(arguments, i).index()),
                            static_cast<std::uint32_t>(network_.variable(activations, i).index()),
                            static_cast<std::uint32_t>(network_.variable(values, i).index()), step.height().get_d(),
                            errors_[neurons_.size()], Interval::enclosing(step.scale()),
                            Interval::enclosing(step.offset())});
        const Place place{neurons[members[i]].output, values, static_cast<std::uint32_t>(i)};
        places_.insert(std::lower_bound(places_.begin(), places_.end(), place,
                                        [](const Place& a, const Place& b) { return a.variable < b.variable; }),
                       place);
    }
}

}  // namespace sinew::integer
