// SPDX-License-Identifier: Apache-2.0
// Operators whose result is known when the file is read.
#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "read/onnx/broadcast.hpp"
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
    if (node.type() == "Size") {
        Constant size;
        size.type = ElementType::integer;
        size.integers = {static_cast<std::int64_t>(element_count(of))};
        node.set_output(std::move(size));
        return;
    }
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

/// start, start + delta, ... before limit.
void range(Operator& node) {
    for (const std::size_t i : {0, 1, 2})
        if (node.input_type(i) != node.input_type(0)) node.fail("start, limit and delta have different types");
    const Rational start = node.scalar(0);
    const Rational limit = node.scalar(1);
    const Rational delta = node.scalar(2);
    if (delta == 0) node.fail("a delta of 0");
    const Integer length = ceil((limit - start) / delta);
    const bool is_integer = node.input_type(0) == ElementType::integer;
    if (length > static_cast<long>(largest_tensor)) node.fail("a range of too many numbers");
    const std::size_t count = length < 0 ? 0 : length.get_ui();
    node.network().charge(count);
    Constant result;
    result.shape = {count};
    result.type = is_integer ? ElementType::integer : ElementType::real;
    result.data_type = data_type_of(node.input(0));
    for (std::size_t i = 0; i < count; ++i) {
        const Rational number = start + delta * static_cast<unsigned long>(i);
        if (is_integer)
            result.integers.push_back(number.get_num().get_si());
        else
            result.reals.push_back(number);
    }
    node.set_output(std::move(result));
}

Rational root_of(const Rational& square) {
    Integer numerator;
    Integer denominator;
    if (mpz_perfect_square_p(square.get_num_mpz_t()) != 0 && mpz_perfect_square_p(square.get_den_mpz_t()) != 0) {
        mpz_sqrt(numerator.get_mpz_t(), square.get_num_mpz_t());
        mpz_sqrt(denominator.get_mpz_t(), square.get_den_mpz_t());
        return Rational(numerator, denominator);
    }
    // floor(sqrt(square · 4^k)) / 2^k with enough digits that the nearest double is the root's.
    const long size = static_cast<long>(mpz_sizeinbase(square.get_den_mpz_t(), 2)) -
                      static_cast<long>(mpz_sizeinbase(square.get_num_mpz_t(), 2));
    constexpr long digits = 200;
    const auto k = static_cast<unsigned long>(std::max(digits + size, digits));
    const Integer scaled = floor(square * Rational(Integer(1) << (2 * k)));
    mpz_sqrt(numerator.get_mpz_t(), scaled.get_mpz_t());
    denominator = Integer(1) << k;
    Rational root(numerator, denominator);
    root.canonicalize();
    return to_rational(to_nearest(root));
}

void of_a_constant(Operator& node) {
    if (!node.is_constant(0)) node.fail("this operator of a tensor that depends on the network's input is not linear");
    Constant constant = node.take_constant(0);
    if (constant.type == ElementType::integer) node.fail("input 0 has integer elements");
    const bool is_root = node.type() == "Sqrt";
    model::NumberArray result(constant.reals.size());
    for (std::size_t i = 0; i < result.size(); ++i) {
        const Rational number = constant.reals.exact(i);
        if (is_root && number < 0) node.fail("the root of a negative number");
        if (!is_root && number == 0) node.fail("a division by zero");
        result.set(i, is_root ? root_of(number) : Rational(1 / number));
    }
    constant.reals = std::move(result);
    node.set_output(std::move(constant));
}

void eye_like(Operator& node) {
    const Shape shape = node.input_shape(0);
    if (shape.size() != 2) node.fail(fmt::format("a tensor of shape {} is no matrix", to_string(shape)));
    const std::int64_t k = node.integer("k", 0);
    const auto type =
        static_cast<int>(std::clamp<std::int64_t>(node.integer("dtype", data_type_of(node.input(0))), 0, 99));
    node.network().charge(element_count(shape));
    Constant result;
    result.shape = shape;
    result.type = ElementType::integer;
    for (std::size_t r = 0; r < shape[0]; ++r)
        for (std::size_t c = 0; c < shape[1]; ++c)
            result.integers.push_back(static_cast<std::int64_t>(c) == static_cast<std::int64_t>(r) + k ? 1 : 0);
    if (is_real_type(type)) result = as_reals(std::move(result));
    result.data_type = type;
    node.set_output(std::move(result));
}

/// The remainder with the sign of the divisor, or with fmod that of the dividend.
void modulo(Operator& node) {
    if (!node.is_folding()) node.fail("a remainder of a tensor that depends on the network's input is not linear");
    const bool fmod = node.integer("fmod", 0) != 0;
    const Constant left = node.take_constant(0);
    const Constant right = node.take_constant(1);
    const Shape shape = common_shape(node, left.shape, right.shape);
    if (left.type != right.type) node.fail("operands of different types");
    const std::vector<std::uint32_t> l = broadcast_indices(left.shape, shape);
    const std::vector<std::uint32_t> r = broadcast_indices(right.shape, shape);
    node.network().charge(l.size());
    Constant result;
    result.shape = shape;
    result.type = left.type;
    result.data_type = left.data_type;
    const bool is_integer = left.type == ElementType::integer;
    for (std::size_t i = 0; i < l.size(); ++i) {
        const Rational a = is_integer ? Rational(static_cast<long>(left.integers[l[i]])) : left.reals.exact(l[i]);
        const Rational b = is_integer ? Rational(static_cast<long>(right.integers[r[i]])) : right.reals.exact(r[i]);
        if (b == 0) node.fail("a division by zero");
        const Rational quotient = a / b;
        const Integer whole = fmod && quotient < 0 ? ceil(quotient) : floor(quotient);
        const Rational rest = a - b * Rational(whole);
        if (is_integer)
            result.integers.push_back(rest.get_num().get_si());
        else
            result.reals.push_back(rest);
    }
    node.set_output(std::move(result));
}

/// The indices of what is not 0: one row an axis.
void non_zero(Operator& node) {
    const Constant constant = node.take_constant(0);
    const std::vector<std::size_t> strides = strides_of(constant.shape);
    std::vector<std::size_t> found;
    const std::size_t count = element_count(constant.shape);
    for (std::size_t i = 0; i < count; ++i)
        if (constant.type == ElementType::integer ? constant.integers[i] != 0 : constant.reals.exact(i) != 0)
            found.push_back(i);
    Constant result;
    result.shape = {constant.shape.size(), found.size()};
    result.type = ElementType::integer;
    for (std::size_t axis = 0; axis < constant.shape.size(); ++axis)
        for (const std::size_t i : found)
            result.integers.push_back(static_cast<std::int64_t>(i / strides[axis] % constant.shape[axis]));
    node.set_output(std::move(result));
}

}  // namespace sinew::read::onnx
