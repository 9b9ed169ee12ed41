// SPDX-License-Identifier: Apache-2.0
// A network of sign and hardlim neurons of any shape as gates over the phases of first neurons: layers that skip
// others, identities between, numbers of any kind. What is a plain chain, and large, folds faster (threshold/fold.hpp).
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "binarized/score_formula.hpp"
#include "model/query.hpp"
#include "phase/real_front.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::binarized {

class ThresholdGraph {
  public:
    /// Throws UsageError where a neuron is none of sign, signum and hardlim (identities are none), reads neurons and
    /// inputs at once, or has numbers too fine for 50 bits, and LimitReached. `query` must outlive this.
    explicit ThresholdGraph(const model::Query& query);

    /// The query's conditions; of atoms over anything but inputs the target of that number is what they say.
    QueryFormula read_conditions();
    /// After read_conditions(): the neurons over inputs, one a digit, and all above them.
    phase::RealFront front() && { return std::move(front_); }
    threshold::ReducedNetwork reduced() const;

  private:
    /// A neuron's bit while it is not known yet how many digits there are: digit f is 2f, gate g is 2g + 1.
    using Signal = threshold::Signal;

    void add_layer(const model::Layer& layer);
    LinearForm value_of_neuron(const model::Activation& activation, const LinearForm& sum);
    LinearForm over_signals(const LinearForm& form) const;
    LinearForm form_of(Signal signal, const Rational& low, const Rational& high) const;
    Signal signal_of(LinearForm sum, bool strict);
    Signal gate_of(const LinearForm& sum, bool strict);
    bool is_input(Variable variable) const {
        return variable.index() < query_.network.variable_count() && query_.network.is_input(variable);
    }

    const model::Query& query_;
    phase::RealFront front_;
    std::vector<LinearForm> value_;  ///< by variable, over inputs and signals (variables from variable_count() on)
    std::size_t terms_ = 0;
    struct Gate {
        std::vector<std::pair<std::uint32_t, std::int64_t>> terms;
        std::int64_t bound;
    };
    std::vector<Gate> gates_;
    std::map<std::pair<std::vector<std::pair<std::uint32_t, std::int64_t>>, std::int64_t>, std::uint32_t> known_;
    std::vector<Signal> targets_;
};

}  // namespace sinew::binarized
