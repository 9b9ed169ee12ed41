// SPDX-License-Identifier: Apache-2.0
// Products and quotients of tensors that both depend on the network's inputs, and what is made of them.
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"
#include "read/onnx/products.hpp"

namespace sinew::read::onnx {

namespace {
using model::Activation;
using model::ActivationKind;

/// Components of one layer that the factors are: of the layer that both look at, or of copies side by side.
struct Factors {
    Tensor source;
    std::vector<std::uint32_t> left;
    std::vector<std::uint32_t> right;
};

Factors joined_factors(Operator& node, Tensor left, Tensor right, std::vector<std::uint32_t> of_left,
                       std::vector<std::uint32_t> of_right) {
    Builder& network = node.network();
    Factors result;
    if (left.source == right.source) {
        for (std::uint32_t& element : of_left) element = left.component(element);
        for (std::uint32_t& element : of_right) element = right.component(element);
        result = {std::move(left), std::move(of_left), std::move(of_right)};
        return result;
    }
    model::AffineLayer copies;
    const auto copied = [&](Tensor& tensor, std::vector<std::uint32_t>& elements, std::size_t before) {
        std::unordered_map<std::uint32_t, std::uint32_t> place;
        std::vector<std::uint32_t> components;
        for (std::uint32_t& element : elements) {
            const std::uint32_t component = tensor.component(element);
            const auto [found, is_new] =
                place.emplace(component, static_cast<std::uint32_t>(before + components.size()));
            if (is_new) components.push_back(component);
            element = found->second;
        }
        return components;
    };
    const std::vector<std::uint32_t> first = copied(left, of_left, 0);
    const std::vector<std::uint32_t> second = copied(right, of_right, first.size());
    const std::size_t rows = first.size() + second.size();
    network.charge(4 * rows);
    const auto add_term = [&](Tensor& tensor, const std::vector<std::uint32_t>& components, std::size_t before) {
        const model::LayerId layer = network.layer(tensor);
        SparseRows map(tensor.source->size, rows);
        for (std::size_t row = 0; row < rows; ++row) {
            if (row >= before && row < before + components.size()) map.add(components[row - before], 1);
            map.end_row();
        }
        copies.terms.push_back({layer, map.take()});
    };
    add_term(left, first, 0);
    add_term(right, second, first.size());
    copies.bias = model::NumberArray(rows);
    result.source = network.affine(node.name() + "_factors", {rows}, std::move(copies));
    result.left = std::move(of_left);
    result.right = std::move(of_right);
    return result;
}

Tensor products_of(Operator& node, Factors factors, Shape shape) {
    node.check_size(shape);
    return node.network().product(node.name(), std::move(shape), std::move(factors.source),
                                  {{}, std::move(factors.left), std::move(factors.right)});
}

Shape product_shape(Operator& node, const Shape& left, const Shape& right) {
    const std::optional<Shape> shape = broadcast_shape(left, right);
    if (!shape) node.fail(fmt::format("operands of shapes {} and {} do not fit", to_string(left), to_string(right)));
    node.check_size(*shape);
    return *shape;
}
}  // namespace

Tensor product(Operator& node, Tensor left, Tensor right) {
    const Shape shape = product_shape(node, left.shape, right.shape);
    node.network().charge(2 * element_count(shape));
    std::vector<std::uint32_t> of_left = broadcast_indices(left.shape, shape);
    std::vector<std::uint32_t> of_right = broadcast_indices(right.shape, shape);
    return products_of(
        node, joined_factors(node, std::move(left), std::move(right), std::move(of_left), std::move(of_right)), shape);
}

Tensor reciprocal_of(Operator& node, Tensor tensor) {
    return node.network().activation(node.name() + "_reciprocal", std::move(tensor),
                                     {ActivationKind::power, Rational(-1), {}, {}});
}

Value quotient(Operator& node, Value left, Tensor divisor) {
    Tensor inverse = reciprocal_of(node, std::move(divisor));
    if (auto* tensor = std::get_if<Tensor>(&left)) return product(node, std::move(*tensor), std::move(inverse));
    const auto& constant = std::get<Constant>(left);
    const Shape shape = product_shape(node, constant.shape, inverse.shape);
    return scaled(node, std::move(inverse), constant, shape, Arithmetic::multiply);
}

/// result(block, i, j) = Σ_k left(block, i, k) · right(block, k, j)
Tensor matrix_product(Operator& node, Tensor left, Tensor right, const MatrixProduct& shapes) {
    const std::size_t rows = shapes.blocks * shapes.m * shapes.n;
    if (shapes.k == 0 || rows > largest_tensor / shapes.k) node.fail("the product is too large");
    const std::size_t count = rows * shapes.k;
    node.network().charge(4 * count);
    std::vector<std::uint32_t> of_left;
    std::vector<std::uint32_t> of_right;
    of_left.reserve(count);
    of_right.reserve(count);
    for (std::size_t b = 0; b < shapes.blocks; ++b)
        for (std::size_t i = 0; i < shapes.m; ++i)
            for (std::size_t j = 0; j < shapes.n; ++j)
                for (std::size_t k = 0; k < shapes.k; ++k) {
                    of_left.push_back(static_cast<std::uint32_t>((shapes.left_block[b] * shapes.m + i) * shapes.k + k));
                    of_right.push_back(
                        static_cast<std::uint32_t>((shapes.right_block[b] * shapes.k + k) * shapes.n + j));
                }
    Tensor terms = products_of(
        node, joined_factors(node, std::move(left), std::move(right), std::move(of_left), std::move(of_right)),
        {count});
    SparseRows sums(count, rows);
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t k = 0; k < shapes.k; ++k) sums.add(static_cast<std::uint32_t>(row * shapes.k + k), 1);
        sums.end_row();
    }
    return node.network().map(node.name(), shapes.result, terms, sums.take());
}

}  // namespace sinew::read::onnx
