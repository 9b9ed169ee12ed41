// SPDX-License-Identifier: Apache-2.0
// What flows along the edges of an ONNX graph while it is read: constants, and tensors that are views of layers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
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

/// A tensor known when the network is read. Integers (shapes, axes, indices, Booleans) and reals are kept apart.
struct Constant {
    Shape shape;
    ElementType type = ElementType::real;
    model::NumberArray reals;
    std::vector<std::int64_t> integers;
    int data_type = 0;  ///< ONNX's number of the element type; 0: float32 of reals, int64 of integers
    /// Elements that are infinite, with their sign; their number is 0. Bounds of a Clip have a meaning with them.
    std::unordered_map<std::size_t, int> infinite = {};
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
    ElementType type = ElementType::real;  ///< integer: all values are whole numbers (Booleans are 0 and 1)
    int data_type = 0;                     ///< as of constants
    /// Of a softmax where only the order of elements counts: the values are those before it, and only elements with
    /// the same number here (by component of the source) may be compared.
    std::shared_ptr<const std::vector<std::uint32_t>> order = nullptr;

    std::uint32_t component(std::size_t element) const {
        return selection.empty() ? static_cast<std::uint32_t>(element) : selection[element];
    }
};

using Value = std::variant<Constant, Tensor>;

const Shape& shape_of(const Value& value);
ElementType type_of(const Value& value);
/// ONNX's number of a value's element type.
int data_type_of(const Value& value);
/// A constant of reals with these elements; one number without axes.
Constant real_constant(const Rational& number);
/// The same numbers as reals.
Constant as_reals(Constant constant);

/// The same elements in the same order under another shape.
Value reshaped(Value value, Shape shape);
/// Element i of the result is element source[i] of `value`.
Value rearranged(Value value, Shape shape, const std::vector<std::uint32_t>& source);

}  // namespace sinew::read::onnx
