// SPDX-License-Identifier: Apache-2.0
// Functions that are not piecewise linear, and what is composed of them.
#include <cmath>
#include <utility>

#include <fmt/core.h>

#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"
#include "read/onnx/products.hpp"

namespace sinew::read::onnx {

namespace {
using model::Activation;
using model::ActivationKind;

Activation curve_of_kind(ActivationKind kind, Rational parameter = 0) {
    return {kind, std::move(parameter), {}, {}};
}

Constant scalar_constant(const Rational& value) {
    Constant constant;
    constant.reals.push_back(value);
    return constant;
}

/// Of constants: powers exactly, other functions to the nearest double.
Constant applied(Operator& node, Constant constant, const Activation& activation) {
    if (constant.type == ElementType::integer) node.fail("input 0 has integer elements");
    model::NumberArray results(constant.reals.size());
    for (std::size_t i = 0; i < results.size(); ++i) {
        const Rational value = constant.reals.exact(i);
        if (activation.kind == ActivationKind::power && (activation.slope > 0 || value != 0)) {
            Activation power = activation;
            power.slope = abs(power.slope);
            const Rational result = model::apply(power, value);
            results.set(i, activation.slope > 0 ? result : Rational(1 / result));
            continue;
        }
        const double result = model::apply(activation, to_nearest(value));
        if (!std::isfinite(result)) node.fail("the function has no value at a constant");
        results.set_double(i, result);
    }
    constant.reals = std::move(results);
    return constant;
}

Value function(Operator& node, Value value, const Activation& activation, const char* part = "") {
    if (auto* constant = std::get_if<Constant>(&value)) return applied(node, std::move(*constant), activation);
    return node.network().activation(node.name() + part, std::get<Tensor>(std::move(value)), activation);
}

/// factor · tensor
Tensor times(Operator& node, Tensor tensor, const Rational& factor) {
    const Shape shape = tensor.shape;
    return scaled(node, std::move(tensor), scalar_constant(factor), shape, Arithmetic::multiply);
}
Tensor plus(Operator& node, Value left, Value right, Arithmetic operation = Arithmetic::add) {
    return std::get<Tensor>(sum(node, std::move(left), std::move(right), operation));
}
Tensor activated(Operator& node, Tensor tensor, ActivationKind kind, const char* part) {
    return node.network().activation(node.name() + part, std::move(tensor), curve_of_kind(kind));
}

Rational float32_value(float value) {
    return to_rational(static_cast<double>(value));
}

/// Sums over the axes that are marked, which stay with extent 1.
Tensor summed(Operator& node, Tensor tensor, const std::vector<bool>& reduced, const Rational& weight) {
    const Shape shape = tensor.shape;
    Shape result = shape;
    std::vector<std::size_t> strides(shape.size(), 0);
    std::size_t count = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        if (reduced[axis]) {
            result[axis] = 1;
            continue;
        }
        strides[axis] = count;
        count *= shape[axis];
    }
    std::vector<std::vector<std::uint32_t>> members(count);
    node.network().charge(3 * element_count(shape) + 4 * count);
    for_each_offset(shape, strides,
                    [&](std::size_t element, std::size_t row) { members[row].push_back(tensor.component(element)); });
    model::NumberArray weights(1);
    weights.set(0, weight);
    SparseRows map(tensor.source->size, count);
    for (const std::vector<std::uint32_t>& row : members) {
        for (const std::uint32_t member : row) map.add(member, weights, 0);
        map.end_row();
    }
    return node.network().map(node.name() + "_sum", std::move(result), tensor, map.take());
}
}  // namespace

void smooth_function(Operator& node) {
    const std::string_view type = node.type();
    const ActivationKind kind = type == "Exp"        ? ActivationKind::exp
                                : type == "Log"      ? ActivationKind::log
                                : type == "Sqrt"     ? ActivationKind::sqrt
                                : type == "Sin"      ? ActivationKind::sin
                                : type == "Cos"      ? ActivationKind::cos
                                : type == "Erf"      ? ActivationKind::erf
                                : type == "Softplus" ? ActivationKind::softplus
                                                     : ActivationKind::power;
    node.ignore("consumed_inputs");
    if (node.is_constant(0) && (type == "Reciprocal" || type == "Sqrt")) return of_a_constant(node);
    node.set_output(function(node, node.take(0), curve_of_kind(kind, kind == ActivationKind::power ? -1 : 0)));
}

void power(Operator& node) {
    node.ignore("axis");
    node.ignore("broadcast");
    if (!node.is_constant(1)) node.fail("an exponent that depends on the network's input is not supported");
    const Constant exponents = node.take_constant(1);
    const std::size_t count = element_count(exponents.shape);
    const auto exponent_at = [&](std::size_t i) {
        return exponents.type == ElementType::integer ? Rational(static_cast<long>(exponents.integers[i]))
                                                      : exponents.reals.exact(i);
    };
    if (count == 0) node.fail("there is no exponent");
    const Rational exponent = exponent_at(0);
    for (std::size_t i = 1; i < count; ++i)
        if (exponent_at(i) != exponent) node.fail("different exponents in one operator are not supported");
    const std::optional<Shape> shape = broadcast_shape(node.input_shape(0), exponents.shape);
    if (!shape || *shape != node.input_shape(0)) node.fail("the exponent's shape does not fit");
    const bool is_integer = node.input_type(0) == ElementType::integer;
    Value base = node.take(0);
    if (auto* constant = std::get_if<Constant>(&base); constant != nullptr && constant->type == ElementType::integer) {
        for (std::int64_t& value : constant->integers) {
            if (exponent.get_den() != 1 || exponent < 0 || exponent > 62) node.fail("a power of integers like this");
            std::int64_t result = 1;
            for (long step = 0; step < exponent.get_num().get_si(); ++step)
                if (__builtin_mul_overflow(result, value, &result)) node.fail("an integer beyond 64 bits");
            value = result;
        }
        node.set_output(std::move(base));
        return;
    }
    if (is_integer && exponent < 0) node.fail("a negative power of integers");
    constexpr long largest = 64;
    if (exponent == 1) {
        node.set_output(std::move(base));
    } else if (exponent == 0 && !is_integer) {
        // Of 0, too, as in IEEE 754's pow.
        node.set_output(Constant{
            *shape, ElementType::real, model::NumberArray(std::vector<double>(element_count(*shape), 1.0)), {}});
    } else if (exponent == Rational(1, 2)) {
        node.set_output(function(node, std::move(base), curve_of_kind(ActivationKind::sqrt)));
    } else if (exponent == Rational(-1, 2)) {
        base = function(node, std::move(base), curve_of_kind(ActivationKind::sqrt), "_root");
        node.set_output(function(node, std::move(base), curve_of_kind(ActivationKind::power, -1)));
    } else if (exponent.get_den() == 1 && exponent != 0 && abs(exponent) <= largest) {
        node.set_output(function(node, std::move(base), curve_of_kind(ActivationKind::power, exponent)));
    } else {
        node.fail(fmt::format("the exponent {} is none of -{} to {}, 1/2 and -1/2", sinew::to_string(exponent), largest,
                              largest));
    }
}

/// max(x, 0) + α·(exp(min(x, 0)) - 1), all times γ
void exponential_unit(Operator& node) {
    node.ignore("consumed_inputs");
    const bool is_selu = node.type() == "Selu";
    const bool is_celu = node.type() == "Celu";
    const Rational alpha = node.real("alpha", is_selu ? float32_value(1.67326319217681884765625F) : Rational(1));
    const Rational gamma = is_selu ? node.real("gamma", float32_value(1.05070102214813232421875F)) : Rational(1);
    if (is_celu && alpha == 0) node.fail("alpha is 0");
    Tensor tensor = node.take_tensor(0);
    Tensor right = times(node, activated(node, tensor, ActivationKind::relu, "_right"), gamma);
    Tensor left = activated(node, times(node, std::move(tensor), -1), ActivationKind::relu, "_left");
    left = times(node, std::move(left), is_celu ? Rational(-1 / alpha) : Rational(-1));
    left = times(node, activated(node, std::move(left), ActivationKind::exp, "_exp"), alpha * gamma);
    left = plus(node, std::move(left), scalar_constant(-alpha * gamma));
    node.set_output(plus(node, std::move(right), std::move(left)));
}

/// x · gate(x)
void gated_unit(Operator& node) {
    Tensor tensor = node.take_tensor(0);
    Tensor gate = tensor;
    if (node.type() == "Swish") {
        gate = times(node, std::move(gate), node.real("alpha", 1));
        gate = activated(node, std::move(gate), ActivationKind::sigmoid, "_gate");
    } else if (node.type() == "Mish") {
        gate = activated(node, std::move(gate), ActivationKind::softplus, "_softplus");
        gate = activated(node, std::move(gate), ActivationKind::tanh, "_gate");
    } else if (node.type() == "HardSwish") {
        gate = plus(node, times(node, std::move(gate), Rational(1, 6)), scalar_constant(Rational(1, 2)));
        gate = node.network().activation(node.name() + "_gate", std::move(gate),
                                         {ActivationKind::clip, 0, Rational(0), Rational(1)});
    } else if (node.text("approximate", "none") == "tanh") {
        // √(2/π) and 0.044715 as float32 has them
        Tensor cube = node.network().activation(node.name() + "_cube", gate, curve_of_kind(ActivationKind::power, 3));
        gate = plus(node, std::move(gate), times(node, std::move(cube), float32_value(0.044715F)));
        gate = times(node, std::move(gate), float32_value(0.7978845608F));
        gate = activated(node, std::move(gate), ActivationKind::tanh, "_tanh");
        gate = plus(node, times(node, std::move(gate), Rational(1, 2)), scalar_constant(Rational(1, 2)));
    } else {  // Gelu; √(1/2) is the double nearest to it
        gate = times(node, std::move(gate), to_rational(0.70710678118654752440));
        gate = activated(node, std::move(gate), ActivationKind::erf, "_erf");
        gate = plus(node, times(node, std::move(gate), Rational(1, 2)), scalar_constant(Rational(1, 2)));
    }
    node.set_output(product(node, std::move(tensor), std::move(gate)));
}

/// exp(x_i) / Σ_j exp(x_j) = 1 / (1 + Σ_{j≠i} exp(x_j - x_i)): what the differences are is bounded far better than what
/// the exponentials are.
void inner_softmax(Operator& node, const Shape& shape, std::size_t first_axis, std::size_t end_axis) {
    const bool is_logarithm = node.type() == "LogSoftmax";
    Tensor tensor = node.take_tensor(0);
    const auto extent = [&](std::size_t from, std::size_t to) {
        std::size_t product = 1;
        for (std::size_t axis = from; axis < to; ++axis) product *= shape[axis];
        return product;
    };
    const std::size_t outer = extent(0, first_axis);
    const std::size_t size = extent(first_axis, end_axis);
    const std::size_t inner = extent(end_axis, shape.size());
    if (size == 1) {
        const std::size_t elements = element_count(shape);
        node.set_output(Constant{
            shape, ElementType::real, model::NumberArray(std::vector<double>(elements, is_logarithm ? 0.0 : 1.0)), {}});
        return;
    }
    if (size > largest_tensor / size || size * size > largest_tensor / (outer * inner)) node.fail("it is too large");
    const std::size_t count = outer * inner * size * (size - 1);
    node.network().charge(6 * count + 4);
    SparseRows differences(tensor.source->size, count);
    SparseRows sums(count, element_count(shape));
    std::uint32_t next = 0;
    const auto component = [&](std::size_t o, std::size_t i, std::size_t k) {
        return tensor.component((o * size + i) * inner + k);
    };
    for (std::size_t o = 0; o < outer; ++o)
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t k = 0; k < inner; ++k) {
                for (std::size_t j = 0; j < size; ++j) {
                    if (j == i) continue;
                    differences.add(component(o, j, k), 1);
                    differences.add(component(o, i, k), -1);
                    differences.end_row();
                    sums.add(next++, 1);
                }
                sums.end_row();
            }
    Tensor result = node.network().map(node.name() + "_differences", {count}, tensor, differences.take());
    result = activated(node, std::move(result), ActivationKind::exp, "_exp");
    model::NumberArray ones(std::vector<double>(element_count(shape), 1.0));
    result = node.network().map(node.name() + "_sums", shape, result, sums.take(), std::move(ones));
    if (is_logarithm) {
        result = activated(node, std::move(result), ActivationKind::log, "_log");
        node.set_output(times(node, std::move(result), -1));
        return;
    }
    node.set_output(
        node.network().activation(node.name(), std::move(result), curve_of_kind(ActivationKind::power, -1)));
}

/// (x - mean) / √(variance + ε) · scale + bias over the last axes
void layer_normalization(Operator& node) {
    const Shape shape = node.input_shape(0);
    const std::size_t axis = node.axis(node.integer("axis", -1), shape.size());
    const Rational epsilon = node.real("epsilon", float32_value(1e-5F));
    node.ignore("stash_type");
    std::vector<bool> reduced(shape.size(), false);
    std::size_t size = 1;
    for (std::size_t a = axis; a < shape.size(); ++a) {
        reduced[a] = true;
        size *= shape[a];
    }
    const Rational share(1, size);
    Tensor tensor = node.take_tensor(0);
    Tensor mean = summed(node, tensor, reduced, share);
    Tensor centred = plus(node, std::move(tensor), std::move(mean), Arithmetic::subtract);
    Tensor squares = product(node, centred, centred);
    Tensor variance = plus(node, summed(node, std::move(squares), reduced, share), scalar_constant(epsilon));
    variance = activated(node, std::move(variance), ActivationKind::sqrt, "_deviation");
    Value result = quotient(node, std::move(centred), std::move(variance));
    const auto scaled_by = [&](Value value) {
        if (auto* constant = std::get_if<Constant>(&value))
            return scaled(node, std::get<Tensor>(std::move(result)), *constant, shape, Arithmetic::multiply);
        return product(node, std::get<Tensor>(std::move(result)), std::get<Tensor>(std::move(value)));
    };
    if (node.has_input(1)) result = scaled_by(node.take(1));
    if (node.has_input(2)) result = sum(node, std::move(result), node.take(2), Arithmetic::add);
    node.set_output(std::move(result));
}

}  // namespace sinew::read::onnx
