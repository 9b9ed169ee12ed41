// SPDX-License-Identifier: Apache-2.0
// Neurons that match: a network and its retrained, pruned, rounded or quantised copy in one question, or the same
// network twice. They are found in the layers themselves, so it does not matter who merged the two networks: layers of
// the same kind and size over matching sources, with weights that are nearly the same.
#pragma once

#include <cstddef>
#include <vector>

#include "model/network.hpp"

namespace sinew::bounds {

/// Two layers of neurons, component by component, neither of which depends on the other.
struct LayerPair {
    std::size_t first = 0;  ///< activation layers
    std::size_t second = 0;
    std::size_t first_source = 0;   ///< the affine layers that they read
    std::size_t second_source = 0;  ///< behind first_source
};

struct NeuronPairs {
    std::vector<LayerPair> layers;  ///< in order
    /// All layers, each before those that it reads, with the two of a pair side by side. Empty where there are none.
    std::vector<std::size_t> backward;
};

/// O(layers·log layers) where no two layers have matching sources, else O(weights).
NeuronPairs find_pairs(const model::Network& network);

}  // namespace sinew::bounds
