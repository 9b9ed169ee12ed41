// SPDX-License-Identifier: Apache-2.0
// Where the values of a network's components lie, as far as reading has to know: to count the steps of Floor.
#pragma once

#include <optional>
#include <vector>

#include "exact/interval.hpp"
#include "model/query.hpp"

namespace sinew::read::onnx {

/// Intervals forward, layer by layer, kept between calls; only of layers that what is asked about needs: a step lies
/// between its two values wherever its argument is.
class LayerIntervals {
  public:
    /// Bounds of the layer's components, outward; `domains` (null: none) are those of the inputs, in order.
    const std::vector<Interval>& of(const model::Network& network, model::LayerId layer,
                                    const std::vector<model::Domain>* domains);

  private:
    std::vector<Interval> computed(const model::Network& network, model::LayerId layer,
                                   const std::vector<model::Domain>* domains) const;

    std::vector<std::optional<std::vector<Interval>>> intervals_;
};

/// The values of an activation over an interval, outward.
Interval image(const model::Activation& activation, Interval of);

}  // namespace sinew::read::onnx
