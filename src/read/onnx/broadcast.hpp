// SPDX-License-Identifier: Apache-2.0
// Multidirectional broadcasting, as ONNX takes it from NumPy.
#pragma once

#include <optional>

#include "read/onnx/value.hpp"

namespace sinew::read::onnx {

/// The common shape of two operands; absent where they do not fit.
std::optional<Shape> broadcast_shape(const Shape& left, const Shape& right);

/// For each element of `to`, in row-major order, the element of a tensor of shape `from` that it is.
std::vector<std::uint32_t> broadcast_indices(const Shape& from, const Shape& to);

/// Row-major strides: how far apart neighbours along each axis are.
std::vector<std::size_t> strides_of(const Shape& shape);

/// Visits the elements of `shape` in row-major order; visit(k, offset), offset = Σ coordinate · strides.
template <class Visit>
void for_each_offset(const Shape& shape, const std::vector<std::size_t>& strides, Visit&& visit) {
    const std::size_t count = element_count(shape);
    std::vector<std::size_t> coordinate(shape.size(), 0);
    std::size_t offset = 0;
    for (std::size_t k = 0; k < count; ++k) {
        visit(k, offset);
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            offset += strides[axis];
            if (++coordinate[axis] < shape[axis]) break;
            offset -= strides[axis] * shape[axis];
            coordinate[axis] = 0;
        }
    }
}

}  // namespace sinew::read::onnx
