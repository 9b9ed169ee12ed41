// Neurons and networks of a Model.
#include <fmt/core.h>

#include "api/network_data.hpp"
#include "api/state.hpp"
#include "base/error.hpp"
#include "integer/neuron_propagator.hpp"
#include "integer/piecewise.hpp"

namespace sinew {

namespace {
Expression made(std::optional<LinearForm> form) {
    if (!form) throw UsageError("the values of a neuron over a common denominator are beyond 62 bits");
    return Expression(std::move(*form));
}

}  // namespace

Expression Model::add_neuron(const Activation& activation, const Expression& argument, const Precision& precision) {
    return state_->add_neuron(to_model(activation), argument, to_model(precision));
}

Expression Model::State::add_neuron(const model::Activation& activation, const Expression& argument,
                                    const model::Precision& precision) {
    std::vector<neuron::Weight> weights;
    std::vector<integer::IntVar> variables;
    for (const LinearTerm& term : argument.form().terms()) {
        weights.push_back({variables.size(), term.coefficient});
        variables.emplace_back(term.variable.index());
    }
    const neuron::Neuron neuron = neuron::make_neuron(activation, weights, argument.form().constant(), precision);
    const integer::IntVar output = integer::add_neuron(engine, neuron, variables);
    neurons.push_back({neuron, std::move(variables), output});
    return Expression(integer::Forms::of(output));
}

Expression Model::apply(const Activation& activation, const Expression& argument) {
    return state_->apply(to_model(activation), argument);
}

Expression Model::State::apply(const model::Activation& activation, const Expression& argument) {
    if (!model::is_piecewise_linear(activation))
        throw UsageError(fmt::format("{} is no piecewise-linear activation: give its neuron a precision",
                                     model::to_string(activation)));
    return made(integer::add_activation(forms, activation, argument.form()));
}

Expression Model::maximum(const std::vector<Expression>& members) {
    if (members.empty()) throw UsageError("a maximum has members");
    std::vector<LinearForm> forms;
    for (const Expression& member : members) forms.push_back(member.form());
    return made(integer::add_maximum(state_->forms, forms));
}

Expression Model::magnitude(const Expression& argument) {
    return maximum({argument, -argument});
}

namespace {
/// An affine component over what its sources are.
Expression substituted(const LinearForm& form, const std::vector<Expression>& values) {
    std::vector<Rational> weights;
    std::vector<Expression> terms;
    for (const LinearTerm& term : form.terms()) {
        weights.push_back(term.coefficient);
        terms.push_back(values[term.variable.index()]);
    }
    return weighted_sum(weights, terms) + form.constant();
}
}  // namespace

AddedNetwork Model::add_network(const Network& added, const std::vector<Expression>& inputs,
                                const std::optional<Precision>& precision) {
    const NetworkData& data = added.data();
    const model::Network& network = data.network;
    if (data.inputs.size() != inputs.size())
        throw UsageError(fmt::format("a network with {} inputs is given {}", data.inputs.size(), inputs.size()));
    std::vector<Expression> values(network.variable_count());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (precision && !state_->single(inputs[i]))
            throw UsageError(fmt::format("input {} of a network with a precision is no variable", i));
        values[data.inputs[i].index()] = inputs[i];
    }
    std::optional<model::Precision> steps;
    if (precision) steps = to_model(*precision);
    for (std::size_t l = 0; l < network.layer_count(); ++l) {
        const model::Layer& layer = network.layers()[l];
        for (std::size_t i = 0; i < layer.size; ++i) {
            Expression& value = values[layer.first.index() + i];
            if (const auto* neuron = std::get_if<model::ActivationLayer>(&layer.operation)) {
                const Expression& argument = values[network.variable(neuron->source, i).index()];
                value = steps ? state_->add_neuron(neuron->activation, argument, *steps)
                              : state_->apply(neuron->activation, argument);
            } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
                std::vector<Expression> members;
                for (std::size_t k = pool->begin[i]; k < pool->begin[i + 1]; ++k)
                    members.push_back(values[network.variable(pool->source, pool->member[k]).index()]);
                value = maximum(members);
            } else if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
                value = substituted(network.affine_form(model::LayerId(l), i), values);
            }
        }
    }
    return added_network(data, std::move(values));
}

}  // namespace sinew
