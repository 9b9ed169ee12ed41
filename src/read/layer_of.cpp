// SPDX-License-Identifier: Apache-2.0
#include "read/layer_of.hpp"

#include <utility>

#include "read/affine_rows.hpp"

namespace sinew::read {

namespace {
bool is_variable(const LinearForm& form, Variable variable) {
    return form.constant() == 0 && form.terms().size() == 1 && form.terms().front().variable == variable &&
           form.terms().front().coefficient == 1;
}
}  // namespace

model::LayerId layer_of(model::Network& network, std::span<const LinearForm> components, std::string name,
                        std::vector<std::size_t> shape) {
    if (!components.empty() && components.front().terms().size() == 1) {
        const model::LayerId layer = network.component(components.front().terms().front().variable).layer;
        bool is_layer = network.layer(layer).size == components.size();
        for (std::size_t i = 0; i < components.size() && is_layer; ++i)
            is_layer = is_variable(components[i], network.variable(layer, i));
        if (is_layer) return layer;
    }
    AffineRows rows(network, components.size());
    for (const LinearForm& component : components) rows.add(component);
    model::AffineLayer affine = rows.take();
    return network.add_affine(std::move(name), std::move(shape), std::move(affine));
}

}  // namespace sinew::read
