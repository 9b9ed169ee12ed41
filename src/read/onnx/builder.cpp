// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/builder.hpp"

namespace sinew::read::onnx {

namespace {
/// The model's layers have no batch axis.
Shape without_batch(const Shape& shape) {
    return shape.size() > 1 && shape[0] == 1 ? Shape(shape.begin() + 1, shape.end()) : shape;
}
}  // namespace

void Builder::charge(std::size_t elements) {
    if (elements > budget_ || charged_ + elements > budget_) {
        exceeded_("the network needs more than " + std::to_string(budget_) + " numbers beyond those in the file");
    }
    charged_ += elements;
}

Tensor Builder::view(Source source, Shape shape) {
    return {std::move(shape), std::make_shared<Source>(std::move(source)), {}};
}

Tensor Builder::input(std::string name, Shape shape) {
    const std::size_t size = element_count(shape);
    charge(size);
    const model::LayerId id = network_.add_input(name, without_batch(shape));
    Shape layer_shape = without_batch(shape);
    return view({std::move(name), std::move(layer_shape), size, id, std::nullopt}, std::move(shape));
}

Tensor Builder::affine(std::string name, Shape shape, model::AffineLayer layer) {
    const std::size_t size = layer.bias.size();
    charge(size);
    Shape layer_shape = without_batch(shape);
    return view({std::move(name), std::move(layer_shape), size, {}, std::move(layer)}, std::move(shape));
}

Tensor Builder::map(std::string name, Shape shape, Tensor& source, model::LinearMap map, model::NumberArray bias) {
    const model::LayerId below = layer(source);
    model::AffineLayer result;
    result.bias = std::move(bias);
    result.terms.emplace_back(below, std::move(map));
    return affine(std::move(name), std::move(shape), std::move(result));
}

Tensor Builder::map(std::string name, Shape shape, Tensor& source, model::LinearMap map) {
    model::NumberArray zeros(rows(map));
    return this->map(std::move(name), std::move(shape), source, std::move(map), std::move(zeros));
}

model::LayerId Builder::layer(Tensor& tensor) {
    Source& source = *tensor.source;
    if (!source.id.valid()) {
        source.id = network_.add_affine(source.name, source.shape, std::move(*source.pending));
        source.pending.reset();
    }
    return source.id;
}

Tensor Builder::activation(std::string name, Tensor source, const model::Activation& activation) {
    // A function of each component commutes with moving them; with dropping or repeating some it would work in vain.
    if (!is_permutation(source)) source = contiguous(std::move(source), name + "_input");
    charge(source.source->size);
    const model::LayerId below = layer(source);
    const model::LayerId id = network_.add_activation(name, below, activation);
    Tensor result = view({std::move(name), source.source->shape, source.source->size, id, std::nullopt}, source.shape);
    result.selection = std::move(source.selection);
    return result;
}

Tensor Builder::max_pool(std::string name, Shape shape, Tensor source, model::MaxPoolLayer pool) {
    charge(pool.begin.size());
    pool.source = layer(source);
    const std::size_t size = pool.begin.size() - 1;
    const model::LayerId id = network_.add_max_pool(name, without_batch(shape), std::move(pool));
    Shape layer_shape = without_batch(shape);
    return view({std::move(name), std::move(layer_shape), size, id, std::nullopt}, std::move(shape));
}

Tensor Builder::product(std::string name, Shape shape, Tensor source, model::ProductLayer product) {
    charge(2 * product.left.size());
    product.source = layer(source);
    const std::size_t size = product.left.size();
    const model::LayerId id = network_.add_product(name, without_batch(shape), std::move(product));
    Shape layer_shape = without_batch(shape);
    return view({std::move(name), std::move(layer_shape), size, id, std::nullopt}, std::move(shape));
}

model::AffineTerm Builder::copy_term(Tensor& tensor) {
    const std::size_t rows = element_count(tensor.shape);
    charge(3 * rows);
    const model::LayerId below = layer(tensor);
    if (tensor.selection.empty()) return {below, model::identity_map(rows)};
    return {below, model::selection_map(tensor.source->size, tensor.selection)};
}

Tensor Builder::contiguous(Tensor tensor, const std::string& name) {
    if (tensor.selection.empty()) return tensor;
    model::AffineLayer copy;
    copy.terms.push_back(copy_term(tensor));
    copy.bias = model::NumberArray(element_count(tensor.shape));
    return affine(name, std::move(tensor.shape), std::move(copy));
}

model::AffineLayer* Builder::extensible(Tensor& tensor) {
    if (!tensor.source->pending || tensor.source.use_count() != 1 || !is_permutation(tensor)) return nullptr;
    return &*tensor.source->pending;
}

std::vector<Interval> Builder::intervals(Tensor& tensor, const std::vector<model::Domain>* domains) {
    const model::LayerId id = layer(tensor);
    std::vector<Interval> result;
    const std::size_t count = element_count(tensor.shape);
    const std::vector<Interval>& of = intervals_.of(network_, id, domains);
    for (std::size_t i = 0; i < count; ++i) result.push_back(of[tensor.component(i)]);
    return result;
}

bool is_permutation(const Tensor& tensor) {
    if (tensor.selection.empty()) return true;
    if (tensor.selection.size() != tensor.source->size) return false;
    std::vector<bool> seen(tensor.source->size, false);
    for (const std::uint32_t component : tensor.selection) {
        if (seen[component]) return false;
        seen[component] = true;
    }
    return true;
}

model::SparseMap SparseRows::take() {
    map_.weight = model::NumberArray(std::move(weights_));
    for (const auto& [index, value] : inexact_) map_.weight.set(index, value);
    return std::move(map_);
}

}  // namespace sinew::read::onnx
