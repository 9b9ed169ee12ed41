// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/window.hpp"

#include <fmt/core.h>

namespace sinew::read::onnx {

Shape Window::output_shape(std::size_t output_channels) const {
    Shape shape = {batch, output_channels};
    if (spatial_axes == 2) shape.push_back(axis[0].output);
    shape.push_back(axis[1].output);
    return shape;
}

namespace {
constexpr std::int64_t largest_extent = std::int64_t{1} << 30;

/// A list attribute with one positive number an axis.
std::vector<std::size_t> extents(Operator& node, std::string_view attribute, std::size_t axes) {
    const auto given = node.integer_list(attribute);
    if (!given) return std::vector<std::size_t>(axes, 1);
    if (given->size() != axes)
        node.fail(fmt::format("attribute '{}' has {} numbers, not {}", attribute, given->size(), axes));
    std::vector<std::size_t> result;
    for (const std::int64_t value : *given) {
        if (value < 1 || value > largest_extent)
            node.fail(fmt::format("attribute '{}' holds {}, which is out of range", attribute, value));
        result.push_back(static_cast<std::size_t>(value));
    }
    return result;
}

/// A list attribute of paddings, which may be 0 but not negative; zeros where it is absent.
std::vector<std::size_t> paddings(Operator& node, std::string_view attribute, std::size_t count) {
    const auto given = node.integer_list(attribute);
    if (!given) return std::vector<std::size_t>(count, 0);
    if (given->size() != count)
        node.fail(fmt::format("attribute '{}' has {} numbers, not {}", attribute, given->size(), count));
    std::vector<std::size_t> result;
    for (const std::int64_t value : *given) {
        if (value < 0 || value > largest_extent)
            node.fail(fmt::format("attribute '{}' holds {}, which is out of range", attribute, value));
        result.push_back(static_cast<std::size_t>(value));
    }
    return result;
}

std::size_t divide_up(std::size_t a, std::size_t b) {
    return (a + b - 1) / b;
}

enum class AutoPad { explicit_pads, same_upper, same_lower, valid };

AutoPad read_auto_pad(Operator& node) {
    const std::string text = node.text("auto_pad", "NOTSET");
    if (text == "NOTSET" || text.empty()) return AutoPad::explicit_pads;
    if (text == "VALID") return AutoPad::valid;
    if (text == "SAME_UPPER") return AutoPad::same_upper;
    if (text == "SAME_LOWER") return AutoPad::same_lower;
    node.fail(fmt::format("auto_pad is '{}'", text.substr(0, 40)));
}

/// Everything but paddings and outputs.
Window read_extents(Operator& node, const Shape& input, const Shape& kernel) {
    if (input.size() != 3 && input.size() != 4)
        node.fail(fmt::format("an input of shape {} is not [N, C, W] or [N, C, H, W]", to_string(input)));
    Window window;
    window.spatial_axes = input.size() - 2;
    window.batch = input[0];
    window.channels = input[1];
    const auto count = window.spatial_axes;
    const bool named = node.has("kernel_shape");
    const std::vector<std::size_t> shape = extents(node, "kernel_shape", count);
    if (!named && kernel.empty()) node.fail("attribute 'kernel_shape' is missing");
    const std::vector<std::size_t> strides = extents(node, "strides", count);
    const std::vector<std::size_t> dilations = extents(node, "dilations", count);
    for (std::size_t a = 0; a < count; ++a) {
        WindowAxis& axis = window.axis[2 - count + a];
        axis.input = input[2 + a];
        axis.kernel = kernel.empty() ? shape[a] : kernel[a];
        if (named && axis.kernel != shape[a]) node.fail("attribute 'kernel_shape' does not fit the weights");
        axis.stride = strides[a];
        axis.dilation = dilations[a];
        if (axis.kernel == 0 || axis.kernel > static_cast<std::size_t>(largest_extent) / axis.dilation)
            node.fail("the kernel is out of range");
    }
    return window;
}
}  // namespace

Window read_window(Operator& node, const Shape& input, const Shape& kernel, CeilMode ceil_mode) {
    Window window = read_extents(node, input, kernel);
    const std::size_t count = window.spatial_axes;
    const AutoPad auto_pad = read_auto_pad(node);
    const std::vector<std::size_t> pads = paddings(node, "pads", 2 * count);
    const bool ceil = ceil_mode == CeilMode::if_asked && node.integer("ceil_mode", 0) != 0;
    for (std::size_t a = 0; a < count; ++a) {
        WindowAxis& axis = window.axis[2 - count + a];
        if (auto_pad == AutoPad::explicit_pads) {
            axis.pad_begin = pads[a];
            axis.pad_end = pads[count + a];
        } else if (auto_pad != AutoPad::valid) {
            const std::size_t needed = (divide_up(axis.input, axis.stride) - 1) * axis.stride + axis.reach();
            const std::size_t total = needed > axis.input ? needed - axis.input : 0;
            axis.pad_begin = auto_pad == AutoPad::same_upper ? total / 2 : total - total / 2;
            axis.pad_end = total - axis.pad_begin;
        }
        const std::size_t padded = axis.input + axis.pad_begin + axis.pad_end;
        if (padded < axis.reach())
            node.fail(fmt::format("a window of {} does not fit into an image of {}", axis.reach(), padded));
        const std::size_t room = padded - axis.reach();
        axis.output = (ceil ? divide_up(room, axis.stride) : room / axis.stride) + 1;
        // A last window that would begin in the padding at the end is left out.
        if (ceil && (axis.output - 1) * axis.stride >= axis.input + axis.pad_begin) --axis.output;
    }
    return window;
}

Window read_transposed_window(Operator& node, const Shape& input, const Shape& kernel) {
    Window window = read_extents(node, input, kernel);
    const std::size_t count = window.spatial_axes;
    const AutoPad auto_pad = read_auto_pad(node);
    const std::vector<std::size_t> pads = paddings(node, "pads", 2 * count);
    const std::vector<std::size_t> extra = paddings(node, "output_padding", count);
    const auto wanted = node.integer_list("output_shape");
    if (wanted && wanted->size() != count) node.fail("attribute 'output_shape' has the wrong length");
    for (std::size_t a = 0; a < count; ++a) {
        WindowAxis& axis = window.axis[2 - count + a];
        const std::size_t full = axis.stride * (axis.input - 1) + extra[a] + axis.reach();
        std::size_t total = pads[a] + pads[count + a];
        axis.pad_begin = pads[a];
        if (wanted || auto_pad == AutoPad::same_upper || auto_pad == AutoPad::same_lower) {
            const std::int64_t output = wanted ? (*wanted)[a] : static_cast<std::int64_t>(axis.input * axis.stride);
            if (output < 1 || static_cast<std::size_t>(output) > full)
                node.fail(fmt::format("an output extent of {} cannot be reached", output));
            total = full - static_cast<std::size_t>(output);
            // The published rule for an odd total was turned round in opset 11.
            if (total % 2 != 0 && node.opset() < 11) node.fail("an odd total padding is ambiguous before opset 11");
            axis.pad_begin = auto_pad == AutoPad::same_upper ? total / 2 : total - total / 2;
        } else if (auto_pad == AutoPad::valid) {
            total = 0;
            axis.pad_begin = 0;
        }
        if (total >= full) node.fail("the padding leaves no output");
        axis.output = full - total;
    }
    return window;
}

}  // namespace sinew::read::onnx
