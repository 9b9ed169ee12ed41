// SPDX-License-Identifier: Apache-2.0
// One neuron constraint over integer variables, Y = f(Σ c_i·X_i) with the exact steps of neuron/: bounds consistent
// both ways, with explanations that are weakened as far as a step of f and the slack of the sum allow.
#pragma once

#include <memory>
#include <span>

#include "integer/model.hpp"
#include "neuron/neuron.hpp"

namespace sinew::integer {

/// The propagator: `neuron`'s term with argument a is over variables[a], whose values are always in bounds[a]. The
/// output is none of them.
std::unique_ptr<Propagator> make_neuron_propagator(const neuron::Neuron& neuron, std::span<const IntVar> variables,
                                                   std::span<const Range> bounds, IntVar output);

/// Adds the constraint: `neuron`'s term with argument a is over variables[a], `output` is Y, any variables of the
/// model. Sums run in 128 bits where root bounds show that they fit, else over GMP. O(terms) a call, and the sum is
/// kept incrementally.
void add_neuron(Model& model, const neuron::Neuron& neuron, std::span<const IntVar> variables, IntVar output);

/// An output variable with exactly the range that the arguments' bounds give, and the constraint. UsageError if that is
/// beyond ±largest_value.
IntVar add_neuron(Model& model, const neuron::Neuron& neuron, std::span<const IntVar> variables);

}  // namespace sinew::integer
