// SPDX-License-Identifier: Apache-2.0
#include "model/network.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace sinew::model {

namespace {
std::size_t product(const std::vector<std::size_t>& shape) {
    std::size_t size = 1;
    for (const std::size_t extent : shape) size *= extent;
    return size;
}
}  // namespace

LayerId Network::add(std::string name, std::vector<std::size_t> shape, std::size_t size, LayerOperation operation) {
    require(product(shape) == size, "a layer's shape multiplies to its size");
    require(variable_count_ + size < std::numeric_limits<std::uint32_t>::max(),
            "a network has fewer than 2^32 components");
    layers_.push_back({std::move(name), std::move(shape), size, Variable(variable_count_), std::move(operation)});
    variable_count_ += size;
    return LayerId(layers_.size() - 1);
}

LayerId Network::add_input(std::string name, std::vector<std::size_t> shape) {
    const std::size_t size = product(shape);
    return add(std::move(name), std::move(shape), size, InputLayer{});
}

LayerId Network::add_affine(std::string name, std::vector<std::size_t> shape, AffineLayer affine) {
    const std::size_t size = affine.bias.size();
    for (const AffineTerm& term : affine.terms) {
        require(term.source.index() < layers_.size(), "an affine layer reads layers added before it");
        require(columns(term.map) == layer(term.source).size, "a map has as many columns as its source has components");
        require(rows(term.map) == size, "a map has as many rows as the layer has components");
    }
    // Kernels read floats of dense maps alone.
    affine.bias.widen();
    for (AffineTerm& term : affine.terms) {
        if (auto* sparse = std::get_if<SparseMap>(&term.map)) merge_entries(*sparse);
        if (!std::holds_alternative<DenseMap>(term.map)) weights(term.map).widen();
    }
    return add(std::move(name), std::move(shape), size, std::move(affine));
}

LayerId Network::add_activation(std::string name, LayerId source, Activation activation) {
    require(source.index() < layers_.size(), "an activation reads a layer added before it");
    std::vector<std::size_t> shape = layer(source).shape;
    const std::size_t size = layer(source).size;
    return add(std::move(name), std::move(shape), size, ActivationLayer{source, std::move(activation)});
}

LayerId Network::add_max_pool(std::string name, std::vector<std::size_t> shape, MaxPoolLayer pool) {
    require(pool.source.index() < layers_.size(), "a max-pooling reads a layer added before it");
    const std::size_t size = pool.begin.size() - 1;
    for (std::size_t w = 0; w < size; ++w) require(pool.begin[w] < pool.begin[w + 1], "a pooling window is not empty");
    for (const std::uint32_t member : pool.member)
        require(member < layer(pool.source).size, "a pooling window lies in its source");
    return add(std::move(name), std::move(shape), size, std::move(pool));
}

LayerId Network::add_product(std::string name, std::vector<std::size_t> shape, ProductLayer product) {
    require(product.source.index() < layers_.size(), "a product reads a layer added before it");
    require(product.left.size() == product.right.size(), "a product has two factors");
    const std::size_t size = product.left.size();
    for (std::size_t i = 0; i < size; ++i)
        require(std::max(product.left[i], product.right[i]) < layer(product.source).size,
                "the factors of a product lie in its source");
    return add(std::move(name), std::move(shape), size, std::move(product));
}

Component Network::component(Variable variable) const {
    const auto after = std::upper_bound(layers_.begin(), layers_.end(), variable,
                                        [](Variable v, const Layer& layer) { return v < layer.first; });
    auto at = static_cast<std::size_t>(after - layers_.begin()) - 1;
    while (layers_[at].size == 0) --at;
    return {LayerId(at), variable.index() - layers_[at].first.index()};
}

bool Network::is_input(Variable variable) const {
    return std::holds_alternative<InputLayer>(layer(component(variable).layer).operation);
}

std::vector<Variable> Network::input_variables() const {
    std::vector<Variable> result;
    for (const Layer& layer : layers_) {
        if (!std::holds_alternative<InputLayer>(layer.operation)) continue;
        for (std::size_t i = 0; i < layer.size; ++i) result.emplace_back(layer.first.index() + i);
    }
    return result;
}

LinearForm Network::affine_form(LayerId id, std::size_t index) const {
    const auto& affine = std::get<AffineLayer>(layer(id).operation);
    std::vector<LinearTerm> terms;
    for (const AffineTerm& term : affine.terms) {
        const NumberArray& numbers = weights(term.map);
        for_each_entry(term.map, index, [&](std::size_t column, std::size_t weight) {
            terms.push_back({variable(term.source, column), numbers.exact(weight)});
        });
    }
    return LinearForm(std::move(terms), affine.bias.exact(index));
}

std::string curved_operation(const Network& network) {
    for (const Layer& layer : network.layers()) {
        if (std::holds_alternative<ProductLayer>(layer.operation)) return "products of components";
        const auto* neurons = std::get_if<ActivationLayer>(&layer.operation);
        if (neurons != nullptr && is_curved(neurons->activation)) return to_string(neurons->activation);
    }
    return "";
}

bool is_curved(const Network& network) {
    return !curved_operation(network).empty();
}

void require_not_curved(const Network& network, const std::string& what) {
    const std::string operation = curved_operation(network);
    if (!operation.empty()) throw UsageError(what + ": it knows no " + operation);
}

}  // namespace sinew::model
