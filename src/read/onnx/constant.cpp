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

/// Everything that depends on the element type: bytes in raw data, and how raw or typed data become numbers.
class Reader {
  public:
    Reader(TensorProto& tensor, const FailTensor& fail, std::string_view raw)
        : tensor_(tensor), fail_(fail), raw_(raw.data() != nullptr ? raw : tensor.raw_data()) {}

    Constant read() {
        if (tensor_.data_location() == TensorProto::EXTERNAL)
            stop("its data is in another file (external data), which is not supported");
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
                return reals<std::uint16_t>(tensor_.int32_data(),
                                            [](auto x) { return from_half(static_cast<std::uint16_t>(x)); });
            case TensorProto::BFLOAT16:
                return reals<std::uint16_t>(tensor_.int32_data(),
                                            [](auto x) { return from_bfloat(static_cast<std::uint16_t>(x)); });
            case TensorProto::INT64:
                return integers<std::int64_t>(tensor_.int64_data());
            case TensorProto::INT32:
                return integers<std::int32_t>(tensor_.int32_data());
            case TensorProto::INT16:
                return integers<std::int16_t>(tensor_.int32_data());
            case TensorProto::INT8:
                return integers<std::int8_t>(tensor_.int32_data());
            case TensorProto::UINT8:
            case TensorProto::BOOL:
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
                if (!std::isfinite(numbers[i])) stop(fmt::format("its element {} is {}", i, numbers[i]));
        });
        tensor_.clear_raw_data();
        result_.reals = model::NumberArray(std::move(numbers));
        return std::move(result_);
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
            if (!std::isfinite(value)) stop(fmt::format("its element {} is {}", i, value));
            numbers_[i] = value;
        });
        result_.reals = model::NumberArray(std::move(numbers_));
        return std::move(result_);
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

std::string type_name(int data_type) {
    static constexpr std::array<std::string_view, 17> names = {
        "undefined", "float32", "uint8",   "int8",   "uint16", "int16",     "int32",      "int64",   "string",
        "bool",      "float16", "float64", "uint32", "uint64", "complex64", "complex128", "bfloat16"};
    if (data_type < 0 || static_cast<std::size_t>(data_type) >= names.size()) return fmt::format("#{}", data_type);
    return std::string(names[static_cast<std::size_t>(data_type)]);
}

}  // namespace sinew::read::onnx
