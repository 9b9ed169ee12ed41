// SPDX-License-Identifier: Apache-2.0
// Networks side by side in one: how a question about several becomes one about a single graph of layers.
#pragma once

#include <span>
#include <vector>

#include "model/network.hpp"

namespace sinew::model {

/// Appends a copy of the layers of `part` to `network`, and gives the copy of each. In the place of its input layers,
/// in order, stand the layers `inputs` of `network`, of the same sizes (ContractBreach). Weights are shared, not
/// copied; time is that of the layers' other parts.
std::vector<LayerId> place_network(Network& network, const Network& part, std::span<const LayerId> inputs);

}  // namespace sinew::model
