// SPDX-License-Identifier: Apache-2.0
// A query's network as neuron constraints over integers, and its exact evaluation.
//
// With a precision, inputs and activations' outputs are integers; scaling happens inside the neuron constraints only.
// Every other component (a pre-activation as its text has it, an output without activation) is the linear form that is
// written, over those integers.
#pragma once

#include <span>
#include <vector>

#include "model/query.hpp"
#include "neuron/neuron.hpp"

namespace sinew::neuron {

/// A component of an activation layer.
struct NetworkNeuron {
    Variable output;
    Variable pre_activation;
    /// Its terms' arguments are indices of variables: inputs, outputs of other neurons and of max-pooling.
    Neuron neuron;
};

/// The neuron constraints of a query with a precision, in an order in which each reads only outputs of those before it.
/// UsageError if an activation is not monotone, or if a neuron reads what need not be an integer (max-pooling of sums).
std::vector<NetworkNeuron> network_neurons(const model::Query& query);

/// An affine component over inputs and outputs of neurons and max-pooling alone: affine layers between are put in.
LinearForm integer_form(const model::Network& network, Variable variable);

/// A query's network over integers, made once and evaluated often (by one thread at a time).
class IntegerEvaluation {
  public:
    /// `query` must have a precision, and outlive this.
    explicit IntegerEvaluation(const model::Query& query);

    /// The exact values of all variables of the network from integer values of its inputs (in input_variables() order).
    std::vector<Rational> values(std::span<const Rational> inputs) const;

  private:
    const model::Query& query_;
    std::vector<NetworkNeuron> neurons_;
};

}  // namespace sinew::neuron
