// SPDX-License-Identifier: Apache-2.0
// A query over integers as a model of the integer engine, and the engine's solutions as witnesses of the query.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "integer/forms.hpp"
#include "integer/network_propagator.hpp"
#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::integer {

/// Inputs are integer variables. With a precision, neurons are integer neuron constraints (neuron/); without one, they
/// are piecewise-linear functions of rational forms over the integers, exactly. Affine components are substituted.
/// Neurons that neither the conditions nor the objective depend on are left out.
class QueryModel {
  public:
    /// Whether inputs, and so everything, are integers: those of a query with a precision, or by their domains.
    static bool is_over_integers(const model::Query& query);

    /// Absent where the query is not one for this engine; `reason` says why. `query` must outlive it.
    static std::optional<QueryModel> make(const model::Query& query, const Settings& settings, std::string& reason);

    /// False: what the domains and conditions say outright contradicts itself; model() is not to be solved then.
    bool consistent() const { return consistent_; }
    Model& model() { return *model_; }
    const Model& model() const { return *model_; }
    /// Makes the query's objective the model's. The model's value is then factor() times the query's.
    void set_objective();
    /// Adds the relaxation of the whole network, if neurons have a precision: once, after set_objective() where there
    /// is an objective.
    void relax_network();
    /// The query's objective for the model's value.
    Rational objective_value(const Integer& value) const { return Rational(value) / factor_; }

    /// All values of the query's variables in a solution, by exact evaluation of the network at its inputs.
    model::Witness witness(std::span<const Value> values) const;

  private:
    QueryModel(const model::Query& query, const Settings& settings)
        : query_(&query), model_(std::make_unique<Model>(settings)) {}

    friend class QueryModelBuilder;

    const model::Query* query_;
    std::unique_ptr<Model> model_;
    bool consistent_ = true;
    std::vector<IntVar> inputs_;   ///< in input_variables() order
    std::vector<Bound> booleans_;  ///< of the query's free Booleans
    LinearForm objective_;         ///< over the model's variables
    NetworkConstraint network_;    ///< to be relaxed: neurons, asserted atoms, the objective
    bool has_neurons_ = false;
    Integer factor_ = 1;
};

}  // namespace sinew::integer
