// SPDX-License-Identifier: Apache-2.0
#include "model/place_network.hpp"

#include "model/copy_layer.hpp"

namespace sinew::model {

std::vector<LayerId> place_network(Network& network, const Network& part, std::span<const LayerId> inputs) {
    std::vector<LayerId> copies;
    std::size_t input = 0;
    for (const Layer& layer : part.layers()) {
        if (std::holds_alternative<InputLayer>(layer.operation)) {
            require(input < inputs.size() && network.layer(inputs[input]).size == layer.size,
                    "a placed network is given a layer of the same size for each of its inputs");
            copies.push_back(inputs[input++]);
            continue;
        }
        const auto moved = [&](LayerId source) { return copies[source.index()]; };
        copies.push_back(copy_layer(network, layer, moved));
    }
    return copies;
}

}  // namespace sinew::model
