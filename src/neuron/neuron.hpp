// SPDX-License-Identifier: Apache-2.0
// One neuron as one constraint over integers: activation([X_i], Y, b, [w_i], p) of Bartolini, Lombardi, Milano and
// Benini, Neuron constraints to model complex real-world problems, CP 2011, with exact arithmetic.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/query.hpp"
#include "neuron/step_function.hpp"

namespace sinew::neuron {

/// One weight of a neuron: of the argument (any number the caller gives to X).
struct Weight {
    std::size_t argument = 0;
    Rational weight;
};

/// A coefficient of the integer sum.
struct Term {
    std::size_t argument = 0;
    Integer coefficient;
};

/// Y = f(S), S = Σ c_i·X_i with coprime non-zero integers c_i (sorted by argument, each argument once), f
/// nondecreasing. The bias is inside f.
struct Neuron {
    std::vector<Term> terms;
    StepFunction step;

    /// S where X[argument] = values[argument].
    Integer sum(std::span<const Integer> values) const;
    /// Y there.
    Integer output(std::span<const Integer> values) const { return step.value(sum(values)); }
};

/// The neuron constraint over integers with p = precision.steps >= 1 steps a unit. round is to the nearest integer,
/// halves away from zero.
///   scaled:   X_i and Y are fixed-point numbers:  Y = round(p·act(b + Σ w_i·X_i/p)).
///   literal:  the formula as published:           Y = round(act(b·p + Σ w_i·p·X_i)).
/// Example: tansig([X], Y, 0.1, [0.5], 1000) at X = 800. Scaled: the argument is 0.1 + 0.5·0.8 = 0.5, tanh(0.5) =
/// 0.46211…, Y = 462. Literal: the argument is 100 + 500·800, Y = 1.
/// Weights of a repeated argument are added, zero weights dropped. `activation` must be monotone (UsageError if it is a
/// leaky_relu of negative slope), p positive (UsageError).
Neuron make_neuron(const model::Activation& activation, std::span<const Weight> weights, const Rational& bias,
                   const model::Precision& precision);

}  // namespace sinew::neuron
