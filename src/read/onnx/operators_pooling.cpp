// SPDX-License-Identifier: Apache-2.0
// Poolings: maxima stay maxima, averages become sparse matrices.
#include <fmt/core.h>

#include "read/onnx/operators.hpp"
#include "read/onnx/window.hpp"

namespace sinew::read::onnx {

namespace {
/// Visits the elements of window (oy, ox) of image `plane` (a channel of a batch): visit(element).
template <class Visit>
void for_each_member(const Window& window, std::size_t plane, std::size_t oy, std::size_t ox, Visit&& visit) {
    const auto& [height, width] = window.axis;
    const auto [first_y, last_y] = height.taps(oy);
    const auto [first_x, last_x] = width.taps(ox);
    for (std::size_t ky = first_y; ky < last_y; ++ky)
        for (std::size_t kx = first_x; kx < last_x; ++kx)
            visit((plane * height.input + height.position(oy, ky)) * width.input + width.position(ox, kx));
}

/// Calls row(plane, oy, ox) for every output element in row-major order.
template <class Row>
void for_each_window(const Window& window, Row&& row) {
    for (std::size_t plane = 0; plane < window.batch * window.channels; ++plane)
        for (std::size_t oy = 0; oy < window.axis[0].output; ++oy)
            for (std::size_t ox = 0; ox < window.axis[1].output; ++ox) row(plane, oy, ox);
}

/// The window of a global pooling: all of the image.
Window global_window(Operator& node) {
    const Shape& input = node.input_shape(0);
    if (input.size() < 3) node.fail(fmt::format("an input of shape {} is no image", to_string(input)));
    Window window;
    window.batch = input[0];
    window.channels = input[1];
    window.spatial_axes = 1;  // all spatial axes are seen as one
    window.axis[1].input = element_count(Shape(input.begin() + 2, input.end()));
    window.axis[1].kernel = window.axis[1].input;
    return window;
}

Shape global_shape(Operator& node) {
    Shape shape = node.input_shape(0);
    for (std::size_t axis = 2; axis < shape.size(); ++axis) shape[axis] = 1;
    return shape;
}

void max_over(Operator& node, const Window& window, Shape shape) {
    node.check_size(shape);
    Tensor image = node.take_tensor(0);
    model::MaxPoolLayer pool;
    for_each_window(window, [&](std::size_t plane, std::size_t oy, std::size_t ox) {
        for_each_member(window, plane, oy, ox,
                        [&](std::size_t element) { pool.member.push_back(image.component(element)); });
        if (pool.member.size() == pool.begin.back()) node.fail("a window lies in the padding with all it covers");
        node.network().charge((pool.member.size() - pool.begin.back()) / 2 + 1);
        pool.begin.push_back(pool.member.size());
    });
    node.set_output(node.network().max_pool(node.name(), std::move(shape), std::move(image), std::move(pool)));
}

enum class Divisor { members, padded_window };

/// By how many elements the sum over a window is divided.
std::size_t divisor_of(const Window& window, std::size_t oy, std::size_t ox, std::size_t members, Divisor divisor) {
    if (divisor == Divisor::members) return members;
    const auto inside = [](const WindowAxis& axis, std::size_t w) {
        const std::size_t room = axis.input + axis.pad_begin + axis.pad_end - w * axis.stride;
        return std::min(axis.kernel, (room + axis.dilation - 1) / axis.dilation);
    };
    return inside(window.axis[0], oy) * inside(window.axis[1], ox);
}

void average_over(Operator& node, const Window& window, Shape shape, Divisor divisor) {
    node.check_size(shape);
    Tensor image = node.take_tensor(0);
    SparseRows map(image.source->size, element_count(shape));
    model::NumberArray weight(1);
    std::vector<std::uint32_t> members;
    for_each_window(window, [&](std::size_t plane, std::size_t oy, std::size_t ox) {
        members.clear();
        for_each_member(window, plane, oy, ox,
                        [&](std::size_t element) { members.push_back(image.component(element)); });
        if (members.empty()) node.fail("a window lies in the padding with all it covers");
        weight.set(0, Rational(1, divisor_of(window, oy, ox, members.size(), divisor)));
        node.network().charge(members.size() * (weight.all_doubles() ? 2 : 12));
        for (const std::uint32_t member : members) map.add(member, weight, 0);
        map.end_row();
    });
    node.set_output(node.network().map(node.name(), std::move(shape), image, map.take()));
}
}  // namespace

void max_pool(Operator& node) {
    node.ignore("storage_order");  // it only orders the second output, which is not supported
    const Window window = read_window(node, node.input_shape(0), {}, CeilMode::if_asked);
    max_over(node, window, window.output_shape(window.channels));
}

void average_pool(Operator& node) {
    const Window window = read_window(node, node.input_shape(0), {}, CeilMode::if_asked);
    const bool include_padding = node.integer("count_include_pad", 0) != 0;
    average_over(node, window, window.output_shape(window.channels),
                 include_padding ? Divisor::padded_window : Divisor::members);
}

void global_max_pool(Operator& node) {
    max_over(node, global_window(node), global_shape(node));
}

void global_average_pool(Operator& node) {
    average_over(node, global_window(node), global_shape(node), Divisor::members);
}

}  // namespace sinew::read::onnx
