// SPDX-License-Identifier: Apache-2.0
// Layers of one network copied into another, for those who build a network from another.
#pragma once

#include <utility>
#include <variant>

#include "base/error.hpp"
#include "model/network.hpp"

namespace sinew::model {

/// Appends a copy of `layer`, which is no input (ContractBreach), to `to`. `moved(id)` is the layer of `to` that stands
/// for a layer it reads.
template <class Moved>
LayerId copy_layer(Network& to, const Layer& layer, Moved&& moved) {
    if (const auto* neurons = std::get_if<ActivationLayer>(&layer.operation))
        return to.add_activation(layer.name, moved(neurons->source), neurons->activation);
    if (const auto* pool = std::get_if<MaxPoolLayer>(&layer.operation)) {
        MaxPoolLayer copy = *pool;
        copy.source = moved(copy.source);
        return to.add_max_pool(layer.name, layer.shape, std::move(copy));
    }
    if (const auto* product = std::get_if<ProductLayer>(&layer.operation)) {
        ProductLayer copy = *product;
        copy.source = moved(copy.source);
        return to.add_product(layer.name, layer.shape, std::move(copy));
    }
    const auto* affine = std::get_if<AffineLayer>(&layer.operation);
    require(affine != nullptr, "inputs are not copied as layers that read others");
    AffineLayer copy = *affine;
    for (AffineTerm& term : copy.terms) term.source = moved(term.source);
    return to.add_affine(layer.name, layer.shape, std::move(copy));
}

}  // namespace sinew::model
