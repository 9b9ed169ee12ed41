// SPDX-License-Identifier: Apache-2.0
#include "neuron/network_neurons.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::neuron {

namespace {
using model::Network;

bool is_affine(const Network& network, Variable variable) {
    return std::holds_alternative<model::AffineLayer>(network.layer(network.component(variable).layer).operation);
}

/// Throws unless the component is an integer wherever the inputs are.
void require_integer(const Network& network, Variable variable) {
    for (model::LayerId at = network.component(variable).layer;;) {
        const model::Layer& layer = network.layer(at);
        if (std::holds_alternative<model::AffineLayer>(layer.operation))
            throw UsageError("a neuron over integers reads a maximum of sums, which need not be integers (" +
                             layer.name + ")");
        const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation);
        if (pool == nullptr) return;
        at = pool->source;
    }
}

std::vector<Weight> weights_of(const LinearForm& form) {
    std::vector<Weight> weights;
    for (const LinearTerm& term : form.terms()) weights.push_back({term.variable.index(), term.coefficient});
    return weights;
}
}  // namespace

LinearForm integer_form(const Network& network, Variable variable) {
    LinearForm form(variable);
    // Layers only read layers before them, so putting in the last affine variable first ends.
    for (;;) {
        const auto& terms = form.terms();
        const auto last = std::find_if(terms.rbegin(), terms.rend(),
                                       [&](const LinearTerm& term) { return is_affine(network, term.variable); });
        if (last == terms.rend()) return form;
        const LinearTerm term = *last;
        const auto component = network.component(term.variable);
        LinearForm written = network.affine_form(component.layer, component.index);
        form.add(LinearForm(term.variable), -term.coefficient);
        form.add(written, term.coefficient);
    }
}

std::vector<NetworkNeuron> network_neurons(const model::Query& query) {
    require(query.precision.has_value(), "integer neurons have a precision");
    const Network& network = query.network;
    std::vector<NetworkNeuron> neurons;
    for (const model::Layer& layer : network.layers()) {
        const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation);
        if (operation == nullptr) continue;
        for (std::size_t i = 0; i < layer.size; ++i) {
            const Variable before = network.variable(operation->source, i);
            const LinearForm form = integer_form(network, before);
            for (const LinearTerm& term : form.terms()) require_integer(network, term.variable);
            neurons.push_back(
                {Variable(layer.first.index() + i), before,
                 make_neuron(operation->activation, weights_of(form), form.constant(), *query.precision)});
        }
    }
    return neurons;
}

IntegerEvaluation::IntegerEvaluation(const model::Query& query) : query_(query), neurons_(network_neurons(query)) {}

std::vector<Rational> IntegerEvaluation::values(std::span<const Rational> inputs) const {
    const Network& network = query_.network;
    std::vector<Rational> values(network.variable_count());
    std::size_t next_input = 0;
    std::size_t next_neuron = 0;
    for (std::size_t l = 0; l < network.layer_count(); ++l) {
        const model::Layer& layer = network.layers()[l];
        const std::size_t first = layer.first.index();
        for (std::size_t i = 0; i < layer.size; ++i) {
            Rational& value = values[first + i];
            if (std::holds_alternative<model::InputLayer>(layer.operation)) {
                require(next_input < inputs.size() && inputs[next_input].get_den() == 1, "every input is an integer");
                value = inputs[next_input++];
            } else if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
                value = network.affine_form(model::LayerId(l), i).value(values);
            } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
                const std::size_t source = network.layer(pool->source).first.index();
                for (std::size_t k = pool->begin[i]; k < pool->begin[i + 1]; ++k) {
                    const Rational& member = values[source + pool->member[k]];
                    if (k == pool->begin[i] || member > value) value = member;
                }
            } else {
                const Neuron& neuron = neurons_[next_neuron++].neuron;
                Integer sum;
                for (const Term& term : neuron.terms) sum += term.coefficient * values[term.argument].get_num();
                value = neuron.step.value(sum);
            }
        }
    }
    return values;
}

}  // namespace sinew::neuron
