// SPDX-License-Identifier: Apache-2.0
// A constraint program on the integer engine: which variable of the engine is which, and what its arguments are.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "integer/model.hpp"
#include "model/constraint_program.hpp"
#include "neuron/neuron.hpp"

namespace sinew::flatzinc {

using integer::Bound;
using integer::IntVar;

/// Booleans are literals (bounds of any variable), integers are variables of the engine. `bool2int(b, i)` makes i the
/// variable of b; `b <-> x <= 3` makes b that bound, where nothing else has said yet what b is. Both hold by
/// construction.
class Poster {
  public:
    /// Makes the variables of `program`, which must outlive this. With an empty domain the model has no solution.
    Poster(const model::ConstraintProgram& program, integer::Model& model);

    const model::ConstraintProgram& program() const { return program_; }
    integer::Model& model() { return model_; }

    /// A Boolean constant or variable.
    Bound literal(const model::Term& term);
    /// An integer constant or variable; a Boolean one is its 0 or 1.
    IntVar variable(const model::Term& term);
    /// A variable that is 1 iff the literal holds.
    IntVar variable(Bound literal);
    /// The variable with this value.
    IntVar constant(std::int64_t value);

    /// Posts all constraints that are not satisfied by construction. InputError where a predicate is not known or its
    /// arguments are wrong. False: a limit was reached, and not all are posted.
    bool post_all(const Limits& limits);
    /// What the annotations say of the search.
    void guide();

    /// Constraints that have been posted, for bound_networks().
    void remember_neuron(const neuron::Neuron& neuron, std::vector<IntVar> variables, IntVar output) {
        neurons_.push_back({neuron, std::move(variables), output});
    }
    void remember_row(std::span<const integer::Term> terms, integer::Relation relation, const Integer& right);
    /// Two or more neurons are bounded together, with the linear constraints around them and the objective.
    void bound_networks(const Limits& limits);

    /// The value of a variable or constant in a solution.
    std::int64_t value(const model::Term& term, std::span<const integer::Value> values) const;

  private:
    struct Meaning {
        std::optional<IntVar> variable;  ///< of an integer
        std::optional<Bound> literal;    ///< of a Boolean
    };
    const model::ProgramVariable& declared(const model::Term& term) const {
        return program_.variables[static_cast<std::size_t>(term.value)];
    }
    Meaning& meaning(const model::Term& term) { return meanings_[static_cast<std::size_t>(term.value)]; }
    std::string_view name_of(const model::ProgramConstraint& constraint) const {
        return program_.predicates[constraint.predicate];
    }
    void add_value_sums();
    void add_implied_rows(std::span<const std::uint8_t> is_near);
    bool is_open_boolean(const model::Term& term) const;
    void join_integers_with_booleans();
    void make_variables();
    void restrict(IntVar variable, std::span<const model::IntegerRange> domain);
    void define_booleans();
    std::optional<Bound> definition(std::string_view predicate, std::span<const model::Term> arguments);
    std::optional<Bound> comparison(std::string_view predicate, const model::Term& left, const model::Term& right);

    struct PostedNeuron {
        neuron::Neuron neuron;
        std::vector<IntVar> variables;
        IntVar output;
    };
    struct PostedRow {
        std::vector<integer::Term> terms;
        Integer right;
    };
    std::vector<PostedNeuron> neurons_;
    std::vector<PostedRow> rows_;  ///< Σ terms <= right; remembered where there are neurons
    const model::ConstraintProgram& program_;
    integer::Model& model_;
    bool has_neurons_ = false;
    std::vector<Meaning> meanings_;         ///< by variable of the program
    std::vector<std::uint32_t> joined_to_;  ///< by variable: the Boolean that an integer is, or none
    std::vector<std::uint8_t> is_posted_;   ///< by constraint: true by construction
    std::unordered_map<std::int64_t, IntVar> constants_;
    std::map<std::pair<std::size_t, integer::Value>, IntVar> indicators_;  ///< by literal
};

}  // namespace sinew::flatzinc
