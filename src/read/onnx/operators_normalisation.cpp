// SPDX-License-Identifier: Apache-2.0
// Batch normalisation as one line a channel.
//
// y = scale · (x - mean) / sqrt(variance + epsilon) + bias; read/batch_norm.hpp says what stands in place of its
// factor.
#include <fmt/core.h>

#include "read/batch_norm.hpp"
#include "read/onnx/normalised_numbers.hpp"
#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

namespace {
Constant channel_parameter(Operator& node, std::size_t input, std::size_t channels) {
    Constant parameter = node.take_constant(input);
    if (parameter.type != ElementType::real || element_count(parameter.shape) != channels)
        node.fail(
            fmt::format("input {} of shape {} does not fit {} channels", input, to_string(parameter.shape), channels));
    return parameter;
}
}  // namespace

void batch_normalization(Operator& node) {
    const Shape shape = node.input_shape(0);
    const std::size_t channels = shape.size() < 2 ? 1 : shape[1];
    const Rational epsilon = node.real("epsilon", to_rational(static_cast<double>(1e-5F)));
    for (const char* attribute : {"momentum", "is_test", "consumed_inputs"}) node.ignore(attribute);
    if (node.integer("training_mode", 0) != 0) node.fail("training mode is not supported");
    if (node.integer("spatial", 1) == 0 && shape.size() > 2) node.fail("normalisation by element is not supported");
    const Constant scale = channel_parameter(node, 1, channels);
    const Constant bias = channel_parameter(node, 2, channels);
    const Constant mean = channel_parameter(node, 3, channels);
    const Constant variance = channel_parameter(node, 4, channels);
    Constant factors;
    Constant shifts;
    factors.shape = {channels};
    for (std::size_t axis = 2; axis < shape.size(); ++axis) factors.shape.push_back(1);
    shifts.shape = factors.shape;
    std::vector<BatchNormChannel> parameters;
    for (std::size_t c = 0; c < channels; ++c) {
        parameters.push_back({scale.reals.exact(c), bias.reals.exact(c), mean.reals.exact(c),
                              Rational(variance.reals.exact(c) + epsilon)});
        if (parameters.back().square <= 0) node.fail(fmt::format("the variance of channel {} is not positive", c));
    }
    Tensor tensor = node.take_tensor(0);
    const BatchNormUse use = node.batch_norm_use();
    std::optional<BatchNormArguments> arguments;
    if (use != BatchNormUse::value) arguments = batch_norm_arguments(node.network(), tensor, use);
    for (const BatchNormLine& line : batch_norm_lines(parameters, use, arguments)) {
        factors.reals.push_back(line.factor);
        shifts.reals.push_back(line.shift);
    }
    tensor = scaled(node, std::move(tensor), factors, shape, Arithmetic::multiply);
    node.set_output(sum(node, std::move(tensor), std::move(shifts), Arithmetic::add));
}

}  // namespace sinew::read::onnx
