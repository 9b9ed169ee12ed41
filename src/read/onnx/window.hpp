// SPDX-License-Identifier: Apache-2.0
// Where the windows of convolutions and poolings lie: kernel, strides, dilations, padding of every spatial axis.
#pragma once

#include <algorithm>
#include <array>
#include <utility>

#include "read/onnx/operator.hpp"

namespace sinew::read::onnx {

/// One spatial axis.
struct WindowAxis {
    std::size_t input = 1;
    std::size_t kernel = 1;
    std::size_t stride = 1;
    std::size_t dilation = 1;
    std::size_t pad_begin = 0;
    std::size_t pad_end = 0;
    std::size_t output = 1;

    /// How far a window reaches.
    std::size_t reach() const { return (kernel - 1) * dilation + 1; }
    /// The taps of window w that meet the image, [first, last); the others lie in the padding.
    std::pair<std::size_t, std::size_t> taps(std::size_t w) const {
        const std::size_t begin = w * stride;
        const std::size_t first = begin >= pad_begin ? 0 : (pad_begin - begin + dilation - 1) / dilation;
        const std::size_t end = input + pad_begin;
        const std::size_t last = begin >= end ? 0 : std::min(kernel, (end - begin + dilation - 1) / dilation);
        return {std::min(first, last), last};
    }
    /// The input position of such a tap.
    std::size_t position(std::size_t w, std::size_t k) const { return w * stride + k * dilation - pad_begin; }
};

/// Images are seen as batch × channels × height × width; with one spatial axis the height is 1.
struct Window {
    std::size_t batch = 1;
    std::size_t channels = 1;
    std::array<WindowAxis, 2> axis;  ///< height, width
    std::size_t spatial_axes = 2;

    /// [batch, channels, (height,) width] of the output with so many channels.
    Shape output_shape(std::size_t output_channels) const;
};

enum class CeilMode { no, if_asked };

/// Reads kernel_shape, strides, dilations, pads, auto_pad (and ceil_mode) of a node for an input of shape [N, C, W] or
/// [N, C, H, W]. `kernel` are the extents of a weight tensor, empty where only the attribute gives them. Outputs are
/// computed; every window begins inside the padded image.
Window read_window(Operator& node, const Shape& input, const Shape& kernel, CeilMode ceil_mode);

/// The same for ConvTranspose, whose outputs grow: reads output_padding and output_shape too.
Window read_transposed_window(Operator& node, const Shape& input, const Shape& kernel);

}  // namespace sinew::read::onnx
