// SPDX-License-Identifier: Apache-2.0
// Linear forms as a layer that others may read.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/network.hpp"

namespace sinew::read {

/// The layer with these components: one that is there already, or an affine one that is added with this name and shape.
model::LayerId layer_of(model::Network& network, std::span<const LinearForm> components, std::string name,
                        std::vector<std::size_t> shape);

}  // namespace sinew::read
