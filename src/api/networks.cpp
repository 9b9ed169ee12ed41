// SPDX-License-Identifier: Apache-2.0
// Neurons and networks of a Model.
#include <algorithm>

#include <fmt/core.h>

#include "api/network_data.hpp"
#include "api/state.hpp"
#include "base/error.hpp"
#include "integer/piecewise.hpp"
#include "model/evaluate_enclosed.hpp"

namespace sinew {

namespace {
LinearForm made(std::optional<LinearForm> form) {
    if (!form) throw UsageError("the values of a neuron over a common denominator are beyond 62 bits");
    return std::move(*form);
}

/// To the nearest integer, halves away from zero.
Integer rounded(const Rational& value) {
    const Rational twice = 2 * abs(value) + 1;
    Integer result;
    mpz_fdiv_q(result.get_mpz_t(), twice.get_num_mpz_t(), Integer(2 * twice.get_den()).get_mpz_t());
    return value < 0 ? Integer(-result) : result;
}

/// What the outputs of such a neuron may be, whatever its argument.
model::Domain outputs_of(const model::Activation& activation, const model::Precision& precision) {
    const bool is_scaled = precision.reading == model::PrecisionReading::scaled;
    const Rational unit = is_scaled ? Rational(precision.steps) : Rational(1);
    model::Domain domain{model::DomainKind::integer, {}, {}, {}};
    const std::vector<model::Piece> pieces = model::pieces(activation);
    if (pieces.front().slope == 0) domain.lower = rounded(unit * pieces.front().intercept);
    if (pieces.back().slope == 0) domain.upper = rounded(unit * pieces.back().intercept);
    return domain;
}

std::vector<LinearForm> forms_of(const std::vector<Expression>& expressions) {
    std::vector<LinearForm> forms;
    for (const Expression& expression : expressions) forms.push_back(expression.form());
    return forms;
}
}  // namespace

Expression Model::add_neuron(const Activation& activation, const Expression& argument, const Precision& precision) {
    return state_->add_neuron(to_model(activation), argument, to_model(precision));
}

Expression Model::State::add_neuron(const model::Activation& activation, const Expression& argument,
                                    const model::Precision& precision) {
    check(argument);
    Expression output;
    if (engine) {
        const integer::IntVar variable = engine->add_neuron(activation, argument.form(), precision);
        const auto bound = [](integer::Value value) { return Rational(Integer(value)); };
        output = add_integer("",
                             domain_between(model::DomainKind::integer, bound(engine->model.lower(variable)),
                                            bound(engine->model.upper(variable))),
                             variable);
    } else {
        if (!model::is_piecewise_linear(activation))
            throw UsageError(
                fmt::format("a {} neuron of a precision is one over integers alone, and this model has reals: apply() "
                            "has it as written",
                            model::to_string(activation)));
        neuron::make_neuron(activation, {}, 0, precision);  // refuses what is no neuron constraint
        output = add_integer("", outputs_of(activation, precision), {});
    }
    neurons.push_back({*single_variable(output), activation, argument.form(), precision});
    return output;
}

Expression Model::apply(const Activation& activation, const Expression& argument) {
    return state_->apply(to_model(activation), argument);
}

Expression Model::State::apply(const model::Activation& activation, const Expression& argument) {
    check(argument);
    if (engine && !model::is_piecewise_linear(activation))
        throw UsageError(fmt::format("{} is no piecewise-linear activation: give its neuron a precision",
                                     model::to_string(activation)));
    std::optional<LinearForm> value;
    if (engine) value = made(integer::add_activation(engine->forms, activation, engine->form(argument.form())));
    const model::LayerId layer = query.network.add_activation("", layer_of({argument}), activation);
    const Variable added = query.network.variable(layer, 0);
    if (engine) engine->define(added, std::move(*value));
    return Expression(LinearForm(added));
}

Expression Model::maximum(const std::vector<Expression>& members) {
    return state_->maximum(members);
}

Expression Model::State::maximum(const std::vector<Expression>& members) {
    if (members.empty()) throw UsageError("a maximum has members");
    for (const Expression& member : members) check(member);
    std::optional<LinearForm> value;
    if (engine) {
        std::vector<LinearForm> forms = forms_of(members);
        for (LinearForm& form : forms) form = engine->form(form);
        value = made(integer::add_maximum(engine->forms, forms));
    }
    model::MaxPoolLayer pool;
    pool.source = layer_of(members);
    for (std::size_t i = 0; i < members.size(); ++i) pool.member.push_back(static_cast<std::uint32_t>(i));
    pool.begin.push_back(members.size());
    const Variable added = query.network.variable(query.network.add_max_pool("", {1}, std::move(pool)), 0);
    if (engine) engine->define(added, std::move(*value));
    return Expression(LinearForm(added));
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

/// Layers of the query; what the engine makes of their components beside them.
AddedNetwork Model::State::add_as_written(const NetworkData& data, const std::vector<Expression>& inputs) {
    const model::Network& network = data.network;
    if (engine && model::is_smooth(network))
        throw UsageError("a network with sigmoid or tansig neurons wants a precision where all variables are integers");
    const std::vector<Expression> values = copy(data, inputs);
    if (!engine) return added_network(data, values);
    const auto form_of = [&](Variable variable) { return engine->form(values[variable.index()].form()); };
    for (std::size_t l = 0; l < network.layer_count(); ++l) {
        const model::Layer& layer = network.layers()[l];
        for (std::size_t i = 0; i < layer.size; ++i) {
            const Expression& value = values[layer.first.index() + i];
            std::optional<LinearForm> form;
            if (const auto* neuron = std::get_if<model::ActivationLayer>(&layer.operation)) {
                form = made(integer::add_activation(engine->forms, neuron->activation,
                                                    form_of(network.variable(neuron->source, i))));
            } else if (const auto* pool = std::get_if<model::MaxPoolLayer>(&layer.operation)) {
                std::vector<LinearForm> members;
                for (std::size_t k = pool->begin[i]; k < pool->begin[i + 1]; ++k)
                    members.push_back(form_of(network.variable(pool->source, pool->member[k])));
                form = made(integer::add_maximum(engine->forms, members));
            } else if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
                form = engine->form(substituted(network.affine_form(model::LayerId(l), i), values).form());
            }
            if (form) engine->define(*single_variable(value), std::move(*form));
        }
    }
    return added_network(data, values);
}

/// Every neuron a constraint; what they read is as written.
AddedNetwork Model::State::add_rounded(const NetworkData& data, const std::vector<Expression>& inputs,
                                       const model::Precision& precision) {
    const model::Network& network = data.network;
    model::require_not_curved(network, "a precision");
    std::vector<Expression> values(network.variable_count());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (!single_variable(inputs[i]))
            throw UsageError(fmt::format("input {} of a network with a precision is no variable", i));
        values[data.inputs[i].index()] = inputs[i];
    }
    for (std::size_t l = 0; l < network.layer_count(); ++l) {
        const model::Layer& layer = network.layers()[l];
        for (std::size_t i = 0; i < layer.size; ++i) {
            Expression& value = values[layer.first.index() + i];
            if (const auto* neuron = std::get_if<model::ActivationLayer>(&layer.operation)) {
                value = add_neuron(neuron->activation, values[network.variable(neuron->source, i).index()], precision);
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

AddedNetwork Model::add_network(const Network& added, const std::vector<Expression>& inputs,
                                const std::optional<Precision>& precision) {
    const NetworkData& data = added.data();
    if (data.inputs.size() != inputs.size())
        throw UsageError(fmt::format("a network with {} inputs is given {}", data.inputs.size(), inputs.size()));
    for (const Expression& input : inputs) state_->check(input);
    return precision ? state_->add_rounded(data, inputs, to_model(*precision)) : state_->add_as_written(data, inputs);
}

}  // namespace sinew
