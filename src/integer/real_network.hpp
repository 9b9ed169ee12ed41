// SPDX-License-Identifier: Apache-2.0
// The real relaxation of a network of neuron constraints: the same neurons over the reals, each with its rounding error
// as one more input.
//
// Y = round(h·act(s)), s = scale·S + offset, is Y = h·act(s) + e with a real e in [-1/2, 1/2]; where h·act(s) is an
// integer for every integer S, e is 0. So every bound that bounds/ proves of this network over a box of its inputs
// holds for the integers in the box, rounding included.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "exact/interval.hpp"
#include "integer/network_relaxation.hpp"
#include "model/network.hpp"

namespace sinew::integer {

/// A neuron in the real network.
struct RealNeuron {
    std::size_t source = 0;        ///< its index among the neurons that the network was made from
    std::uint32_t argument = 0;    ///< the network's variable s
    std::uint32_t activation = 0;  ///< the network's variable act(s)
    std::uint32_t value = 0;       ///< the network's variable Y
    double height = 0;             ///< h; of its rounding error it has error at most
    double error = 0;
    Interval scale;  ///< s = scale·S + offset
    Interval offset;

    /// An enclosure of Y for act(s) in `activations`.
    Interval value_for(Interval activations) const {
        return Interval::point(height) * activations + Interval{-error, error};
    }
    /// An enclosure of s for a sum in `sums`.
    Interval argument_for(Range sums) const {
        return scale * Interval{static_cast<double>(sums.lower), static_cast<double>(sums.upper)} + offset;
    }
};

class RealNetwork {
  public:
    /// Neurons whose outputs depend on themselves, second neurons of one output and neurons without arguments are left
    /// out: what is said of the others holds all the same.
    explicit RealNetwork(std::span<const RelaxedNeuron> neurons);

    const model::Network& network() const { return network_; }
    /// In an order in which each reads only the outputs of those before it.
    const std::vector<RealNeuron>& neurons() const { return neurons_; }
    /// The variables that neurons read and no neuron gives. They are the network's first inputs, in this order.
    const std::vector<IntVar>& integers() const { return integers_; }
    /// The network's other inputs: the errors are in [-errors()[i], errors()[i]].
    const std::vector<double>& errors() const { return errors_; }
    /// The network's variable of a model's variable; absent where it has none.
    std::optional<std::uint32_t> variable_of(IntVar variable) const;

  private:
    struct Place {
        IntVar variable;
        model::LayerId layer;
        std::uint32_t index = 0;
    };
    void add_group(std::span<const RelaxedNeuron> neurons, std::span<const std::size_t> members);
    const Place* place_of(IntVar variable) const;

    model::Network network_;
    std::vector<RealNeuron> neurons_;
    std::vector<IntVar> integers_;
    std::vector<double> errors_;
    model::LayerId error_layer_;
    std::vector<Place> places_;  ///< sorted by variable
};

}  // namespace sinew::integer
