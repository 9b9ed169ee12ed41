// SPDX-License-Identifier: Apache-2.0
// Operators whose result is known when the file is read.
#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "read/onnx/constant.hpp"
#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

void constant(Operator& node) {
    if (TensorProto* tensor = node.tensor("value")) {
        node.set_output(
            to_constant(*tensor, [&](const std::string& message) { node.fail("the constant: " + message); }));
        return;
    }
    Constant result;
    if (node.has("value_float")) {
        result.reals = model::NumberArray(std::vector<double>{node.real("value_float", 0).get_d()});
    } else if (node.has("value_floats")) {
        std::vector<double> values = *node.real_list("value_floats");
        result.shape = {values.size()};
        result.reals = model::NumberArray(std::move(values));
    } else if (node.has("value_int")) {
        result.type = ElementType::integer;
        result.integers = {node.integer("value_int", 0)};
    } else if (node.has("value_ints")) {
        result.type = ElementType::integer;
        result.integers = *node.integer_list("value_ints");
        result.shape = {result.integers.size()};
    } else {
        node.fail("it holds no tensor and no number");
    }
    node.set_output(std::move(result));
}

void constant_of_shape(Operator& node) {
    Constant result;
    if (TensorProto* value = node.tensor("value")) {
        result = to_constant(*value, [&](const std::string& message) { node.fail("the value: " + message); });
        if (element_count(result.shape) != 1) node.fail("the value has more than one element");
    } else {
        result.reals = model::NumberArray(1);
    }
    Shape shape;
    for (const std::int64_t extent : node.integers(0)) {
        if (extent < 0) node.fail(fmt::format("an extent of {}", extent));
        shape.push_back(static_cast<std::size_t>(extent));
    }
    const std::size_t count = element_count(shape);
    if (count != 0) node.check_size(shape);
    node.network().charge(2 * count);
    node.set_output(rearranged(std::move(result), std::move(shape), std::vector<std::uint32_t>(count, 0)));
}

void shape(Operator& node) {
    const Shape& of = node.input_shape(0);
    const auto rank = static_cast<std::int64_t>(of.size());
    const auto clamped = [rank](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank); };
    const std::int64_t start = clamped(node.integer("start", 0));
    const std::int64_t end = clamped(node.integer("end", rank));
    Constant result;
    result.type = ElementType::integer;
    for (std::int64_t axis = start; axis < end; ++axis)
        result.integers.push_back(static_cast<std::int64_t>(of[static_cast<std::size_t>(axis)]));
    result.shape = {result.integers.size()};
    node.set_output(std::move(result));
}

namespace {
/// Constants are rounded as the operator says: to float32, or towards zero to an integer.
Constant converted(Operator& node, Constant constant, ElementType type, bool to_float32) {
    constexpr double largest_integer = 0x1p62;
    Constant result{std::move(constant.shape), type, {}, {}};
    if (constant.type == ElementType::integer && type == ElementType::integer) {
        result.integers = std::move(constant.integers);
    } else if (constant.type == ElementType::integer) {
        for (const std::int64_t value : constant.integers)
            result.reals.push_back(to_float32 ? to_rational(static_cast<double>(static_cast<float>(value)))
                                              : Rational(static_cast<long>(value)));
    } else if (type == ElementType::integer) {
        for (const double value : constant.reals.nearest()) {
            if (std::fabs(value) > largest_integer) node.fail("a number is too large for an integer");
            result.integers.push_back(static_cast<std::int64_t>(value));
        }
    } else {
        const model::NearestNumbers numbers = constant.reals.nearest();
        std::vector<double> rounded(numbers.begin(), numbers.end());
        for (double& value : rounded) {
            if (to_float32) value = static_cast<double>(static_cast<float>(value));
            if (!std::isfinite(value)) node.fail("a number is too large for float32");
        }
        result.reals = model::NumberArray(std::move(rounded));
    }
    return result;
}
}  // namespace

void cast(Operator& node) {
    const std::int64_t to = node.integer("to", TensorProto::FLOAT);
    node.ignore("saturate");
    const bool real = to == TensorProto::FLOAT || to == TensorProto::DOUBLE;
    const bool integer = to == TensorProto::INT64 || to == TensorProto::INT32;
    if (!real && !integer)
        node.fail(fmt::format("a cast to {} is not supported",
                              type_name(static_cast<int>(std::clamp<std::int64_t>(to, 0, 99)))));
    if (!node.is_constant(0)) {
        if (!real) node.fail("a cast of a tensor to integers is not piecewise linear with finitely many pieces");
        node.set_output(node.take(0));  // real arithmetic has one real type
        return;
    }
    node.set_output(converted(node, node.take_constant(0), real ? ElementType::real : ElementType::integer,
                              to == TensorProto::FLOAT));
}

}  // namespace sinew::read::onnx
