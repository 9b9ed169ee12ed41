// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/broadcast.hpp"

#include <algorithm>

namespace sinew::read::onnx {

std::optional<Shape> broadcast_shape(const Shape& left, const Shape& right) {
    const std::size_t rank = std::max(left.size(), right.size());
    Shape result(rank);
    for (std::size_t back = 1; back <= rank; ++back) {
        const std::size_t l = back <= left.size() ? left[left.size() - back] : 1;
        const std::size_t r = back <= right.size() ? right[right.size() - back] : 1;
        if (l != r && l != 1 && r != 1) return std::nullopt;
        result[rank - back] = l == 1 ? r : l;
    }
    return result;
}

std::vector<std::uint32_t> broadcast_indices(const Shape& from, const Shape& to) {
    const std::vector<std::size_t> own = strides_of(from);
    std::vector<std::size_t> strides(to.size(), 0);
    for (std::size_t back = 1; back <= from.size(); ++back)
        if (from[from.size() - back] != 1) strides[to.size() - back] = own[from.size() - back];
    std::vector<std::uint32_t> result(element_count(to));
    for_each_offset(to, strides,
                    [&](std::size_t k, std::size_t offset) { result[k] = static_cast<std::uint32_t>(offset); });
    return result;
}

std::vector<std::size_t> strides_of(const Shape& shape) {
    std::vector<std::size_t> strides(shape.size(), 1);
    for (std::size_t axis = shape.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * shape[axis];
    return strides;
}

}  // namespace sinew::read::onnx
