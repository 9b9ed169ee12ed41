// SPDX-License-Identifier: Apache-2.0
// Two-layer tansig networks over integers with linear constraints on their inputs, to be maximised: by seed, for the
// integer engine and as MiniZinc text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "integer/model.hpp"
#include "neuron/neuron.hpp"

namespace sinew::bench {

struct NeuronProblem {
    struct Unit {
        std::vector<neuron::Weight> weights;  ///< arguments: inputs first, then the units before
        Rational bias;
    };
    std::size_t inputs = 0;
    std::size_t hidden = 0;
    model::Precision precision{1000, model::PrecisionReading::scaled};
    std::vector<Unit> units;  ///< the hidden ones, then the output
    /// Σ coefficient·input <= right.
    std::vector<std::pair<std::vector<long>, long>> rows;

    neuron::Neuron neuron(std::size_t unit) const;
    /// The output at these inputs, exactly.
    Integer output(const std::vector<Integer>& values) const;
};

/// Inputs in [-1000, 1000] at p = 1000. Weights have three decimals, normal, scaled by the number of arguments.
NeuronProblem make_problem(std::size_t hidden, std::size_t inputs, std::uint64_t seed);

/// The same for MiniZinc: each tansig by the table of its steps, step[y] <= S < step[y + 1].
std::string minizinc_text(const NeuronProblem& problem);

}  // namespace sinew::bench
