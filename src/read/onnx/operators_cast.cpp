// SPDX-License-Identifier: Apache-2.0
// Conversions between element types, and roundings. Of a tensor, a change between real types is the identity (real
// arithmetic has one real type), and a whole number is a step function.
#include <algorithm>

#include <fmt/core.h>

#include "read/onnx/constant.hpp"
#include "read/onnx/operators.hpp"
#include "read/onnx/steps.hpp"

namespace sinew::read::onnx {

namespace {
/// Whole numbers wrap around in a type that is too small for them.
std::int64_t wrapped(Operator& node, const Integer& value, int data_type) {
    const IntegerRange range = *range_of(data_type);
    Integer result = value;
    if (value < range.lower || value > range.upper) {
        const Integer size = range.upper - range.lower + 1;
        result -= range.lower;
        mpz_fdiv_r(result.get_mpz_t(), result.get_mpz_t(), size.get_mpz_t());
        result += range.lower;
    }
    if (!result.fits_slong_p()) node.fail("an integer beyond 63 bits");
    return result.get_si();
}

/// Constants are rounded as the type says: to the nearest number of a real type, towards zero to an integer.
Constant converted(Operator& node, Constant constant, int to) {
    const bool from_integer = constant.type == ElementType::integer;
    const std::string name = type_name(to);
    Constant result;
    result.shape = std::move(constant.shape);
    result.data_type = to;
    if (range_of(to)) {
        result.type = ElementType::integer;
        if (!constant.infinite.empty()) node.fail("an infinity is no integer");
        const std::size_t count = from_integer ? constant.integers.size() : constant.reals.size();
        for (std::size_t i = 0; i < count; ++i) {
            if (to == TensorProto::BOOL) {
                result.integers.push_back(from_integer ? (constant.integers[i] != 0 ? 1 : 0)
                                                       : (constant.reals.exact(i) != 0 ? 1 : 0));
            } else if (from_integer) {
                result.integers.push_back(wrapped(node, Integer(static_cast<long>(constant.integers[i])), to));
            } else {
                const Integer whole = rounded(constant.reals.exact(i), Rounding::toward_zero);
                const IntegerRange range = *range_of(to);
                if (whole < range.lower || whole > range.upper)
                    node.fail(fmt::format("a number is too large for {}", name));
                result.integers.push_back(wrapped(node, whole, to));
            }
        }
        return result;
    }
    result.infinite = std::move(constant.infinite);
    const bool is_narrower = to != TensorProto::DOUBLE && constant.data_type != to;
    constant = as_reals(std::move(constant));
    const model::NearestNumbers nearest = constant.reals.nearest();
    const bool are_floats = nearest.floats() != nullptr && (to == TensorProto::FLOAT || to == TensorProto::DOUBLE);
    if (are_floats || (!is_narrower && constant.reals.all_doubles())) {
        result.reals = std::move(constant.reals);
        return result;
    }
    result.reals = model::NumberArray(constant.reals.size());
    for (std::size_t i = 0; i < result.reals.size(); ++i) {
        const std::optional<Rational> number = rounded_to(to, constant.reals.exact(i));
        if (!number) node.fail(fmt::format("a number is too large for {}", name));
        result.reals.set(i, *number);
    }
    return result;
}

/// Whole numbers beyond the new type would wrap around.
void check_fits(Operator& node, Tensor& tensor, int to) {
    const auto from = range_of(tensor.data_type == 0 ? TensorProto::INT64 : tensor.data_type);
    const IntegerRange range = *range_of(to);
    if (from && from->lower >= range.lower && from->upper <= range.upper) return;
    for (const Interval& interval : node.network().intervals(tensor, node.domains())) {
        const double lower = to_double_above(Rational(range.lower));
        const double upper = to_double_below(Rational(range.upper));
        if (interval.lower >= lower && interval.upper <= upper) continue;
        // 64 bits are wide enough for what is not known.
        if (range.upper >= (Integer(1) << 31UL) - 1) continue;
        node.fail_unbounded(fmt::format("numbers may be too large for {}", type_name(to)));
    }
}

void convert(Operator& node, int to) {
    const bool real = is_real_type(to);
    if (!real && !range_of(to)) node.fail(fmt::format("a cast to {} is not supported", type_name(to)));
    if (node.is_constant(0)) {
        node.set_output(converted(node, node.take_extended(0), to));
        return;
    }
    if (real) {
        Value value = node.take(0);
        auto& tensor = std::get<Tensor>(value);
        tensor.type = ElementType::real;
        tensor.data_type = to;
        node.set_output(std::move(value));
        return;
    }
    Tensor tensor = node.take_tensor(0);
    if (to == TensorProto::BOOL) {
        const bool is_boolean = tensor.data_type == TensorProto::BOOL;
        if (!is_boolean) tensor = complement(node, is_zero(node, std::move(tensor)));
    } else if (tensor.type == ElementType::real) {
        tensor = rounded(node, std::move(tensor), Rounding::toward_zero, {});
    } else {
        check_fits(node, tensor, to);
    }
    tensor.type = ElementType::integer;
    tensor.data_type = to;
    node.set_output(std::move(tensor));
}
}  // namespace

void cast(Operator& node) {
    node.ignore("saturate");
    node.ignore("round_mode");
    if (node.type() == "CastLike") return convert(node, data_type_of(node.input(1)));
    // Before opset 6 the type is a text.
    if (node.opset() < 6 && node.has("to")) {
        const std::string name = node.text("to", "FLOAT");
        for (int type = 1; type <= TensorProto::BFLOAT16; ++type) {
            std::string known = type == TensorProto::FLOAT    ? "float"
                                : type == TensorProto::DOUBLE ? "double"
                                                              : type_name(type);
            std::ranges::transform(known, known.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
            if (known == name) return convert(node, type);
        }
        node.fail(fmt::format("a cast to {} is not supported", name.substr(0, 40)));
    }
    const std::int64_t to = node.integer("to", TensorProto::FLOAT);
    convert(node, static_cast<int>(std::clamp<std::int64_t>(to, 0, 99)));
}

/// Floor, Ceil, Round (halves to the even number).
void round_to_integers(Operator& node) {
    const Rounding rounding = node.type() == "Floor"  ? Rounding::down
                              : node.type() == "Ceil" ? Rounding::up
                                                      : Rounding::nearest_even;
    if (node.is_constant(0)) {
        Constant constant = node.take_constant(0);
        for (std::size_t i = 0; i < constant.reals.size(); ++i)
            constant.reals.set(i, Rational(rounded(constant.reals.exact(i), rounding)));
        node.set_output(std::move(constant));
        return;
    }
    node.set_output(rounded(node, node.take_tensor(0), rounding, {}));
}

}  // namespace sinew::read::onnx
