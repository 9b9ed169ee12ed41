// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/constant.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::read::onnx {

namespace {
static_assert(std::endian::native == std::endian::little, "raw data is little-endian and copied as it is");

double from_half(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 0x1f;
    const double fraction = bits & 0x3ff;
    double value = 0;
    if (exponent == 0x1f)
        value = fraction == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    else if (exponent == 0)
        value = std::ldexp(fraction, -24);
    else
        value = std::ldexp(1024 + fraction, exponent - 25);
    return (bits & 0x8000) != 0 ? -value : value;
}

double from_bfloat(std::uint16_t bits) {
    return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16));
}

/// One byte: a sign, an exponent, and a fraction of two or three bits (E5M2, which has infinities, and E4M3FN).
double from_byte(std::uint8_t bits, int fraction_bits) {
    const int exponent = (bits & 0x7f) >> fraction_bits;
    const int fraction = bits & ((1 << fraction_bits) - 1);
    const int bias = fraction_bits == 3 ? 7 : 15;
    double value = 0;
    if (fraction_bits == 2 && exponent == 0x1f)
        value = fraction == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
    else if (fraction_bits == 3 && (bits & 0x7f) == 0x7f)
        value = std::numeric_limits<double>::quiet_NaN();
    else if (exponent == 0)
        value = std::ldexp(fraction, 1 - bias - fraction_bits);
    else
        value = std::ldexp((1 << fraction_bits) + fraction, exponent - bias - fraction_bits);
    return (bits & 0x80) != 0 ? -value : value;
}

/// Everything that depends on the element type: bytes in raw data, and how raw or typed data become numbers.
class Reader {
  public:
    Reader(TensorProto& tensor, const FailTensor& fail, std::string_view raw)
        : tensor_(tensor), fail_(fail), raw_(raw.data() != nullptr ? raw : tensor.raw_data()) {}

    Constant read() {
        if (tensor_.data_location() == TensorProto::EXTERNAL)
            stop("its data are in another file, which only initializers may have");
        result_.data_type = tensor_.data_type();
        for (const std::int64_t extent : tensor_.dims()) {
            if (extent < 0) stop(fmt::format("it has the negative extent {}", extent));
            result_.shape.push_back(static_cast<std::size_t>(extent));
        }
        count_ = element_count(result_.shape);
        switch (tensor_.data_type()) {
            case TensorProto::FLOAT:
                if (is_large()) return floats<float>();
                return reals<float>(tensor_.float_data(), [](float x) { return static_cast<double>(x); });
            case TensorProto::DOUBLE:
                if (is_large() && all_floats()) return floats<double>();
                return reals<double>(tensor_.double_data(), [](double x) { return x; });
            case TensorProto::FLOAT16:
                return short_reals<std::uint16_t>([](auto x) { return from_half(static_cast<std::uint16_t>(x)); });
            case TensorProto::BFLOAT16:
                return short_reals<std::uint16_t>([](auto x) { return from_bfloat(static_cast<std::uint16_t>(x)); });
            case TensorProto::FLOAT8E4M3FN:
                return short_reals<std::uint8_t>([](auto x) { return from_byte(static_cast<std::uint8_t>(x), 3); });
            case TensorProto::FLOAT8E5M2:
                return short_reals<std::uint8_t>([](auto x) { return from_byte(static_cast<std::uint8_t>(x), 2); });
            case TensorProto::INT4:
            case TensorProto::UINT4:
                return nibbles(tensor_.data_type() == TensorProto::INT4);
            case TensorProto::UINT64:
                return unsigned_integers();
            case TensorProto::INT64:
                return integers<std::int64_t>(tensor_.int64_data());
            case TensorProto::INT32:
                return integers<std::int32_t>(tensor_.int32_data());
            case TensorProto::INT16:
                return integers<std::int16_t>(tensor_.int32_data());
            case TensorProto::INT8:
                return integers<std::int8_t>(tensor_.int32_data());
            case TensorProto::BOOL:
                return booleans();
            case TensorProto::UINT8:
                return integers<std::uint8_t>(tensor_.int32_data());
            case TensorProto::UINT16:
                return integers<std::uint16_t>(tensor_.int32_data());
            case TensorProto::UINT32:
                return integers<std::uint32_t>(tensor_.uint64_data());
            default:
                stop(fmt::format("its element type {} is not supported", type_name(tensor_.data_type())));
        }
    }

  private:
    [[noreturn]] void stop(const std::string& message) const {
        fail_(message);
        throw ContractBreach("a tensor's error handler returned");
    }

    void check_length(std::size_t have, std::string_view unit, std::size_t want) const {
        if (have == want) return;
        stop(fmt::format("its shape {} needs {} {}, and it has {}", to_string(result_.shape), want, unit, have));
    }

    static constexpr std::size_t large = std::size_t{1} << 18;  // what is kept as floats where that is exact
    static constexpr std::size_t piece = std::size_t{1} << 16;  // elements between two looks at the limits

    /// Compared before anything is allocated: a huge shape needs a file as huge.
    template <class Raw>
    void check_raw_length() const {
        if (count_ > raw_.size() / sizeof(Raw) || count_ * sizeof(Raw) != raw_.size())
            check_length(raw_.size(), "bytes", count_ * sizeof(Raw));
    }
    template <class Raw>
    Raw raw_element(std::size_t i) const {
        Raw element;
        std::memcpy(&element, raw_.data() + i * sizeof(Raw), sizeof(Raw));
        return element;
    }
    /// body(first, last) for pieces of all elements.
    template <class Body>
    void in_pieces(Body&& body) const {
        for (std::size_t first = 0; first < count_; first += piece) {
            check_limits();
            body(first, std::min(first + piece, count_));
        }
    }

    bool is_large() const { return count_ >= large && !raw_.empty(); }

    /// Whether doubles in raw data are all floats.
    bool all_floats() const {
        check_raw_length<double>();
        for (std::size_t first = 0; first < count_; first += piece) {
            check_limits();
            bool all = true;
            for (std::size_t i = first; i < std::min(first + piece, count_); ++i) {
                const auto element = raw_element<double>(i);
                all &= static_cast<double>(static_cast<float>(element)) == element;
            }
            if (!all) return false;  // a nan among them: told where doubles are read
        }
        return true;
    }

    /// Raw data that are floats, or doubles that are.
    template <class Raw>
    Constant floats() {
        check_raw_length<Raw>();
        std::vector<float> numbers(count_);
        in_pieces([&](std::size_t first, std::size_t last) {
            bool finite = true;
            for (std::size_t i = first; i < last; ++i) {
                numbers[i] = static_cast<float>(raw_element<Raw>(i));
                finite &= std::fabs(numbers[i]) <= std::numeric_limits<float>::max();
            }
            for (std::size_t i = first; !finite && i < last; ++i)
                if (!std::isfinite(numbers[i]))
                    numbers[i] = static_cast<float>(infinite(i, static_cast<double>(numbers[i])));
        });
        tensor_.clear_raw_data();
        result_.reals = model::NumberArray(std::move(numbers));
        return std::move(result_);
    }

    /// Notes an infinite element, whose number is 0; stops at what is no number.
    double infinite(std::size_t i, double value) {
        if (std::isnan(value)) stop(fmt::format("its element {} is {}", i, value));
        result_.infinite.emplace(i, value > 0 ? 1 : -1);
        return 0;
    }

    /// Calls store(i, element) for all elements, from raw data or from the field of the type.
    template <class Raw, class Field, class Store>
    void for_each(const Field& field, Store&& store) {
        if (!raw_.empty()) {
            check_raw_length<Raw>();
            prepare();
            in_pieces([&](std::size_t first, std::size_t last) {
                for (std::size_t i = first; i < last; ++i) store(i, raw_element<Raw>(i));
            });
            tensor_.clear_raw_data();
        } else {
            check_length(static_cast<std::size_t>(field.size()), "numbers", count_);
            prepare();
            in_pieces([&](std::size_t first, std::size_t last) {
                for (std::size_t i = first; i < last; ++i) store(i, field[static_cast<int>(i)]);
            });
        }
    }
    void prepare() {
        if (result_.type == ElementType::real)
            numbers_.resize(count_);
        else
            result_.integers.resize(count_);
    }

    template <class Raw, class Field, class Convert>
    Constant reals(const Field& field, Convert&& convert) {
        result_.type = ElementType::real;
        for_each<Raw>(field, [&](std::size_t i, auto element) {
            const double value = convert(element);
            numbers_[i] = std::isfinite(value) ? value : infinite(i, value);
        });
        result_.reals = model::NumberArray(std::move(numbers_));
        return std::move(result_);
    }
    /// Numbers of one or two bytes, which are all floats.
    template <class Raw, class Convert>
    Constant short_reals(Convert&& convert) {
        if (!is_large()) return reals<Raw>(tensor_.int32_data(), convert);
        check_raw_length<Raw>();
        std::vector<float> numbers(count_);
        in_pieces([&](std::size_t first, std::size_t last) {
            for (std::size_t i = first; i < last; ++i) {
                const double value = convert(raw_element<Raw>(i));
                numbers[i] = static_cast<float>(std::isfinite(value) ? value : infinite(i, value));
            }
        });
        tensor_.clear_raw_data();
        result_.reals = model::NumberArray(std::move(numbers));
        return std::move(result_);
    }
    /// Two numbers of four bits a byte, the first in the low bits.
    Constant nibbles(bool is_signed) {
        const std::string packed = raw_.empty() ? packed_field() : std::string(raw_);
        check_length(packed.size(), "bytes", (count_ + 1) / 2);
        result_.type = ElementType::integer;
        prepare();
        for (std::size_t i = 0; i < count_; ++i) {
            const int bits = (static_cast<unsigned char>(packed[i / 2]) >> (i % 2 == 0 ? 0 : 4)) & 0xf;
            result_.integers[i] = is_signed && bits > 7 ? bits - 16 : bits;
        }
        return std::move(result_);
    }
    std::string packed_field() const {
        std::string bytes;
        for (const std::int32_t element : tensor_.int32_data()) bytes.push_back(static_cast<char>(element & 0xff));
        return bytes;
    }
    Constant booleans() {
        Constant result = integers<std::uint8_t>(tensor_.int32_data());
        for (std::int64_t& value : result.integers) value = value != 0 ? 1 : 0;
        return result;
    }
    Constant unsigned_integers() {
        Constant result = integers<std::uint64_t>(tensor_.uint64_data());
        for (const std::int64_t value : result.integers)
            if (value < 0) stop(fmt::format("it holds {}, which is beyond 63 bits", static_cast<std::uint64_t>(value)));
        return result;
    }
    template <class Raw, class Field>
    Constant integers(const Field& field) {
        result_.type = ElementType::integer;
        for_each<Raw>(field,
                      [&](std::size_t i, auto element) { result_.integers[i] = static_cast<std::int64_t>(element); });
        return std::move(result_);
    }

    TensorProto& tensor_;
    const FailTensor& fail_;
    std::string_view raw_;
    Constant result_;
    std::vector<double> numbers_;
    std::size_t count_ = 0;
};
}  // namespace

Constant to_constant(TensorProto& tensor, const FailTensor& fail, std::string_view raw) {
    return Reader(tensor, fail, raw).read();
}

std::size_t element_bytes(int data_type) {
    switch (data_type) {
        case TensorProto::DOUBLE:
        case TensorProto::INT64:
        case TensorProto::UINT64:
            return 8;
        case TensorProto::FLOAT:
        case TensorProto::INT32:
        case TensorProto::UINT32:
            return 4;
        case TensorProto::FLOAT16:
        case TensorProto::BFLOAT16:
        case TensorProto::INT16:
        case TensorProto::UINT16:
            return 2;
        default:
            return 1;
    }
}

std::string type_name(int data_type) {
    static constexpr std::array<std::string_view, 23> names = {
        "undefined",      "float32",    "uint8",          "int8",       "uint16",   "int16",
        "int32",          "int64",      "string",         "bool",       "float16",  "float64",
        "uint32",         "uint64",     "complex64",      "complex128", "bfloat16", "float8e4m3fn",
        "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4",      "int4"};
    if (data_type < 0 || static_cast<std::size_t>(data_type) >= names.size()) return fmt::format("#{}", data_type);
    return std::string(names[static_cast<std::size_t>(data_type)]);
}

bool is_real_type(int data_type) {
    return data_type == TensorProto::FLOAT || data_type == TensorProto::DOUBLE || data_type == TensorProto::FLOAT16 ||
           data_type == TensorProto::BFLOAT16 || data_type == TensorProto::FLOAT8E4M3FN ||
           data_type == TensorProto::FLOAT8E5M2;
}

std::optional<IntegerRange> range_of(int data_type) {
    const auto bits = [](int count, bool is_signed) {
        const Integer size = Integer(1) << static_cast<unsigned long>(count);
        return is_signed ? IntegerRange{-size / 2, size / 2 - 1} : IntegerRange{0, size - 1};
    };
    switch (data_type) {
        case TensorProto::BOOL:
            return bits(1, false);
        case TensorProto::UINT4:
            return bits(4, false);
        case TensorProto::INT4:
            return bits(4, true);
        case TensorProto::UINT8:
            return bits(8, false);
        case TensorProto::INT8:
            return bits(8, true);
        case TensorProto::UINT16:
            return bits(16, false);
        case TensorProto::INT16:
            return bits(16, true);
        case TensorProto::UINT32:
            return bits(32, false);
        case TensorProto::INT32:
            return bits(32, true);
        case TensorProto::UINT64:
            return bits(64, false);
        case TensorProto::INT64:
            return bits(64, true);
        default:
            return std::nullopt;
    }
}

namespace {
struct RealFormat {
    int precision;          ///< bits of the significand
    int smallest_exponent;  ///< of the last bit of subnormal numbers
    Rational largest;
};

RealFormat format_of(int data_type) {
    const auto power = [](int exponent) { return to_rational(std::ldexp(1.0, exponent)); };
    switch (data_type) {
        case TensorProto::FLOAT16:
            return {11, -24, Rational(65504)};
        case TensorProto::BFLOAT16:
            return {8, -133, Rational((power(8) - 1) * power(120))};
        case TensorProto::FLOAT8E4M3FN:
            return {4, -9, Rational(448)};
        case TensorProto::FLOAT8E5M2:
            return {3, -16, Rational(57344)};
        case TensorProto::DOUBLE:
            return {53, -1074, to_rational(std::numeric_limits<double>::max())};
        default:
            return {24, -149, to_rational(static_cast<double>(std::numeric_limits<float>::max()))};
    }
}
}  // namespace

Integer round_half_even(const Rational& value) {
    const Integer down = floor(value);
    const Rational twice = 2 * (value - down);
    const int side = cmp(twice, 1);
    if (side != 0) return side < 0 ? down : Integer(down + 1);
    return mpz_even_p(down.get_mpz_t()) != 0 ? down : Integer(down + 1);
}

std::optional<Rational> rounded_to(int data_type, const Rational& value) {
    if (sgn(value) == 0) return value;
    const RealFormat format = format_of(data_type);
    // The exponent of the last bit that the significand has at this size.
    const Rational size = abs(value);
    long exponent = static_cast<long>(mpz_sizeinbase(size.get_num_mpz_t(), 2)) -
                    static_cast<long>(mpz_sizeinbase(size.get_den_mpz_t(), 2));  // floor(log2) or one more
    const auto scaled = [](const Rational& number, long by) {
        Rational result = number;
        if (by >= 0)
            mpq_mul_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(by));
        else
            mpq_div_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(-by));
        return result;
    };
    if (scaled(size, -exponent) < 1) --exponent;
    const long last = std::max<long>(exponent - format.precision + 1, format.smallest_exponent);
    const Rational result = scaled(Rational(round_half_even(scaled(value, -last))), last);
    if (abs(result) > format.largest) return std::nullopt;
    return result;
}

}  // namespace sinew::read::onnx
