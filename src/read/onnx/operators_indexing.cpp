// SPDX-License-Identifier: Apache-2.0
// Operators that choose or repeat elements by constant indices.
#include <algorithm>

#include <fmt/core.h>

#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

void tile(Operator& node) {
    const Shape from = node.input_shape(0);
    std::vector<std::int64_t> repeats;
    if (node.opset() < 6) {  // how often, and along which axis
        const Rational times = node.scalar(1);
        repeats.assign(from.size(), 1);
        repeats[node.axis(node.scalar(2).get_num().get_si(), from.size())] = times.get_num().get_si();
    } else {
        repeats = node.integers(1);
    }
    if (repeats.size() != from.size()) node.fail(fmt::format("{} repeats for {} axes", repeats.size(), from.size()));
    Value value = node.take(0);
    for (std::size_t axis = 0; axis < from.size(); ++axis) {
        if (repeats[axis] < 0 || repeats[axis] > static_cast<std::int64_t>(largest_tensor))
            node.fail(fmt::format("{} repeats", repeats[axis]));
        if (repeats[axis] == 1) continue;
        std::vector<std::size_t> chosen;
        node.network().charge(static_cast<std::size_t>(repeats[axis]) * from[axis]);
        for (std::int64_t r = 0; r < repeats[axis]; ++r)
            for (std::size_t at = 0; at < from[axis]; ++at) chosen.push_back(at);
        value = along_axis(node, std::move(value), axis, chosen);
    }
    node.set_output(std::move(value));
}

namespace {
/// The strides of `from`, 0 along the axis in which indices of this shape name the places; fails where they do not fit.
std::vector<std::size_t> strides_beside(Operator& node, const Shape& from, const Shape& shape, std::size_t axis) {
    bool fits = shape.size() == from.size();
    for (std::size_t a = 0; fits && a < shape.size(); ++a) fits = a == axis || shape[a] <= from[a];
    if (!fits) node.fail(fmt::format("indices of shape {} do not fit {}", to_string(shape), to_string(from)));
    std::vector<std::size_t> strides = strides_of(from);
    strides[axis] = 0;
    return strides;
}
}  // namespace

void gather_elements(Operator& node) {
    const Shape from = node.input_shape(0);
    const Shape shape = node.input_shape(1);
    const std::size_t axis = node.axis(node.integer("axis", 0), from.size());
    const std::vector<std::int64_t> indices = node.integers(1);
    std::vector<std::size_t> strides = strides_beside(node, from, shape, axis);
    const std::size_t along = strides_of(from)[axis];
    node.network().charge(indices.size());
    std::vector<std::uint32_t> source(indices.size());
    for_each_offset(shape, strides, [&](std::size_t k, std::size_t offset) {
        source[k] = static_cast<std::uint32_t>(offset + node.axis(indices[k], from[axis]) * along);
    });
    node.set_output(rearranged(node.take(0), shape, source));
}

namespace {
/// Where each tuple of indices points: the first element of a block, counted in the tensor behind `batch` axes.
std::vector<std::size_t> blocks(Operator& node, const Shape& from, std::size_t batch, std::size_t input) {
    const Shape& shape = node.input_shape(input);
    const std::vector<std::int64_t> indices = node.integers(input);
    const std::size_t depth = shape.empty() ? 0 : shape.back();
    if (depth == 0 || batch + depth > from.size())
        node.fail(fmt::format("indices of shape {} do not fit {}", to_string(shape), to_string(from)));
    const std::vector<std::size_t> strides = strides_of(from);
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < indices.size(); i += depth) {
        std::size_t at = 0;
        for (std::size_t d = 0; d < depth; ++d) at += node.axis(indices[i + d], from[batch + d]) * strides[batch + d];
        result.push_back(at);
    }
    return result;
}
}  // namespace

void gather_nd(Operator& node) {
    const Shape from = node.input_shape(0);
    const Shape indices = node.input_shape(1);
    const std::int64_t given = node.integer("batch_dims", 0);
    if (given < 0 || static_cast<std::size_t>(given) >= indices.size() ||
        static_cast<std::size_t>(given) >= from.size())
        node.fail(fmt::format("batch_dims is {}", given));
    const auto batch = static_cast<std::size_t>(given);
    const std::vector<std::size_t> begin = blocks(node, from, batch, 1);
    const std::size_t depth = indices.back();
    Shape shape(indices.begin(), indices.end() - 1);
    shape.insert(shape.end(), from.begin() + static_cast<std::ptrdiff_t>(batch + depth), from.end());
    const std::size_t size =
        element_count(Shape(from.begin() + static_cast<std::ptrdiff_t>(batch + depth), from.end()));
    const std::size_t batches = element_count(Shape(from.begin(), from.begin() + given));
    const std::size_t stride = element_count(from) / std::max<std::size_t>(batches, 1);
    const std::size_t each = begin.size() / std::max<std::size_t>(batches, 1);
    node.network().charge(begin.size() * size);
    std::vector<std::uint32_t> source;
    for (std::size_t b = 0; b < begin.size(); ++b)
        for (std::size_t i = 0; i < size; ++i)
            source.push_back(static_cast<std::uint32_t>(b / std::max<std::size_t>(each, 1) * stride + begin[b] + i));
    node.set_output(rearranged(node.take(0), std::move(shape), source));
}

/// The data with blocks of updates in the places that the indices name.
void scatter_nd(Operator& node) {
    const Shape from = node.input_shape(0);
    const std::string reduction = node.text("reduction", "none");
    if (reduction != "none") node.fail(fmt::format("the reduction '{}' is not supported", reduction.substr(0, 40)));
    const std::vector<std::size_t> begin = blocks(node, from, 0, 1);
    const std::size_t depth = node.input_shape(1).back();
    const std::size_t size = element_count(Shape(from.begin() + static_cast<std::ptrdiff_t>(depth), from.end()));
    const std::size_t count = element_count(from);
    if (element_count(node.input_shape(2)) != begin.size() * size)
        node.fail(fmt::format("updates of shape {} do not fit", to_string(node.input_shape(2))));
    node.network().charge(count);
    std::vector<std::uint32_t> source(count);
    for (std::size_t i = 0; i < count; ++i) source[i] = static_cast<std::uint32_t>(i);
    for (std::size_t b = 0; b < begin.size(); ++b)
        for (std::size_t i = 0; i < size; ++i) source[begin[b] + i] = static_cast<std::uint32_t>(count + b * size + i);
    if (begin.empty()) {
        node.set_output(node.take(0));
        return;
    }
    node.set_output(joined_elements(node, {0, 2}, from, source));
}

/// The upper or lower triangle of matrices, zeros elsewhere.
void trilu(Operator& node) {
    const Shape shape = node.input_shape(0);
    if (shape.size() < 2) node.fail("a tensor of less than two axes has no triangle");
    const bool upper = node.integer("upper", 1) != 0;
    std::int64_t k = 0;
    if (node.has_input(1)) k = node.scalar(1).get_num().get_si();
    const std::size_t columns = shape.back();
    const std::size_t rows = shape[shape.size() - 2];
    const std::size_t count = element_count(shape);
    Constant mask;
    mask.shape = shape;
    std::vector<double> numbers(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto r = static_cast<std::int64_t>(i / columns % rows);
        const auto c = static_cast<std::int64_t>(i % columns);
        numbers[i] = (upper ? c - r >= k : c - r <= k) ? 1.0 : 0.0;
    }
    mask.reals = model::NumberArray(std::move(numbers));
    node.set_output(scaled(node, node.take_tensor(0), mask, shape, Arithmetic::multiply));
}

namespace {
std::size_t read_block(Operator& node, const Shape& shape) {
    const std::int64_t block = node.integer("blocksize", 0);
    if (shape.size() != 4 || block < 1 || block > static_cast<std::int64_t>(largest_tensor))
        node.fail(fmt::format("blocks of {} do not fit a tensor of shape {}", block, to_string(shape)));
    return static_cast<std::size_t>(block);
}

/// A tensor seen as `split`, its axes in another order, then seen as `shape`.
void set_regrouped(Operator& node, const Shape& split, const std::vector<std::size_t>& order, Shape shape) {
    const std::vector<std::size_t> own = strides_of(split);
    Shape moved;
    std::vector<std::size_t> strides;
    for (const std::size_t axis : order) {
        moved.push_back(split[axis]);
        strides.push_back(own[axis]);
    }
    node.network().charge(element_count(shape));
    std::vector<std::uint32_t> source(element_count(shape));
    for_each_offset(moved, strides, [&](std::size_t k, std::size_t at) { source[k] = static_cast<std::uint32_t>(at); });
    node.set_output(rearranged(node.take(0), std::move(shape), source));
}
}  // namespace

void depth_to_space(Operator& node) {
    const Shape from = node.input_shape(0);
    const std::size_t block = read_block(node, from);
    const std::string mode = node.text("mode", "DCR");
    if (from[1] % (block * block) != 0 || (mode != "DCR" && mode != "CRD"))
        node.fail(fmt::format("blocks of {} do not fit a tensor of shape {}", block, to_string(from)));
    const std::size_t depth = from[1] / (block * block);
    const Shape shape{from[0], depth, from[2] * block, from[3] * block};
    if (mode == "DCR")
        set_regrouped(node, {from[0], block, block, depth, from[2], from[3]}, {0, 3, 4, 1, 5, 2}, shape);
    else
        set_regrouped(node, {from[0], depth, block, block, from[2], from[3]}, {0, 1, 4, 2, 5, 3}, shape);
}

void space_to_depth(Operator& node) {
    const Shape from = node.input_shape(0);
    const std::size_t block = read_block(node, from);
    if (from[2] % block != 0 || from[3] % block != 0)
        node.fail(fmt::format("blocks of {} do not fit a tensor of shape {}", block, to_string(from)));
    const std::size_t height = from[2] / block;
    const std::size_t width = from[3] / block;
    set_regrouped(node, {from[0], from[1], height, block, width, block}, {0, 3, 5, 1, 2, 4},
                  {from[0], from[1] * block * block, height, width});
}

/// The data with single elements of updates in the places along an axis that the indices name.
void scatter_elements(Operator& node) {
    const Shape from = node.input_shape(0);
    const Shape shape = node.input_shape(1);
    const std::string reduction = node.text("reduction", "none");
    if (reduction != "none") node.fail(fmt::format("the reduction '{}' is not supported", reduction.substr(0, 40)));
    const std::size_t axis = node.axis(node.integer("axis", 0), from.size());
    const std::vector<std::int64_t> indices = node.integers(1);
    if (node.input_shape(2) != shape)
        node.fail(fmt::format("indices of shape {} do not fit {}", to_string(shape), to_string(node.input_shape(2))));
    std::vector<std::size_t> strides = strides_beside(node, from, shape, axis);
    const std::size_t along = strides_of(from)[axis];
    const std::size_t count = element_count(from);
    node.network().charge(count + indices.size());
    std::vector<std::uint32_t> source(count);
    for (std::size_t i = 0; i < count; ++i) source[i] = static_cast<std::uint32_t>(i);
    for_each_offset(shape, strides, [&](std::size_t k, std::size_t offset) {
        source[offset + node.axis(indices[k], from[axis]) * along] = static_cast<std::uint32_t>(count + k);
    });
    if (indices.empty()) return node.set_output(node.take(0));
    node.set_output(joined_elements(node, {0, 2}, from, source));
}

/// The elements of an axis, or of the whole tensor as one, for which a constant holds.
void compress(Operator& node) {
    Value value = node.take(0);
    std::size_t axis = 0;
    if (node.has("axis"))
        axis = node.axis(node.integer("axis", 0), shape_of(value).size());
    else
        value = reshaped(std::move(value), {element_count(shape_of(value))});
    const std::vector<std::int64_t> condition = node.integers(1);
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < std::min(condition.size(), shape_of(value)[axis]); ++i)
        if (condition[i] != 0) chosen.push_back(i);
    node.set_output(along_axis(node, std::move(value), axis, chosen));
}

/// Sums of the elements before, along an axis.
void cumulative_sum(Operator& node) {
    const Shape shape = node.input_shape(0);
    const std::size_t axis = node.axis(node.scalar(1).get_num().get_si(), shape.size());
    const bool exclusive = node.integer("exclusive", 0) != 0;
    const bool reverse = node.integer("reverse", 0) != 0;
    const std::size_t extent = shape[axis];
    const std::size_t inner = strides_of(shape)[axis];
    const std::size_t count = element_count(shape);
    Tensor tensor = node.take_tensor(0);
    node.network().charge(count * (extent + 1) * 3 / 4 + count);
    SparseRows map(tensor.source->size, count);
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t at = k / inner % extent;
        const std::size_t first = k - at * inner;
        for (std::size_t i = 0; i < extent; ++i) {
            const bool counts = reverse ? i > at || (i == at && !exclusive) : i < at || (i == at && !exclusive);
            if (counts) map.add(tensor.component(first + i * inner), 1.0);
        }
        map.end_row();
    }
    node.set_output(node.network().map(node.name(), shape, tensor, map.take()));
}

}  // namespace sinew::read::onnx
