// SPDX-License-Identifier: Apache-2.0
// Sums and means over axes, as sparse matrices.
#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

namespace {
/// The axes of a reduction: an attribute before `input_since`, an input from then on.
std::vector<bool> reduced_axes(Operator& node, std::size_t rank, std::int64_t input_since) {
    std::vector<std::int64_t> axes;
    if (node.opset() < input_since)
        axes = node.integer_list("axes").value_or(std::vector<std::int64_t>{});
    else if (node.has_input(1))
        axes = node.integers(1);
    const bool none_if_empty = node.integer("noop_with_empty_axes", 0) != 0;
    std::vector<bool> reduced(rank, axes.empty() && !none_if_empty);
    for (const std::int64_t axis : axes) reduced[node.axis(axis, rank)] = true;
    return reduced;
}
}  // namespace

void reduce(Operator& node) {
    const bool mean = node.type() == "ReduceMean";
    const Shape shape = node.input_shape(0);
    const std::vector<bool> reduced = reduced_axes(node, shape.size(), mean ? 18 : 13);
    const bool keep = node.integer("keepdims", 1) != 0;
    Tensor tensor = node.take_tensor(0);
    Shape result;
    std::vector<std::size_t> kept_strides(shape.size(), 0);
    std::size_t count = 1;
    for (std::size_t axis = shape.size(), stride = 1; axis-- > 0;) {
        if (reduced[axis]) continue;
        kept_strides[axis] = stride;
        stride *= shape[axis];
        count = stride;
    }
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
        if (!reduced[axis] || keep) result.push_back(reduced[axis] ? 1 : shape[axis]);
    const std::size_t total = element_count(shape);
    std::vector<std::vector<std::uint32_t>> members(count);
    node.network().charge(2 * total + 4 * count);
    for_each_offset(shape, kept_strides,
                    [&](std::size_t element, std::size_t row) { members[row].push_back(tensor.component(element)); });
    model::NumberArray weight(1);
    weight.set(0, mean ? Rational(1, total / count) : Rational(1));
    if (!weight.all_doubles()) node.network().charge(12 * total);
    SparseRows map(tensor.source->size, count);
    for (const std::vector<std::uint32_t>& row : members) {
        for (const std::uint32_t member : row) map.add(member, weight, 0);
        map.end_row();
    }
    node.set_output(node.network().map(node.name(), std::move(result), tensor, map.take()));
}

}  // namespace sinew::read::onnx
