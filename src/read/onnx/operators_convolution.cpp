// SPDX-License-Identifier: Apache-2.0
// Conv stays a convolution, ConvTranspose is the transpose of one.
#include <fmt/core.h>

#include "read/onnx/operators.hpp"
#include "read/onnx/window.hpp"

namespace sinew::read::onnx {

namespace {
/// One bias a channel, spread over its `area` elements; zeros without a bias.
model::NumberArray spread_bias(Operator& node, std::size_t input, std::size_t channels, std::size_t area) {
    if (!node.has_input(input)) return model::NumberArray(channels * area);
    const Constant bias = node.take_constant(input);
    if (bias.type != ElementType::real || element_count(bias.shape) != channels)
        node.fail(fmt::format("a bias of shape {} does not fit {} channels", to_string(bias.shape), channels));
    std::vector<double> spread(channels * area);
    for (std::size_t i = 0; i < spread.size(); ++i) spread[i] = bias.reals.nearest()[i / area];
    model::NumberArray result(std::move(spread));
    for (std::size_t c = 0; c < channels; ++c)
        if (!bias.reals.holds_double(c))
            for (std::size_t i = 0; i < area; ++i) result.set(c * area + i, bias.reals.exact(c));
    return result;
}

std::size_t read_groups(Operator& node, std::size_t channels) {
    const std::int64_t groups = node.integer("group", 1);
    if (groups < 1 || channels % static_cast<std::size_t>(groups) != 0)
        node.fail(fmt::format("{} channels cannot be divided into {} groups", channels, groups));
    return static_cast<std::size_t>(groups);
}

Constant take_weights(Operator& node, const Shape& input) {
    Constant weights = node.take_constant(1);
    if (weights.type != ElementType::real || weights.shape.size() != input.size() || element_count(weights.shape) == 0)
        node.fail(fmt::format("weights of shape {} do not fit an input of shape {}", to_string(weights.shape),
                              to_string(input)));
    return weights;
}

Tensor take_image(Operator& node) {
    if (node.input_shape(0).size() > 2 && node.input_shape(0)[0] != 1)
        node.fail(fmt::format("a batch of {} images is not supported", node.input_shape(0)[0]));
    return node.network().contiguous(node.take_tensor(0), node.name() + "_input");
}

/// All but the sizes of the images.
model::ConvolutionMap convolution(const Window& window, std::size_t groups, model::NumberArray kernel) {
    const auto& [height, width] = window.axis;
    model::ConvolutionMap map;
    map.kernel_height = height.kernel;
    map.kernel_width = width.kernel;
    map.stride_height = height.stride;
    map.stride_width = width.stride;
    map.pad_top = height.pad_begin;
    map.pad_left = width.pad_begin;
    map.dilation_height = height.dilation;
    map.dilation_width = width.dilation;
    map.groups = groups;
    map.kernel = std::move(kernel);
    return map;
}

/// The map's image plus a bias, of `channels` channels with `area` elements each.
void set_output(Operator& node, const Shape& shape, Tensor& image, std::size_t channels, std::size_t area,
                model::LinearMap map) {
    node.network().charge(element_count(shape));
    model::NumberArray bias = spread_bias(node, 2, channels, area);
    node.set_output(node.network().map(node.name(), shape, image, std::move(map), std::move(bias)));
}
}  // namespace

void conv(Operator& node) {
    const Shape input = node.input_shape(0);
    Constant weights = take_weights(node, input);
    const Window window = read_window(node, input, Shape(weights.shape.begin() + 2, weights.shape.end()), CeilMode::no);
    const std::size_t groups = read_groups(node, window.channels);
    const std::size_t channels = weights.shape[0];
    if (weights.shape[1] * groups != window.channels || channels % groups != 0)
        node.fail(fmt::format("weights of shape {} do not fit {} channels in {} groups", to_string(weights.shape),
                              window.channels, groups));
    const Shape shape = window.output_shape(channels);
    node.check_size(shape);
    Tensor image = take_image(node);
    const auto& [height, width] = window.axis;
    model::ConvolutionMap map = convolution(window, groups, std::move(weights.reals));
    map.in_channels = window.channels;
    map.in_height = height.input;
    map.in_width = width.input;
    map.out_channels = channels;
    map.out_height = height.output;
    map.out_width = width.output;
    set_output(node, shape, image, channels, height.output * width.output, std::move(map));
}

void conv_transpose(Operator& node) {
    const Shape input = node.input_shape(0);
    Constant weights = take_weights(node, input);
    const Window window = read_transposed_window(node, input, Shape(weights.shape.begin() + 2, weights.shape.end()));
    const std::size_t groups = read_groups(node, window.channels);
    if (weights.shape[0] != window.channels)
        node.fail(fmt::format("weights of shape {} do not fit {} channels", to_string(weights.shape), window.channels));
    const std::size_t channels = weights.shape[1] * groups;
    const Shape shape = window.output_shape(channels);
    node.check_size(shape);
    Tensor image = take_image(node);
    const auto& [height, width] = window.axis;
    // The convolution whose transpose this is reads the image that is written here.
    model::ConvolutionMap of = convolution(window, groups, std::move(weights.reals));
    of.in_channels = channels;
    of.in_height = height.output;
    of.in_width = width.output;
    of.out_channels = window.channels;
    of.out_height = height.input;
    of.out_width = width.input;
    set_output(node, shape, image, channels, height.output * width.output,
               model::TransposedConvolutionMap{std::move(of)});
}

}  // namespace sinew::read::onnx
