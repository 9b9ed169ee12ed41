// SPDX-License-Identifier: Apache-2.0
// Queries as they are built.
#include <algorithm>
#include <unordered_set>

#include <fmt/core.h>
#include <sinew/query.hpp>

#include "api/condition.hpp"
#include "api/network_data.hpp"
#include "api/query_state.hpp"
#include "base/error.hpp"
#include "model/copy_layer.hpp"
#include "read/layer_of.hpp"

namespace sinew {

std::optional<Variable> single_variable(const Expression& expression) {
    const LinearForm& form = expression.form();
    if (form.constant() != 0 || form.terms().size() != 1 || form.terms().front().coefficient != 1) return std::nullopt;
    return form.terms().front().variable;
}

std::vector<Expression> BuiltQuery::add_inputs(const std::string& name, std::size_t count, bool is_array,
                                               const model::Domain& domain) {
    std::vector<Expression> added;
    const model::LayerId layer = query.network.add_input(name, {count});
    for (std::size_t i = 0; i < count; ++i) {
        const Variable variable = query.network.variable(layer, i);
        if (!name.empty()) query.names[variable] = is_array ? fmt::format("{}_{}", name, i) : name;
        if (domain.kind == model::DomainKind::integer || domain.lower || domain.upper)
            query.domains.emplace_back(variable, domain);
        added.emplace_back(LinearForm(variable));
    }
    return added;
}

model::LayerId BuiltQuery::layer_of(const std::vector<Expression>& components) {
    std::vector<LinearForm> forms;
    forms.reserve(components.size());
    for (const Expression& component : components) forms.push_back(component.form());
    return read::layer_of(query.network, forms, "inputs", {components.size()});
}

Query::Query() : state_(std::make_unique<State>()) {}
Query::Query(std::unique_ptr<State> state) : state_(std::move(state)) {}
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(Query&&) noexcept = default;
Query::~Query() = default;

model::Domain domain_between(model::DomainKind kind, std::optional<Rational> lower, std::optional<Rational> upper) {
    if (lower) lower = lowest(*lower);
    if (upper) upper = lowest(*upper);
    if (lower && upper && *lower > *upper)
        throw UsageError(fmt::format("no value is between {} and {}", lower->get_str(), upper->get_str()));
    return {kind, std::move(lower), std::move(upper), {}};
}

model::Domain domain_of(const std::vector<Integer>& values) {
    if (values.empty()) throw UsageError("an integer has one of no values");
    model::Domain domain{model::DomainKind::integer, {}, {}, {}};
    for (const Integer& value : values) domain.values.emplace_back(value);
    std::sort(domain.values.begin(), domain.values.end());
    domain.values.erase(std::unique(domain.values.begin(), domain.values.end()), domain.values.end());
    return domain;
}

Expression Query::add_real(std::string name, const std::optional<Rational>& lower,
                           const std::optional<Rational>& upper) {
    return state_->add_inputs(name, 1, false, domain_between(model::DomainKind::real, lower, upper)).front();
}

std::vector<Expression> Query::add_reals(const std::string& name, std::size_t count,
                                         const std::optional<Rational>& lower, const std::optional<Rational>& upper) {
    return state_->add_inputs(name, count, true, domain_between(model::DomainKind::real, lower, upper));
}

Expression Query::add_integer(std::string name, const Integer& lower, const Integer& upper) {
    const model::Domain domain = domain_between(model::DomainKind::integer, Rational(lower), Rational(upper));
    return state_->add_inputs(name, 1, false, domain).front();
}

Expression Query::add_integer(std::string name, const std::vector<Integer>& values) {
    return state_->add_inputs(name, 1, false, domain_of(values)).front();
}

Condition Query::add_boolean(std::string name) {
    auto node = std::make_shared<Condition::Node>();
    node->kind = model::FormulaKind::boolean;
    node->boolean = model::BooleanVariable(state_->query.boolean_names.size());
    state_->query.boolean_names.push_back(std::move(name));
    return Condition(std::move(node));
}

std::vector<Expression> BuiltQuery::copy(const NetworkData& data, const std::vector<Expression>& inputs) {
    const model::Network& given = data.network;
    if (data.inputs.size() != inputs.size())
        throw UsageError(fmt::format("a network with {} inputs is given {}", data.inputs.size(), inputs.size()));
    for (const Expression& input : inputs) check(input);
    std::vector<Expression> values(given.variable_count());
    for (std::size_t i = 0; i < inputs.size(); ++i) values[data.inputs[i].index()] = inputs[i];
    std::vector<model::LayerId> copies;
    for (const model::Layer& layer : given.layers()) {
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(layer.first.index());
        if (std::holds_alternative<model::InputLayer>(layer.operation)) {
            copies.push_back(layer_of({first, first + static_cast<std::ptrdiff_t>(layer.size)}));
            continue;
        }
        copies.push_back(
            model::copy_layer(query.network, layer, [&](model::LayerId source) { return copies[source.index()]; }));
        for (std::size_t i = 0; i < layer.size; ++i)
            values[layer.first.index() + i] = Expression(LinearForm(query.network.variable(copies.back(), i)));
    }
    return values;
}

AddedNetwork Query::add_network(const Network& added, const std::vector<Expression>& inputs) {
    AddedNetwork result = added_network(added.data(), state_->copy(added.data(), inputs));
    for (const Expression& output : result.outputs())
        if (const auto variable = single_variable(output)) state_->query.outputs.push_back(*variable);
    return result;
}

void BuiltQuery::check(const Expression& expression) const {
    check_known(expression.form(), query.network.variable_count());
}

model::FormulaId BuiltQuery::formula(const Condition& condition) {
    model::FormulaStore alone;
    to_formula(alone, condition);
    check_known(alone, query.network.variable_count(), query.boolean_names.size());
    return to_formula(query.formulas, condition);
}

void Query::add(const Condition& condition) {
    const model::FormulaId more = state_->formula(condition);
    model::Query& query = state_->query;
    query.output_condition = query.formulas.conjunction({query.output_condition, more});
}

void BuiltQuery::set_objective(model::Sense sense, const Expression& objective) {
    check(objective);
    query.objective = model::Objective{sense, objective.form()};
}
void Query::minimize(const Expression& objective) {
    state_->set_objective(model::Sense::minimize, objective);
}
void Query::maximize(const Expression& objective) {
    state_->set_objective(model::Sense::maximize, objective);
}

std::vector<bool> BuiltQuery::discrete(const std::vector<Expression>& expressions) const {
    std::unordered_set<Variable> integers;
    for (const auto& [variable, domain] : query.domains)
        if (domain.kind == model::DomainKind::integer) integers.insert(variable);
    std::vector<bool> result;
    for (const Expression& expression : expressions) {
        const std::vector<LinearTerm>& terms = expression.form().terms();
        result.push_back(std::all_of(terms.begin(), terms.end(),
                                     [&](const LinearTerm& term) { return integers.contains(term.variable); }));
    }
    return result;
}

std::vector<Expression> Query::inputs() const {
    std::vector<Expression> result;
    for (const Variable variable : state_->query.network.input_variables()) result.emplace_back(LinearForm(variable));
    return result;
}
std::vector<Expression> Query::outputs() const {
    std::vector<Expression> result;
    for (const Variable variable : state_->query.outputs) result.emplace_back(LinearForm(variable));
    return result;
}
std::string Query::name(const Expression& variable) const {
    const std::optional<Variable> one = single_variable(variable);
    return one ? state_->query.name(*one) : std::string();
}

}  // namespace sinew
