// SPDX-License-Identifier: Apache-2.0
// Operators that keep every element where it is in memory and change only the shape.
#include <fmt/core.h>

#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

void identity(Operator& node) {
    node.set_output(node.take(0));
}

void flatten(Operator& node) {
    const Shape shape = node.input_shape(0);
    const std::int64_t given = node.integer("axis", 1);
    const auto rank = static_cast<std::int64_t>(shape.size());
    if (given < -rank || given > rank) node.fail(fmt::format("axis {} is outside a tensor of {} axes", given, rank));
    const std::int64_t axis = given < 0 ? given + rank : given;
    const Shape before(shape.begin(), shape.begin() + axis);
    const Shape after(shape.begin() + axis, shape.end());
    node.set_output(reshaped(node.take(0), {element_count(before), element_count(after)}));
}

namespace {
/// ONNX: 0 keeps the input's extent (unless allowzero), one -1 takes what is left.
Shape reshape_target(Operator& node, const Shape& from, const std::vector<std::int64_t>& wanted, bool allow_zero) {
    Shape shape;
    std::optional<std::size_t> rest;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::int64_t extent = wanted[i];
        if (extent < -1) node.fail(fmt::format("the new shape has the extent {}", extent));
        if (extent == -1 && rest) node.fail("the new shape has two extents of -1");
        if (extent == 0 && !allow_zero && i >= from.size())
            node.fail(fmt::format("extent {} of the new shape is copied from an axis that the input lacks", i));
        if (extent == -1) rest = i;
        shape.push_back(extent == -1 ? 1 : extent == 0 && !allow_zero ? from[i] : static_cast<std::size_t>(extent));
    }
    const std::size_t have = element_count(from);
    const std::size_t fixed = element_count(shape);
    if (rest && fixed != 0 && have % fixed == 0) shape[*rest] = have / fixed;
    if (element_count(shape) != have)
        node.fail(fmt::format("a tensor of shape {} cannot become {}", to_string(from), to_string(shape)));
    return shape;
}
}  // namespace

namespace {
/// Axes as an attribute before opset 13, as an input from then on; absent: none are named.
std::optional<std::vector<std::int64_t>> read_axes(Operator& node) {
    if (node.opset() < 13) return node.integer_list("axes");
    if (!node.has_input(1)) return std::nullopt;
    return node.integers(1);
}
}  // namespace

void squeeze(Operator& node) {
    const Shape from = node.input_shape(0);
    const auto axes = read_axes(node);
    std::vector<bool> removed(from.size(), false);
    for (std::size_t axis = 0; axis < from.size(); ++axis) removed[axis] = !axes && from[axis] == 1;
    for (const std::int64_t axis : axes.value_or(std::vector<std::int64_t>{}))
        removed[node.axis(axis, from.size())] = true;
    Shape shape;
    for (std::size_t axis = 0; axis < from.size(); ++axis) {
        if (!removed[axis])
            shape.push_back(from[axis]);
        else if (from[axis] != 1)
            node.fail(fmt::format("axis {} of a tensor of shape {} is not of extent 1", axis, to_string(from)));
    }
    node.set_output(reshaped(node.take(0), std::move(shape)));
}

void unsqueeze(Operator& node) {
    const Shape from = node.input_shape(0);
    const auto axes = read_axes(node);
    if (!axes) node.fail("no axes are given");
    std::vector<bool> added(from.size() + axes->size(), false);
    for (const std::int64_t given : *axes) {
        const std::size_t axis = node.axis(given, added.size());
        if (added[axis]) node.fail(fmt::format("axis {} is given twice", given));
        added[axis] = true;
    }
    Shape shape;
    auto next = from.begin();
    for (const bool is_new : added) shape.push_back(is_new ? 1 : *next++);
    node.set_output(reshaped(node.take(0), std::move(shape)));
}

void reshape(Operator& node) {
    const bool allow_zero = node.integer("allowzero", 0) != 0;
    node.ignore("consumed_inputs");
    std::vector<std::int64_t> wanted;
    if (node.opset() < 5)
        wanted = node.integer_list("shape").value_or(std::vector<std::int64_t>{});
    else
        wanted = node.integers(1);
    Shape shape = reshape_target(node, node.input_shape(0), wanted, allow_zero);
    node.set_output(reshaped(node.take(0), std::move(shape)));
}

}  // namespace sinew::read::onnx
