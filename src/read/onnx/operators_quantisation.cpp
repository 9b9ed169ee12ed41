// SPDX-License-Identifier: Apache-2.0
// Numbers as multiples of a scale: exact for constants, steps for tensors.
#include <algorithm>

#include <fmt/core.h>

#include "read/onnx/broadcast.hpp"
#include "read/onnx/constant.hpp"
#include "read/onnx/operators.hpp"
#include "read/onnx/steps.hpp"

namespace sinew::read::onnx {

namespace {
/// A scale or zero point: for all elements, for each position of an axis, or for blocks of positions; as a constant
/// that broadcasts.
Constant parameter(Operator& node, std::size_t input, const Shape& shape, std::int64_t given_axis, std::int64_t block) {
    Constant constant = as_reals(node.take_constant(input));
    if (element_count(constant.shape) == 1) {
        constant.shape = {};
        return constant;
    }
    const std::size_t axis = node.axis(given_axis, shape.size());
    if (block > 0) {
        Shape expected = shape;
        expected[axis] = (shape[axis] + static_cast<std::size_t>(block) - 1) / static_cast<std::size_t>(block);
        if (constant.shape != expected)
            node.fail(fmt::format("blocks of shape {} do not fit {}", to_string(constant.shape), to_string(shape)));
        std::vector<std::size_t> chosen;
        for (std::size_t i = 0; i < shape[axis]; ++i) chosen.push_back(i / static_cast<std::size_t>(block));
        return std::get<Constant>(along_axis(node, std::move(constant), axis, chosen));
    }
    if (constant.shape.size() != 1 || constant.shape[0] != shape[axis])
        node.fail(fmt::format("input {} of shape {} does not fit axis {} of {}", input, to_string(constant.shape), axis,
                              to_string(shape)));
    constant.shape.assign(shape.size(), 1);
    constant.shape[axis] = shape[axis];
    return constant;
}

/// scale and zero point of QuantizeLinear and DequantizeLinear.
struct Quantisation {
    Constant scale;
    Constant zero;
};

Quantisation read_quantisation(Operator& node, const Shape& shape) {
    const std::int64_t axis = node.integer("axis", 1);
    const std::int64_t block = node.integer("block_size", 0);
    Quantisation result{parameter(node, 1, shape, axis, block), real_constant(0)};
    for (std::size_t i = 0; i < result.scale.reals.size(); ++i)
        if (result.scale.reals.exact(i) <= 0) node.fail("a scale is not positive");
    if (node.has_input(2)) result.zero = parameter(node, 2, shape, axis, block);
    return result;
}

/// round(x / scale) + zero, cut to [lower, upper]; of constants and of tensors.
Value quantised(Operator& node, Value value, const Quantisation& by, Rounding rounding, const Integer& lower,
                const Integer& upper) {
    const Shape shape = shape_of(value);
    const std::vector<std::uint32_t> scale_at = broadcast_indices(by.scale.shape, shape);
    const std::vector<std::uint32_t> zero_at = broadcast_indices(by.zero.shape, shape);
    if (auto* constant = std::get_if<Constant>(&value)) {
        const Constant numbers = as_reals(std::move(*constant));
        Constant result;
        result.shape = shape;
        result.type = ElementType::integer;
        for (std::size_t i = 0; i < scale_at.size(); ++i) {
            const Rational zero = by.zero.reals.exact(zero_at[i]);
            Rational number =
                Rational(rounded(numbers.reals.exact(i) / by.scale.reals.exact(scale_at[i]), rounding)) + zero;
            if (number < lower) number = Rational(lower);
            if (number > upper) number = Rational(upper);
            if (number.get_den() != 1) node.fail("a zero point is no whole number");
            result.integers.push_back(number.get_num().get_si());
        }
        return result;
    }
    Tensor tensor = scaled(node, std::get<Tensor>(std::move(value)), by.scale, shape, Arithmetic::divide);
    std::vector<Saturation> saturation;
    for (std::size_t i = 0; i < scale_at.size(); ++i) {
        const Rational zero = by.zero.reals.exact(zero_at[i]);
        if (zero.get_den() != 1) node.fail("a zero point is no whole number");
        saturation.push_back({Integer(lower - zero.get_num()), Integer(upper - zero.get_num())});
    }
    Tensor result = rounded(node, std::move(tensor), rounding, saturation);
    result = std::get<Tensor>(sum(node, std::move(result), by.zero, Arithmetic::add));
    result.type = ElementType::integer;
    return result;
}

/// (x - zero) · scale
Value dequantised(Operator& node, Value value, const Quantisation& by) {
    const Shape shape = shape_of(value);
    if (auto* constant = std::get_if<Constant>(&value)) {
        Constant result = as_reals(std::move(*constant));
        const std::vector<std::uint32_t> scale_at = broadcast_indices(by.scale.shape, shape);
        const std::vector<std::uint32_t> zero_at = broadcast_indices(by.zero.shape, shape);
        for (std::size_t i = 0; i < scale_at.size(); ++i) {
            combine(Arithmetic::subtract, result.reals, i, by.zero.reals, zero_at[i], result.reals, i);
            combine(Arithmetic::multiply, result.reals, i, by.scale.reals, scale_at[i], result.reals, i);
        }
        return result;
    }
    Value moved = sum(node, std::move(value), by.zero, Arithmetic::subtract);
    return scaled(node, std::get<Tensor>(std::move(moved)), by.scale, shape, Arithmetic::multiply);
}
}  // namespace

void quantize_linear(Operator& node) {
    const Shape shape = node.input_shape(0);
    int type = TensorProto::UINT8;
    const auto wanted = static_cast<int>(std::clamp<std::int64_t>(node.integer("output_dtype", 0), 0, 99));
    if (node.has_input(2))
        type = data_type_of(node.input(2));
    else if (wanted != 0)
        type = wanted;
    for (const char* attribute : {"saturate", "precision"}) node.ignore(attribute);
    const auto range = range_of(type);
    if (!range) node.fail(fmt::format("quantisation to {} is not supported", type_name(type)));
    const Quantisation by = read_quantisation(node, shape);
    Value value = take_operand(node, 0);
    Value result = quantised(node, std::move(value), by, Rounding::nearest_even, range->lower, range->upper);
    std::visit([&](auto& of) { of.data_type = type; }, result);
    node.set_output(std::move(result));
}

void dequantize_linear(Operator& node) {
    const Shape shape = node.input_shape(0);
    node.ignore("output_dtype");
    const Quantisation by = read_quantisation(node, shape);
    node.set_output(dequantised(node, take_operand(node, 0), by));
}

namespace {
/// QONNX's parameters broadcast as NumPy has it.
Constant broadcast_parameter(Operator& node, std::size_t input, const Shape& shape) {
    Constant constant = as_reals(node.take_constant(input));
    const std::optional<Shape> common = broadcast_shape(constant.shape, shape);
    if (!common || element_count(*common) != element_count(shape))
        node.fail(
            fmt::format("input {} of shape {} does not fit {}", input, to_string(constant.shape), to_string(shape)));
    while (constant.shape.size() > shape.size()) constant.shape.erase(constant.shape.begin());
    return constant;
}

Rounding read_rounding(Operator& node) {
    std::string mode = node.text("rounding_mode", "ROUND");
    std::ranges::transform(mode, mode.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    if (mode == "ROUND" || mode == "HALF_EVEN") return Rounding::nearest_even;
    if (mode == "FLOOR") return Rounding::down;
    if (mode == "CEIL") return Rounding::up;
    if (mode == "ROUND_TO_ZERO" || mode == "DOWN") return Rounding::toward_zero;
    node.fail(fmt::format("the rounding_mode '{}' is not supported", mode.substr(0, 40)));
}

/// x scaled, as a constant or as a tensor.
Value scaled_value(Operator& node, Value value, const Constant& factor, Arithmetic operation) {
    const Shape shape = shape_of(value);
    if (auto* tensor = std::get_if<Tensor>(&value)) return scaled(node, std::move(*tensor), factor, shape, operation);
    Constant constant = as_reals(std::get<Constant>(std::move(value)));
    const std::vector<std::uint32_t> at = broadcast_indices(factor.shape, shape);
    for (std::size_t i = 0; i < at.size(); ++i)
        combine(operation, constant.reals, i, factor.reals, at[i], constant.reals, i);
    return constant;
}
}  // namespace

/// (round(min(max(x / scale + zero, least), greatest)) - zero) · scale, with ends that the bit width has.
void quant(Operator& node) {
    const Shape shape = node.input_shape(0);
    const bool is_signed = node.integer("signed", 1) != 0;
    const bool narrow = node.integer("narrow", 0) != 0;
    const Rounding rounding = read_rounding(node);
    const Rational width = node.scalar(3);
    if (width.get_den() != 1 || width < 1 || width > 32) node.fail(fmt::format("a width of {} bits", width.get_str()));
    const Integer size = Integer(1) << (width.get_num().get_ui() - (is_signed ? 1 : 0));
    const Integer upper = size - 1 - (narrow && !is_signed ? 1 : 0);
    const Integer lower = is_signed ? Integer(-size + (narrow ? 1 : 0)) : Integer(0);
    const Quantisation by{broadcast_parameter(node, 1, shape), broadcast_parameter(node, 2, shape)};
    for (std::size_t i = 0; i < by.scale.reals.size(); ++i)
        if (by.scale.reals.exact(i) == 0) node.fail("a scale is 0");
    // The zero point moves what is rounded: halves go to another even number than QuantizeLinear's.
    Value moved = scaled_value(node, take_operand(node, 0), by.scale, Arithmetic::divide);
    moved = combined(node, std::move(moved), by.zero, Arithmetic::add);
    const Quantisation none{real_constant(1), real_constant(0)};
    Value whole = quantised(node, std::move(moved), none, rounding, lower, upper);
    node.set_output(dequantised(node, std::move(whole), by));
}

/// 1 where x / scale >= 0, else -1, times the scale.
void bipolar_quant(Operator& node) {
    const Shape shape = node.input_shape(0);
    const Constant scale = broadcast_parameter(node, 1, shape);
    for (std::size_t i = 0; i < scale.reals.size(); ++i)
        if (scale.reals.exact(i) == 0) node.fail("a scale is 0");
    Value value = scaled_value(node, take_operand(node, 0), scale, Arithmetic::divide);
    model::Activation sign;
    sign.kind = model::ActivationKind::sign;
    if (auto* constant = std::get_if<Constant>(&value))
        constant->reals = applied(sign, constant->reals);
    else
        value = node.network().activation(node.name(), std::get<Tensor>(std::move(value)), sign);
    node.set_output(scaled_value(node, std::move(value), scale, Arithmetic::multiply));
}

/// out_bias + out_scale · how many thresholds of its channel an element has reached.
void multi_threshold(Operator& node) {
    const Shape shape = node.input_shape(0);
    const Constant thresholds = as_reals(node.take_constant(1));
    const Rational scale = node.real("out_scale", 1);
    const Rational bias = node.real("out_bias", 0);
    node.ignore("out_dtype");
    const std::string layout = node.text("data_layout", "NCHW");
    if (thresholds.shape.size() != 2 || shape.empty()) node.fail("the thresholds are no matrix");
    const std::size_t axis =
        layout.ends_with('C') && layout != "NC" ? shape.size() - 1 : std::min<std::size_t>(1, shape.size() - 1);
    const auto [rows, count] = std::pair(thresholds.shape[0], thresholds.shape[1]);
    if (rows != 1 && rows != shape[axis])
        node.fail(fmt::format("thresholds of shape {} do not fit {}", to_string(thresholds.shape), to_string(shape)));
    Tensor tensor = node.take_tensor(0);
    const std::size_t inner = strides_of(shape)[axis];
    std::vector<std::vector<Step>> steps(element_count(shape));
    node.network().charge(4 * steps.size() * count);
    for (std::size_t i = 0; i < steps.size(); ++i)
        for (std::size_t t = 0; t < count; ++t)
            steps[i].push_back({thresholds.reals.exact((rows == 1 ? 0 : i / inner % shape[axis]) * count + t), false});
    Tensor reached = stairs(node, std::move(tensor), steps, std::vector<Rational>(steps.size(), 0));
    reached.type = ElementType::real;
    Tensor result = scaled(node, std::move(reached), real_constant(scale), shape, Arithmetic::multiply);
    node.set_output(sum(node, std::move(result), real_constant(bias), Arithmetic::add));
}

void left_of_sequence(Operator& node) {
    node.fail("this operator has another number of outputs");
}

}  // namespace sinew::read::onnx
