// SPDX-License-Identifier: Apache-2.0
// A good point of a network to begin a search at: coordinate search over the inputs, in floating point.
#pragma once

#include <span>
#include <vector>

#include "integer/network_relaxation.hpp"

namespace sinew::integer {

/// Σ coefficient·view, to be made small.
using LinearGoal = std::vector<RowTerm>;

/// What a start is sought for. Variables that are no neuron's output are free within their bounds.
struct StartProblem {
    std::vector<const RelaxedNeuron*> neurons;  ///< in an order in which each reads only those before it
    struct Row {
        std::vector<RowTerm> terms;
        Value right = 0;  ///< Σ terms <= right
    };
    std::vector<Row> rows;
    LinearGoal goal;
};

struct StartValue {
    IntVar variable;
    Value value = 0;
};

/// Values of the free variables and of the neurons' outputs, with rows violated as little and the goal as small as a
/// short search finds: some ten thousand evaluations, the same on every run. Only a hint: outputs may be off by one.
/// `bounds`: by variable, of all that occur.
std::vector<StartValue> find_start(const StartProblem& problem, std::span<const Range> bounds);

}  // namespace sinew::integer
