// SPDX-License-Identifier: Apache-2.0
// Which input to bisect: the one to which the neurons' relaxations owe most of their width.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bounds/network_bounds.hpp"

namespace sinew::bounds {

/// What each input contributes to the pre-activations that read inputs alone. Coefficients of the output's linear
/// bound say how the output moves, not where it is curved: measured on networks with five inputs, they take two (ReLU)
/// to three (tanh, sigmoid) times as many nodes.
class InputInfluence {
  public:
    explicit InputInfluence(const model::Network& network);

    /// score[i] += what bisecting input i may gain: the losses of the first neurons (of the last lower_bounds(), rows
    /// weighted by `row_weight`), each shared out by the squares of the inputs' parts in its pre-activation's width.
    /// False if no such neuron has a loss. O(weights of the first layers).
    bool score(const NetworkBounds& bounds, const State& state, std::span<const double> row_weight,
               std::vector<double>& score) const;

  private:
    struct Part {
        std::uint32_t input;  ///< in input_variables() order
        double weight;        ///< magnitude
    };
    static constexpr std::uint32_t none = 0xffffffffU;
    std::vector<Variable> inputs_;
    std::vector<std::uint32_t> row_of_;  ///< by variable
    std::vector<std::size_t> begin_{0};
    std::vector<Part> parts_;
};

}  // namespace sinew::bounds
