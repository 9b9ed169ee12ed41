// SPDX-License-Identifier: Apache-2.0
// Exact evaluation with a place for layers that exact arithmetic does not know: what evaluate() and evaluate_enclosed()
// share.
#pragma once

#include <span>
#include <vector>

#include "model/network.hpp"

namespace sinew::model {

/// Fills the values of layers whose values are irrational, or grow long, with rationals of its choice.
class SmoothLayers {
  public:
    virtual ~SmoothLayers() = default;
    /// `values` of the layers before `layer` are there already.
    virtual void fill(const Layer& layer, const ActivationLayer& operation, std::span<Rational> values) = 0;
    virtual void fill(const Layer& layer, const ProductLayer& product, std::span<Rational> values) = 0;
};

/// Values of all variables; smooth layers and products are left to `smooth`.
std::vector<Rational> evaluate_with(const Network& network, std::span<const Rational> inputs, SmoothLayers& smooth);

}  // namespace sinew::model
