// SPDX-License-Identifier: Apache-2.0
// What a Model keeps: what was modelled, as a query over variables of its own; and, while all of it is integer, the
// engine's model of the same.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <sinew/model.hpp>

#include "api/query_state.hpp"
#include "integer/forms.hpp"
#include "neuron/neuron.hpp"

namespace sinew {

/// The integer engine's side: everything is told to it at once, but what bounds networks and the objective only when it
/// solves.
struct IntegerSide {
    explicit IntegerSide(std::uint64_t seed) : model(Settings(seed)) {}

    /// A neuron constraint that has been added, for the bounds of all of them together.
    struct AddedNeuron {
        neuron::Neuron neuron;
        std::vector<integer::IntVar> variables;
        integer::IntVar output;
    };
    /// Σ terms <= right.
    struct AddedRow {
        std::vector<integer::Term> terms;
        Integer right;
    };

    integer::Model model;
    integer::Forms forms{model};
    std::vector<std::optional<LinearForm>> value_of;  ///< by variable of the query: over the engine's
    std::vector<AddedNeuron> neurons;
    std::vector<AddedRow> rows;
    // What the engine knows of objective, neurons and rows: told again when they have changed.
    bool objective_is_told = true;
    Integer factor = 1;                          ///< the engine's objective is so many times the user's
    std::optional<integer::View> to_be_bounded;  ///< the objective's, to be least
    std::size_t bounded_neurons = 0;
    std::size_t bounded_rows = 0;

    void define(Variable variable, LinearForm value);
    /// A form over the query's variables as one over the engine's.
    LinearForm form(const LinearForm& of) const;
    integer::Bound literal(const model::FormulaStore& store, model::FormulaId root);
    void demand(const model::FormulaStore& store, model::FormulaId root);
    void remember_row(const LinearForm& row, model::Relation relation);
    void tell_objective(const LinearForm& objective, bool maximizes, bool with_variable);
    /// Posts what bounds all neurons together, and the objective by them.
    void bound_networks();
    /// A variable of the objective's values over its common denominator, if they fit.
    std::optional<integer::IntVar> objective_variable(const integer::ScaledForm& of);
    integer::IntVar add_neuron(const model::Activation& activation, const LinearForm& argument,
                               const model::Precision& precision);
};

struct Model::State : BuiltQuery {
    explicit State(std::uint64_t with_seed) : seed(with_seed), engine(std::make_unique<IntegerSide>(with_seed)) {}

    /// output = round(p·act(…)), the output being an integer of the query.
    struct RoundedNeuron {
        Variable output;
        model::Activation activation;
        LinearForm argument;
        model::Precision precision;
    };

    std::uint64_t seed;
    std::unique_ptr<IntegerSide> engine;  ///< none: there are reals
    std::vector<Expression> variables;    ///< those that are chosen: all else follows from them
    std::optional<Expression> objective;
    bool maximizes = false;
    // For verify(): conditions and neurons, how many of them are in the query, and the formulas of these.
    std::vector<Condition> conditions;
    std::vector<RoundedNeuron> neurons;
    std::size_t told_conditions = 0;
    std::size_t told_neurons = 0;
    std::vector<model::FormulaId> demands;

    Expression add_integer(const std::string& name, const model::Domain& domain, integer::IntVar variable);
    void demand(const Condition& condition);
    Expression add_neuron(const model::Activation& activation, const Expression& argument,
                          const model::Precision& precision);
    Expression apply(const model::Activation& activation, const Expression& argument);
    Expression maximum(const std::vector<Expression>& members);
    AddedNetwork add_as_written(const NetworkData& data, const std::vector<Expression>& inputs);
    AddedNetwork add_rounded(const NetworkData& data, const std::vector<Expression>& inputs,
                             const model::Precision& precision);
    void set_objective(const Expression& form, bool to_maximize);
    /// The model as verify() takes it.
    const model::Query& as_query();
    void tell(const RoundedNeuron& neuron);

    Solution solve_integers(const SolveOptions& options);
    Solution solve_reals(SolveOptions options);
};

}  // namespace sinew
