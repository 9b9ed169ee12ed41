// SPDX-License-Identifier: Apache-2.0
// Comparisons, Booleans, and choices by them. Booleans are 0 and 1.
#include <cmath>

#include <fmt/core.h>

#include "read/onnx/broadcast.hpp"
#include "read/onnx/conditions.hpp"
#include "read/onnx/operators.hpp"
#include "read/onnx/steps.hpp"

namespace sinew::read::onnx {

namespace {
Rational number_of(const Constant& constant, std::size_t i) {
    return constant.type == ElementType::integer ? Rational(static_cast<long>(constant.integers[i]))
                                                 : constant.reals.exact(i);
}

bool compares(std::string_view type, int side) {
    if (type == "Greater") return side > 0;
    if (type == "GreaterOrEqual") return side >= 0;
    if (type == "Less") return side < 0;
    if (type == "LessOrEqual") return side <= 0;
    return side == 0;
}

/// of(i, j) for the pairs of elements under a common shape, as Booleans.
template <class Of>
Constant of_pairs(Operator& node, const Constant& left, const Constant& right, Of&& of) {
    const std::optional<Shape> shape = broadcast_shape(left.shape, right.shape);
    if (!shape)
        node.fail(
            fmt::format("operands of shapes {} and {} do not fit", to_string(left.shape), to_string(right.shape)));
    const std::vector<std::uint32_t> l = broadcast_indices(left.shape, *shape);
    const std::vector<std::uint32_t> r = broadcast_indices(right.shape, *shape);
    node.network().charge(l.size());
    Constant result;
    result.shape = *shape;
    result.type = ElementType::integer;
    result.data_type = TensorProto::BOOL;
    for (std::size_t i = 0; i < l.size(); ++i) result.integers.push_back(of(l[i], r[i]) ? 1 : 0);
    return result;
}

void set_boolean(Operator& node, Tensor tensor) {
    tensor.type = ElementType::integer;
    tensor.data_type = TensorProto::BOOL;
    node.set_output(std::move(tensor));
}

/// Beside a tensor of reals, an integer constant is an error of the file.
Value comparand(Operator& node, std::size_t i) {
    if (node.is_constant(i)) return node.take_numbers(i);
    return node.take_tensor(i);
}
}  // namespace

void compare(Operator& node) {
    const std::string type = node.type();
    if (node.is_folding()) {
        const Constant left = node.take_extended(0);
        const Constant right = node.take_extended(1);
        const auto end = [](const Constant& of, std::size_t i) {
            const auto found = of.infinite.find(i);
            return found == of.infinite.end() ? 0 : found->second;
        };
        node.set_output(of_pairs(node, left, right, [&](std::size_t i, std::size_t j) {
            const int ends = end(left, i) - end(right, j);
            return compares(type, ends != 0 ? ends : cmp(number_of(left, i), number_of(right, j)));
        }));
        return;
    }
    Value left = comparand(node, 0);
    Value right = comparand(node, 1);
    const bool is_integer = type_of(left) == ElementType::integer || type_of(right) == ElementType::integer;
    // Where the left side must be at least, or below: [left - right >= 0], or 1 - that.
    const bool turned = type == "Greater" || type == "LessOrEqual";
    if (turned) std::swap(left, right);
    Tensor difference = std::get<Tensor>(sum(node, std::move(left), std::move(right), Arithmetic::subtract));
    if (type == "Equal") {
        difference.type = is_integer ? ElementType::integer : ElementType::real;
        return set_boolean(node, is_zero(node, std::move(difference)));
    }
    Tensor result = not_negative(node, std::move(difference));
    if (type == "Greater" || type == "Less") result = complement(node, std::move(result));
    set_boolean(node, std::move(result));
}

void negation(Operator& node) {
    if (node.is_constant(0)) {
        Constant constant = node.take_constant(0);
        for (std::int64_t& value : constant.integers) value = value == 0 ? 1 : 0;
        node.set_output(std::move(constant));
        return;
    }
    set_boolean(node, complement(node, node.take_tensor(0)));
}

void logical(Operator& node) {
    const std::string type = node.type();
    if (node.input_type(0) == ElementType::real || node.input_type(1) == ElementType::real)
        node.fail("an operand is no Boolean");
    if (node.is_folding()) {
        const Constant left = node.take_constant(0);
        const Constant right = node.take_constant(1);
        node.set_output(of_pairs(node, left, right, [&](std::size_t i, std::size_t j) {
            const bool l = left.integers[i] != 0;
            const bool r = right.integers[j] != 0;
            return type == "And" ? l && r : type == "Or" ? l || r : l != r;
        }));
        return;
    }
    const Shape shape = common_shape(node, node.input_shape(0), node.input_shape(1));
    const std::size_t count = element_count(shape);
    const model::NumberArray one(std::vector<double>{1.0});
    const model::NumberArray minus(std::vector<double>{-1.0});
    if (node.is_constant(0) || node.is_constant(1)) {
        // And: k·b; Or: k + (1 - k)·b; Xor: k + (1 - 2k)·b.
        const std::size_t side = node.is_constant(0) ? 0 : 1;
        const Constant known = node.take_constant(side);
        const std::vector<std::uint32_t> from = broadcast_indices(known.shape, shape);
        std::vector<double> factors(count);
        std::vector<double> shifts(count, 0.0);
        for (std::size_t i = 0; i < count; ++i) {
            const bool holds = known.integers[from[i]] != 0;
            factors[i] = type == "And" ? (holds ? 1 : 0) : type == "Or" ? (holds ? 0 : 1) : (holds ? -1 : 1);
            if (type != "And" && holds) shifts[i] = 1;
        }
        return set_boolean(
            node, weighted_sum(node, shape, {{node.take_tensor(1 - side), model::NumberArray(std::move(factors))}},
                               model::NumberArray(std::move(shifts))));
    }
    // And: max(0, a + b - 1); Or: 1 - max(0, 1 - a - b); Xor: |a - b| = 2·max(0, a - b) - a + b.
    const Tensor left = node.take_tensor(0);
    const Tensor right = node.take_tensor(1);
    const auto constant = [&](double value) { return model::NumberArray(std::vector<double>(count, value)); };
    model::Activation relu;
    const auto positive = [&](Tensor of) {
        return node.network().activation(node.name() + "_relu", std::move(of), relu);
    };
    if (type == "And")
        return set_boolean(node, positive(weighted_sum(node, shape, {{left, one}, {right, one}}, constant(-1))));
    if (type == "Or")
        return set_boolean(
            node, complement(node, positive(weighted_sum(node, shape, {{left, minus}, {right, minus}}, constant(1)))));
    Tensor above = positive(weighted_sum(node, shape, {{left, one}, {right, minus}}, {}));
    set_boolean(
        node, weighted_sum(
                  node, shape,
                  {{std::move(above), model::NumberArray(std::vector<double>{2.0})}, {left, minus}, {right, one}}, {}));
}

namespace {
/// Element by element from one of two values, by constants.
void choose_by_constant(Operator& node, const Shape& shape) {
    const Constant condition = node.take_constant(0);
    const std::vector<std::uint32_t> from = broadcast_indices(condition.shape, shape);
    std::vector<std::uint32_t> source(from.size());
    // Element numbers over both values laid end to end, as Concat has them.
    const std::vector<std::uint32_t> first = broadcast_indices(node.input_shape(1), shape);
    const std::vector<std::uint32_t> second = broadcast_indices(node.input_shape(2), shape);
    const auto begin = static_cast<std::uint32_t>(element_count(node.input_shape(1)));
    for (std::size_t i = 0; i < from.size(); ++i)
        source[i] = condition.integers[from[i]] != 0 ? first[i] : begin + second[i];
    node.network().charge(4 * source.size());
    node.set_output(joined_elements(node, {1, 2}, shape, source));
}
}  // namespace

void where(Operator& node) {
    if (node.input_type(0) == ElementType::real) node.fail("the condition is no Boolean");
    const Shape shape =
        common_shape(node, common_shape(node, node.input_shape(0), node.input_shape(1)), node.input_shape(2));
    if (node.is_constant(0)) return choose_by_constant(node, shape);
    const bool is_integer = node.input_type(1) == ElementType::integer && node.input_type(2) == ElementType::integer;
    const int data_type = data_type_of(node.input(1));
    Tensor condition = broadcast(node.take_tensor(0), shape);
    Tensor first = broadcast(node.take_tensor(1), shape);
    Tensor second = broadcast(node.take_tensor(2), shape);
    Tensor result = chosen(node, std::move(condition), std::move(first), std::move(second));
    result.type = is_integer ? ElementType::integer : ElementType::real;
    result.data_type = data_type;
    node.set_output(std::move(result));
}

}  // namespace sinew::read::onnx
