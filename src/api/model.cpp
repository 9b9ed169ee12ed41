// SPDX-License-Identifier: Apache-2.0
// Models: variables, constraints, objectives.
#include <fmt/core.h>
#include <sinew/model.hpp>

#include "api/condition.hpp"
#include "api/state.hpp"
#include "base/error.hpp"

namespace sinew {

using integer::IntVar;

Model::Model(std::uint64_t seed) : state_(std::make_unique<State>(seed)) {}
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

Expression Model::State::add_integer(const std::string& name, const model::Domain& domain, IntVar variable) {
    const Expression added = add_inputs(name, 1, false, domain).front();
    if (engine) engine->define(*single_variable(added), integer::Forms::of(variable));
    return added;
}

Expression Model::add_variable(std::string name, const Integer& lower, const Integer& upper) {
    IntVar variable;
    if (state_->engine) variable = state_->engine->model.add_variable(lower, upper);
    const model::Domain domain = domain_between(model::DomainKind::integer, Rational(lower), Rational(upper));
    state_->variables.push_back(state_->add_integer(name, domain, variable));
    return state_->variables.back();
}

Expression Model::add_variable(std::string name, const std::vector<Integer>& values) {
    IntVar variable;
    if (state_->engine) variable = state_->engine->model.add_variable(std::span<const Integer>(values));
    state_->variables.push_back(state_->add_integer(name, domain_of(values), variable));
    return state_->variables.back();
}

Expression Model::add_real(std::string name, const std::optional<Rational>& lower,
                           const std::optional<Rational>& upper) {
    State& state = *state_;
    const model::Domain domain = domain_between(model::DomainKind::real, lower, upper);
    for (const State::RoundedNeuron& neuron : state.neurons)
        if (!model::is_piecewise_linear(neuron.activation))
            throw UsageError(fmt::format("a model with a {} neuron of a precision is one over integers alone",
                                         model::to_string(neuron.activation)));
    state.engine.reset();
    state.variables.push_back(state.add_inputs(name, 1, false, domain).front());
    return state.variables.back();
}

bool Model::has_reals() const {
    return !state_->engine;
}

std::string Model::name(const Expression& variable) const {
    const std::optional<Variable> single = single_variable(variable);
    if (!single) return "";
    const auto found = state_->query.names.find(*single);
    return found == state_->query.names.end() ? "" : found->second;
}

std::vector<Expression> Model::variables() const {
    return state_->variables;
}

void Model::State::demand(const Condition& condition) {
    model::FormulaStore store;
    const model::FormulaId root = to_formula(store, condition);
    check_known(store, query.network.variable_count(), 0);
    if (engine) engine->demand(store, root);
    conditions.push_back(condition);
}

void Model::add(const Condition& condition) {
    state_->demand(condition);
}

void Model::add_linear(const Condition& comparison) {
    if (!comparison.is_linear()) throw UsageError("a linear constraint is one comparison by <=, <, >=, > or ==");
    state_->demand(comparison);
}

Expression Model::indicator(const Condition& condition) {
    State& state = *state_;
    model::FormulaStore store;
    const model::FormulaId root = to_formula(store, condition);
    check_known(store, state.query.network.variable_count(), 0);
    IntVar indicator;
    if (state.engine) {
        integer::Model& engine = state.engine->model;
        const integer::Bound literal = state.engine->literal(store, root);
        indicator = engine.add_boolean();
        engine.add_clause({~literal, integer::is_true(indicator)});
        engine.add_clause({literal, ~integer::is_true(indicator)});
    }
    const Expression added =
        state.add_integer("", domain_between(model::DomainKind::integer, Rational(0), Rational(1)), indicator);
    state.conditions.push_back(equivalent(added >= 1, condition));
    return added;
}

void Model::State::set_objective(const Expression& form, bool to_maximize) {
    check(form);
    objective = form;
    maximizes = to_maximize;
    if (engine) engine->objective_is_told = false;
}
void Model::minimize(const Expression& objective) {
    state_->set_objective(objective, false);
}
void Model::maximize(const Expression& objective) {
    state_->set_objective(objective, true);
}

Solution Model::solve(const SolveOptions& options) {
    return state_->engine ? state_->solve_integers(options) : state_->solve_reals(options);
}

void Model::exclude(const Solution& solution, const Exclusion& how) {
    if (!solution.has_values()) throw UsageError("there is no solution to be excluded");
    if (how.region) throw UsageError("linear regions are excluded of a Query");
    const std::vector<Expression>& expressions = how.over.empty() ? state_->variables : how.over;
    const bool is_integer = state_->engine != nullptr;  // all expressions are discrete then
    add(outside(solution, expressions,
                is_integer ? std::vector<bool>(expressions.size(), true) : state_->discrete(expressions),
                how.distance));
}

Solution Model::next(const Exclusion& how, const SolveOptions& options) {
    Solution solution = solve(options);
    if (solution.has_values()) exclude(solution, how);
    return solution;
}

}  // namespace sinew
