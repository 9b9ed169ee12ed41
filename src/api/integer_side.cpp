// SPDX-License-Identifier: Apache-2.0
// A Model whose variables are all integers, put to the integer engine.
#include <algorithm>
#include <chrono>

#include "api/condition.hpp"
#include "api/solution_data.hpp"
#include "api/state.hpp"
#include "base/error.hpp"
#include "integer/network_propagator.hpp"
#include "integer/neuron_propagator.hpp"

namespace sinew {

using integer::IntVar;

void IntegerSide::define(Variable variable, LinearForm value) {
    if (value_of.size() <= variable.index()) value_of.resize(variable.index() + 1);
    value_of[variable.index()] = std::move(value);
}

LinearForm IntegerSide::form(const LinearForm& of) const {
    std::vector<LinearTerm> terms;
    Rational constant = of.constant();
    for (const LinearTerm& term : of.terms()) {
        const std::size_t v = term.variable.index();
        if (v >= value_of.size() || !value_of[v])
            throw UsageError("an expression speaks of what could not be added to the model");
        for (const LinearTerm& part : value_of[v]->terms())
            terms.push_back({part.variable, term.coefficient * part.coefficient});
        constant += term.coefficient * value_of[v]->constant();
    }
    return {std::move(terms), std::move(constant)};
}

IntVar IntegerSide::add_neuron(const model::Activation& activation, const LinearForm& argument,
                               const model::Precision& precision) {
    std::vector<neuron::Weight> weights;
    std::vector<IntVar> variables;
    // Variables stand for numbers of steps, the constant for units (the scaled reading), also where a variable of the
    // query is a form of the engine's.
    const LinearForm whole = form(argument);
    Rational bias = whole.constant();
    if (precision.reading == model::PrecisionReading::scaled && precision.steps != 0)
        bias = argument.constant() + (whole.constant() - argument.constant()) / precision.steps;
    for (const LinearTerm& term : whole.terms()) {
        weights.push_back({variables.size(), term.coefficient});
        variables.emplace_back(term.variable.index());
    }
    const neuron::Neuron neuron = neuron::make_neuron(activation, weights, bias, precision);
    const IntVar output = integer::add_neuron(model, neuron, variables);
    neurons.push_back({neuron, std::move(variables), output});
    return output;
}

std::optional<IntVar> IntegerSide::objective_variable(const integer::ScaledForm& of) {
    Integer lower = of.constant;
    Integer upper = of.constant;
    for (const integer::Term& term : of.terms) {
        const Integer low = term.coefficient * model.lower(term.variable);
        const Integer high = term.coefficient * model.upper(term.variable);
        lower += std::min(low, high);
        upper += std::max(low, high);
    }
    if (abs(lower) > integer::largest_value || abs(upper) > integer::largest_value) return std::nullopt;
    const IntVar variable = model.add_variable(lower, upper);
    std::vector<integer::Term> terms = of.terms;
    terms.push_back({variable, -1});
    model.add_linear(terms, integer::Relation::equal, -of.constant);
    rows.push_back({terms, -of.constant});
    for (integer::Term& term : terms) term.coefficient = -term.coefficient;
    rows.push_back({terms, of.constant});
    return variable;
}

void IntegerSide::tell_objective(const LinearForm& objective, bool maximizes, bool with_variable) {
    objective_is_told = true;
    const integer::ScaledForm scaled = integer::scaled(form(objective));
    factor = scaled.denominator;
    const std::optional<IntVar> variable = with_variable ? objective_variable(scaled) : std::nullopt;
    to_be_bounded.reset();
    if (variable) to_be_bounded = integer::View(*variable, maximizes);
    const std::vector<integer::Term> terms = variable ? std::vector<integer::Term>{{*variable, 1}} : scaled.terms;
    const Integer constant = variable ? Integer(0) : scaled.constant;
    if (maximizes)
        model.maximize(terms, constant);
    else
        model.minimize(terms, constant);
}

void IntegerSide::bound_networks() {
    integer::NetworkConstraint network;
    for (const AddedNeuron& added : neurons)
        (void)network.add_neuron(model, added.neuron, added.variables, added.output);
    for (const AddedRow& row : rows) (void)network.add_at_most(row.terms, row.right);
    if (to_be_bounded) network.set_objective(*to_be_bounded);
    std::move(network).post(model);
    bounded_neurons = neurons.size();
    bounded_rows = rows.size();
}

namespace {
/// Tells values of the engine's objective, which is `factor` times the user's.
class Improvements : public integer::Listener {
  public:
    Improvements(const SolveOptions& options, const Integer& factor) : options_(options), factor_(factor) {}
    void improved(const Integer& value, std::span<const integer::Value> /*values*/) override {
        if (options_.on_improvement) options_.on_improvement(Rational(value) / factor_);
    }
    void bound_moved(const Integer& bound) override {
        if (options_.on_bound) options_.on_bound(Rational(bound) / factor_);
    }

  private:
    const SolveOptions& options_;
    const Integer& factor_;
};

Status status_of_search(Outcome outcome) {
    switch (outcome) {
        case Outcome::sat:
            return Status::satisfied;
        case Outcome::unsat:
            return Status::unsatisfiable;
        case Outcome::optimum:
            return Status::optimal;
        case Outcome::feasible:
            return Status::feasible;
        case Outcome::unknown:
        case Outcome::unbounded:  // its variables have bounds
            break;
    }
    return Status::unknown;
}
}  // namespace

Solution Model::State::solve_integers(const SolveOptions& options) {
    const Limits limits(options.seconds, options.bytes, options.interrupt);
    const auto begin = std::chrono::steady_clock::now();
    IntegerSide& side = *engine;
    const bool bounds_networks = options.network_bounds && side.neurons.size() >= 2;
    const bool is_new = !side.objective_is_told;
    if (is_new) side.tell_objective(objective->form(), maximizes, bounds_networks);
    if (bounds_networks &&
        (is_new || side.bounded_neurons != side.neurons.size() || side.bounded_rows != side.rows.size()))
        side.bound_networks();
    const Integer& factor = side.factor;
    Improvements improvements(options, factor);
    const integer::Result result = side.model.solve(limits, &improvements);
    Solution::Data solution;
    solution.status = status_of_search(result.outcome);
    if (!result.values.empty()) {
        std::vector<Rational> values;
        for (const integer::Value value : result.values) values.emplace_back(Integer(value));
        solution.values.resize(query.network.variable_count());
        for (std::size_t v = 0; v < side.value_of.size(); ++v)
            if (side.value_of[v]) solution.values[v] = side.value_of[v]->value(values);
    }
    const bool is_feasible = solution.status == Status::feasible;
    if (is_feasible || solution.status == Status::unknown) solution.reason = to_string(limits.reached());
    if (solution.status != Status::unknown) solution.decided_by = "integer";
    if (objective && !solution.values.empty()) solution.objective = Rational(result.value) / factor;
    if (objective && solution.status != Status::unsatisfiable) solution.bound = Rational(result.bound) / factor;
    solution.statistics = side.model.statistics();
    solution.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return Solution(std::move(solution));
}

}  // namespace sinew
