// SPDX-License-Identifier: Apache-2.0
// Bounds of a whole network of neuron constraints, together with the linear constraints around it: what single neurons
// cannot see, because each forgets how its arguments depend on each other.
//
// Lombardi and Gualandi (A Lagrangian propagator for artificial neural networks in constraint programming, Constraints
// 2016) relax two-layer networks by multipliers of the hidden neurons' equations. Here the relaxation has any number of
// layers, is linear, and its multipliers are optimal for it; every inequality that is used is summed exactly, and says
// which bounds it needed, so that the search learns from it.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "integer/model.hpp"
#include "neuron/neuron.hpp"

namespace sinew::integer {

/// What to relax; then post() adds one redundant constraint to the model. The neurons and linear constraints must be
/// constraints of the model too (add_neuron, add_linear): the relaxation only strengthens them.
///
///   NetworkConstraint network;
///   network.add_neuron(model, neuron, variables, output);    // beside add_neuron(model, neuron, variables, output)
///   network.add_at_most(terms, 100);                         // beside model.add_linear(terms, less_equal, 100)
///   network.set_objective(at_most(y, 0).view);               // y is maximised: its negative is bounded from below
///   std::move(network).post(model);
class NetworkConstraint {
  public:
    NetworkConstraint();
    NetworkConstraint(NetworkConstraint&&) noexcept;
    NetworkConstraint& operator=(NetworkConstraint&&) noexcept;
    ~NetworkConstraint();

    /// False if the neuron's numbers are too large for 128-bit sums, or two arguments are one variable; it is left out
    /// then.
    bool add_neuron(const Model& model, const neuron::Neuron& neuron, std::span<const IntVar> variables, IntVar output);
    /// The same, with bounds that always hold: of the variable of each argument, and of the output.
    bool add_neuron(const neuron::Neuron& neuron, std::span<const IntVar> variables, std::span<const Range> bounds,
                    IntVar output, Range outputs);
    /// Σ terms <= right. False if a number is beyond 62 bits or a variable repeats; it is left out then.
    bool add_at_most(std::span<const Term> terms, const Integer& right);
    /// The view whose lower bound is to be proven; without one, contradictions are looked for.
    void set_objective(View view);
    std::size_t neuron_count() const;
    /// Suggests to the model a point that a short coordinate search finds: the neurons and rows added so far are
    /// respected as far as it can, and Σ goal is made small. Neurons must have been added in their order. Only where
    /// the search begins depends on it.
    void suggest_start(Model& model, std::span<const Term> goal) const;
    /// Its neurons and rows for a search over boxes.
    BoxProblem box_problem() const;
    /// Adds the propagator, and the search over boxes.
    void post(Model& model) &&;
    /// The propagator that post() adds.
    std::unique_ptr<Propagator> make_propagator() &&;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sinew::integer
