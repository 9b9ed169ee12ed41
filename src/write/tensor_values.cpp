// SPDX-License-Identifier: Apache-2.0
#include "write/tensor_values.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include <fmt/core.h>

#include "base/join.hpp"
#include "onnx.pb.h"
#include "write/number_text.hpp"

namespace sinew::write {

namespace {
using Proto = read::onnx::TensorProto;

constexpr std::size_t longest_exact = 60;
constexpr long significant_digits = 25;

/// Rounded to so many digits behind the point that `significant_digits` of them count.
Rational shortened(const Rational& value) {
    const auto bits = static_cast<long>(mpz_sizeinbase(value.get_num_mpz_t(), 2)) -
                      static_cast<long>(mpz_sizeinbase(value.get_den_mpz_t(), 2));
    const double digits_before = static_cast<double>(bits) * std::log10(2.0);
    const long digits = std::max(0L, significant_digits - static_cast<long>(std::floor(digits_before)));
    Integer scale;
    mpz_ui_pow_ui(scale.get_mpz_t(), 10, static_cast<unsigned long>(digits));
    return Rational(floor(value * scale + Rational(1, 2))) / scale;
}

/// The nearest number of `mantissa` bits behind the leading one and the least exponent `least`, as such a format stores
/// it: sign, exponent, mantissa. Ties go to even; what is too large is infinite.
std::uint16_t narrow_float(double value, int mantissa, int exponent_bits) {
    const auto sign = static_cast<std::uint16_t>(std::signbit(value) ? 0x8000U : 0U);
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const double magnitude = std::fabs(value);
    const auto infinite = static_cast<std::uint16_t>(((1U << static_cast<unsigned>(exponent_bits)) - 1U)
                                                     << static_cast<unsigned>(mantissa));
    if (magnitude == 0) return sign;
    if (std::isinf(magnitude)) return sign | infinite;
    const int exponent = std::max(std::ilogb(magnitude), 1 - bias);
    // A multiple of the last place; rounding may carry into the exponent, which lies right above the mantissa.
    const auto places = static_cast<std::uint32_t>(std::nearbyint(std::ldexp(magnitude, mantissa - exponent)));
    const std::uint32_t stored =
        (static_cast<std::uint32_t>(exponent + bias - 1) << static_cast<unsigned>(mantissa)) + places;
    return sign | static_cast<std::uint16_t>(std::min<std::uint32_t>(stored, infinite));
}

template <class Number>
void append(std::string& raw, Number number) {
    static_assert(std::endian::native == std::endian::little, "raw data of ONNX is little-endian");
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    raw.append(bytes, sizeof number);
}

Integer nearest_whole(const Rational& value) {
    return floor(value + Rational(1, 2));
}

/// Two's complement of `bytes` bytes.
void append_whole(std::string& raw, const Rational& value, std::size_t bytes) {
    const Integer whole = nearest_whole(value);
    for (std::size_t i = 0; i < bytes; ++i) {
        Integer byte;
        mpz_fdiv_q_2exp(byte.get_mpz_t(), whole.get_mpz_t(), 8 * i);
        mpz_fdiv_r_2exp(byte.get_mpz_t(), byte.get_mpz_t(), 8);
        raw += static_cast<char>(static_cast<unsigned char>(byte.get_ui()));
    }
}

struct StoredType {
    std::string_view name;
    int number;
    std::size_t bytes;
};
constexpr StoredType stored_types[] = {
    {"real", Proto::DOUBLE, 8},     {"float64", Proto::DOUBLE, 8},    {"float32", Proto::FLOAT, 4},
    {"float16", Proto::FLOAT16, 2}, {"bfloat16", Proto::BFLOAT16, 2}, {"int8", Proto::INT8, 1},
    {"int16", Proto::INT16, 2},     {"int32", Proto::INT32, 4},       {"int64", Proto::INT64, 8},
    {"uint8", Proto::UINT8, 1},     {"uint16", Proto::UINT16, 2},     {"uint32", Proto::UINT32, 4},
    {"uint64", Proto::UINT64, 8},   {"bool", Proto::BOOL, 1}};

const StoredType& stored_type(std::string_view name) {
    for (const StoredType& type : stored_types)
        if (type.name == name) return type;
    return stored_types[0];
}
}  // namespace

std::string standard_number(const Rational& value, std::string_view type) {
    if (model::is_integer_type(type)) return nearest_whole(value).get_str();
    std::string text = exact_decimal(value);
    if (text.empty() || text.size() > longest_exact) text = exact_decimal(shortened(value));
    return text.find('.') == std::string::npos ? text + ".0" : text;
}

std::string tensor_values(std::span<const model::DeclaredNetwork> declared, std::span<const Rational> values) {
    std::string text;
    for (const model::DeclaredNetwork& network : declared) {
        for (const model::DeclaredTensor& tensor : network.tensors) {
            text += fmt::format("{} {} [{}]\n", tensor.name, tensor.type, joined(tensor.shape, ","));
            for (const Variable element : tensor.elements)
                text += standard_number(values[element.index()], tensor.type) + "\n";
        }
    }
    return text;
}

std::string tensor_bytes(const model::DeclaredTensor& tensor, std::span<const Rational> values) {
    const StoredType& type = stored_type(tensor.type);
    Proto message;
    message.set_name(tensor.name);
    message.set_data_type(type.number);
    for (const std::size_t extent : tensor.shape) message.add_dims(static_cast<std::int64_t>(extent));
    std::string raw;
    for (const Variable element : tensor.elements) {
        const Rational& value = values[element.index()];
        if (model::is_integer_type(type.name)) {
            append_whole(raw, value, type.bytes);
        } else if (type.number == Proto::DOUBLE) {
            append(raw, to_nearest(value));
        } else if (type.number == Proto::FLOAT) {
            append(raw, static_cast<float>(to_nearest(value)));
        } else {
            append(raw, type.number == Proto::FLOAT16 ? narrow_float(to_nearest(value), 10, 5)
                                                      : narrow_float(to_nearest(value), 7, 8));
        }
    }
    message.set_raw_data(std::move(raw));
    return message.SerializeAsString();
}

}  // namespace sinew::write
