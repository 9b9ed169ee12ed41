// What a Model keeps: the engine's model, and what is told to it only when it solves.
#pragma once

#include <string>
#include <vector>

#include <sinew/model.hpp>

#include "integer/forms.hpp"
#include "neuron/neuron.hpp"

namespace sinew {

struct Model::State {
    explicit State(std::uint64_t seed) : engine(Settings(seed)) {}

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

    integer::Model engine;
    integer::Forms forms{engine};
    std::vector<std::string> names;  ///< by variable of the engine; of others empty
    std::vector<AddedNeuron> neurons;
    std::vector<AddedRow> rows;
    std::optional<Expression> objective;
    bool maximizes = false;
    // What the engine knows of them: told again when they have changed.
    bool objective_is_told = true;
    Integer factor = 1;                          ///< the engine's objective is so many times the user's
    std::optional<integer::View> to_be_bounded;  ///< the objective's, to be least
    std::size_t bounded_neurons = 0;
    std::size_t bounded_rows = 0;

    Expression add_neuron(const model::Activation& activation, const Expression& argument,
                          const model::Precision& precision);
    Expression apply(const model::Activation& activation, const Expression& argument);
    Expression named(integer::IntVar variable, std::string name);
    /// The variable that an expression is, if it is one.
    std::optional<integer::IntVar> single(const Expression& expression) const;
    integer::Bound literal(const Condition& condition);
    void demand(const Condition& condition);
    void remember_row(const model::Atom& atom);
    void tell_objective(bool with_variable);
    /// Posts what bounds all neurons together, and the objective by them.
    void bound_networks();
    /// A variable of the objective's values over its common denominator, if they fit.
    std::optional<integer::IntVar> objective_variable(const integer::ScaledForm& form);
};

}  // namespace sinew
