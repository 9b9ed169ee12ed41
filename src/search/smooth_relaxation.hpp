// SPDX-License-Identifier: Apache-2.0
// A query with tanh or sigmoid neurons as one that is piecewise linear: each such neuron becomes a free variable
// between lines, segment by segment of its pre-activation. What the relaxation excludes the query excludes.
#pragma once

#include <vector>

#include "bounds/network_bounds.hpp"
#include "model/query.hpp"

namespace sinew::search {

/// One tanh or sigmoid neuron.
struct SmoothNeuron {
    Variable input;   ///< the pre-activation
    Variable output;  ///< free in the relaxation
    const bounds::Relaxation* function = nullptr;
    Interval known;            ///< the pre-activation lies here
    std::vector<double> cuts;  ///< ascending, inside `known`: its segments end there
};

class SmoothRelaxation {
  public:
    /// `query` must outlive it. Pre-activations are unbounded until narrow() says more.
    explicit SmoothRelaxation(const model::Query& query);
    SmoothRelaxation(const SmoothRelaxation&) = delete;
    SmoothRelaxation& operator=(const SmoothRelaxation&) = delete;

    /// Bounds of all variables that hold wherever the relaxation will be used.
    void narrow(const bounds::State& state);
    /// Cuts at 0 wherever that is inside a segment: there the function is known exactly, so that a strict sign can be
    /// told from a weak one. True if anything was cut.
    bool cut_at_zero();
    std::vector<SmoothNeuron>& neurons() { return neurons_; }
    const std::vector<SmoothNeuron>& neurons() const { return neurons_; }

    /// The relaxation: the same variables by number, smooth layers replaced by inputs, and the lines as conditions.
    model::Query build() const;

  private:
    const model::Query* query_;
    std::vector<bounds::Relaxation> functions_;
    std::vector<SmoothNeuron> neurons_;
};

}  // namespace sinew::search
