// SPDX-License-Identifier: Apache-2.0
#include "train/to_network.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "train/preparation_text.hpp"

namespace sinew::train {

model::BinarizedNetwork to_network(const Weights& weights, std::size_t inputs, model::InputKind kind) {
    model::BinarizedNetwork network;
    network.input = kind;
    network.input_shape = {inputs};
    network.origin = "trained";
    std::size_t columns = inputs;
    for (const std::vector<std::int8_t>& layer : weights.layers) {
        require(columns != 0 && layer.size() % columns == 0, "a layer has a weight for each input of each neuron");
        if (!network.operations.empty()) network.operations.emplace_back(model::BinaryActivation::sign);
        model::BinarizedLinear linear;
        linear.geometry = model::DenseShape{layer.size() / columns, columns};
        linear.weights = layer;
        columns = layer.size() / columns;
        network.operations.emplace_back(std::move(linear));
    }
    return network;
}

model::BinarizedNetwork to_network(const Weights& weights, const Preparation& preparation) {
    model::BinarizedNetwork network = to_network(weights, preparation.features.size(), preparation.input_kind());
    network.preparation = preparation_text(preparation);
    return network;
}

Weights weights_of(const model::BinarizedNetwork& network) {
    Weights weights;
    for (std::size_t i = 0; i < network.operations.size(); ++i) {
        const auto fail = [&](const char* why) {
            throw UsageError(fmt::format("operation {} of the network: {}", i + 1, why));
        };
        if (i % 2 == 1) {
            const auto* activation = std::get_if<model::BinaryActivation>(&network.operations[i]);
            if (activation == nullptr || *activation != model::BinaryActivation::sign)
                fail("training knows dense layers with signs between them alone");
            continue;
        }
        const auto* linear = std::get_if<model::BinarizedLinear>(&network.operations[i]);
        if (linear == nullptr || !std::holds_alternative<model::DenseShape>(linear->geometry))
            fail("training knows dense layers with signs between them alone");
        bool biased = linear->scale.size() != 0;
        for (std::size_t c = 0; c < linear->bias.size(); ++c) biased = biased || linear->bias.exact(c) != 0;
        if (biased) fail("training knows no biases and scales");
        if (std::any_of(linear->weights.begin(), linear->weights.end(), [](int w) { return w < -1 || w > 1; }))
            fail("it has weights other than -1, 0 and 1");
        weights.layers.push_back(linear->weights);
    }
    if (weights.layers.empty() || network.operations.size() % 2 == 0)
        throw UsageError("the network does not end in a dense layer");
    return weights;
}

}  // namespace sinew::train
