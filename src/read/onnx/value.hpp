// SPDX-License-Identifier: Apache-2.0
// What flows along the edges of an ONNX graph while it is read: constants, and tensors that are views of layers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/network.hpp"

namespace sinew::read::onnx {

/// Concrete extents of all axes, the batch axis included; empty for a scalar.
using Shape = std::vector<std::size_t>;

/// Larger tensors are refused.
constexpr std::size_t largest_tensor = std::size_t{1} << 24;

/// The number of elements; saturates at 2^62 instead of overflowing.
std::size_t element_count(const Shape& shape);
/// "[1, 3, 32, 32]"
std::string to_string(const Shape& shape);

enum class ElementType { real, integer };

/// A tensor known when the network is read. Integers (shapes, axes, indices) and reals are kept apart.
struct Constant {
    Shape shape;
    ElementType type = ElementType::real;
    model::NumberArray reals;
    std::vector<std::int64_t> integers;
};

/// A layer that tensors look at. An affine layer waits here, outside the network, as long as a following operator may
/// still add to it; `id` is invalid until then.
struct Source {
    std::string name;
    Shape shape;
    std::size_t size = 0;
    model::LayerId id;
    std::optional<model::AffineLayer> pending;
};

/// A tensor that depends on the inputs: element i is component selection[i] of the source, or component i where the
/// selection is empty. Operators that only move elements change the selection and copy no weights.
struct Tensor {
    Shape shape;
    std::shared_ptr<Source> source;
    std::vector<std::uint32_t> selection;

    std::uint32_t component(std::size_t element) const {
        return selection.empty() ? static_cast<std::uint32_t>(element) : selection[element];
    }
};

using Value = std::variant<Constant, Tensor>;

const Shape& shape_of(const Value& value);

/// The same elements in the same order under another shape.
Value reshaped(Value value, Shape shape);
/// Element i of the result is element source[i] of `value`.
Value rearranged(Value value, Shape shape, const std::vector<std::uint32_t>& source);

}  // namespace sinew::read::onnx
