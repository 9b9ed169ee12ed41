// SPDX-License-Identifier: Apache-2.0
// What the neurons of a Network compute: exactly, within errors, in float32, and over boxes.
#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <sinew/network.hpp>

#include "api/condition.hpp"
#include "api/network_data.hpp"
#include "base/error.hpp"
#include "bounds/forward_intervals.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"

namespace sinew {

namespace {
/// All components by layer.
template <class Value>
std::vector<std::vector<Value>> by_layer(const model::Network& network, const std::vector<Value>& values) {
    std::vector<std::vector<Value>> layers;
    for (const model::Layer& layer : network.layers()) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(layer.first.index());
        layers.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(layer.size));
    }
    return layers;
}

void check_count(const NetworkData& data, std::size_t given) {
    if (data.inputs.size() != given)
        throw UsageError(fmt::format("a network with {} inputs is given {}", data.inputs.size(), given));
}

/// In the order of the model's inputs from that of the file.
template <class Value, class Given>
std::vector<Value> ordered(const NetworkData& data, const Given& given) {
    check_count(data, given.size());
    std::vector<Value> by_variable(data.network.variable_count());
    for (std::size_t i = 0; i < given.size(); ++i) by_variable[data.inputs[i].index()] = given[i];
    std::vector<Value> free;
    for (const Variable variable : data.network.input_variables())
        free.push_back(std::move(by_variable[variable.index()]));
    return free;
}

std::vector<Rational> exact_inputs(const NetworkData& data, const std::vector<Rational>& inputs) {
    std::vector<Rational> free = ordered<Rational>(data, inputs);
    for (Rational& value : free) value = lowest(std::move(value));
    return free;
}

std::vector<Rational> exact_values(const NetworkData& data, const std::vector<Rational>& inputs) {
    if (model::is_smooth(data.network)) throw UsageError("what sigmoid and tansig neurons give is no rational");
    return model::evaluate(data.network, exact_inputs(data, inputs));
}
}  // namespace

std::vector<std::vector<Rational>> Network::evaluate(const std::vector<Rational>& inputs) const {
    return by_layer(data_->network, exact_values(*data_, inputs));
}

std::vector<Rational> Network::evaluate_outputs(const std::vector<Rational>& inputs) const {
    const std::vector<Rational> values = exact_values(*data_, inputs);
    std::vector<Rational> outputs;
    for (const Variable output : data_->outputs) outputs.push_back(values[output.index()]);
    return outputs;
}

EnclosedLayers Network::evaluate_enclosed(const std::vector<Rational>& inputs, long bits) const {
    constexpr long least_bits = 16;
    constexpr long most_bits = 4096;
    if (bits < least_bits || bits > most_bits)
        throw UsageError(fmt::format("values are enclosed to {} to {} bits, not to {}", least_bits, most_bits, bits));
    const model::EnclosedValues values = model::evaluate_enclosed(data_->network, exact_inputs(*data_, inputs), bits);
    return {by_layer(data_->network, values.middle), by_layer(data_->network, values.radius)};
}

std::vector<std::vector<float>> Network::evaluate_float32(std::span<const float> inputs) const {
    return by_layer(data_->network, model::replay_float32(data_->network, ordered<float>(*data_, inputs)));
}

namespace {
Interval enclosing(const Range& range) {
    model::Domain domain;
    if (range.lower) domain.lower = lowest(*range.lower);
    if (range.upper) domain.upper = lowest(*range.upper);
    if (domain.lower && domain.upper && *domain.lower > *domain.upper)
        throw UsageError(
            fmt::format("no value is between {} and {}", domain.lower->get_str(), domain.upper->get_str()));
    return model::enclosing(domain);
}

/// What no neuron reads is bounded by intervals alone until it is asked for: the outputs are.
void tighten_outputs(const NetworkData& data, bounds::NetworkBounds& network, bounds::State& state) {
    std::vector<bounds::Row> rows;
    for (const Variable output : data.outputs)
        for (const double sign : {1.0, -1.0}) rows.push_back({{{static_cast<std::uint32_t>(output.index()), sign}}, 0});
    std::vector<const bounds::Row*> asked;
    for (const bounds::Row& row : rows) asked.push_back(&row);
    bounds::RowBounds found;
    network.lower_bounds(state, asked, found);
    for (std::size_t i = 0; i < data.outputs.size(); ++i) {
        const std::size_t v = data.outputs[i].index();
        state.lower[v] = std::max(state.lower[v], found.value[2 * i]);
        state.upper[v] = std::min(state.upper[v], -found.value[2 * i + 1]);
    }
}
}  // namespace

std::vector<std::vector<Bounds>> Network::bounds(const std::vector<Range>& inputs) const {
    std::vector<Interval> box;
    bool is_bounded = true;
    for (const Range& range : ordered<Range>(*data_, inputs)) {
        box.push_back(enclosing(range));
        is_bounded = is_bounded && std::isfinite(box.back().lower) && std::isfinite(box.back().upper);
    }
    bounds::State state;
    if (is_bounded) {
        bounds::NetworkBounds network(data_->network);
        state = network.start(box);
        require(network.tighten(state), "a box of inputs is not empty");
        tighten_outputs(*data_, network, state);
    } else {
        state = bounds::forward_intervals(data_->network, box);
    }
    std::vector<Bounds> all;
    for (std::size_t v = 0; v < state.lower.size(); ++v) {
        Bounds known;  // nan: nothing
        if (!std::isnan(state.lower[v])) known.lower = state.lower[v];
        if (!std::isnan(state.upper[v])) known.upper = state.upper[v];
        all.push_back(known);
    }
    return by_layer(data_->network, all);
}

}  // namespace sinew
