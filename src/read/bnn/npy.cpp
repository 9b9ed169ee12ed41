// SPDX-License-Identifier: Apache-2.0
// NumPy's array format: a magic number, a header that is a Python dictionary, the elements.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "read/bnn/array.hpp"
#include "read/bnn/zip.hpp"

namespace sinew::read::bnn {

namespace {
constexpr std::size_t most_dimensions = 8;

/// What a header says.
struct Header {
    std::string type;
    bool fortran = false;
    std::vector<std::size_t> shape;
};

class HeaderReader {
  public:
    HeaderReader(std::string_view text, const Array& array) : text_(text), array_(array) {}

    Header read() const {
        Header header;
        const std::string_view type = value_of("'descr'");
        if (type.size() < 2 || type[0] != '\'')
            array_.fail("the type of its elements is not a simple one", known_types);
        const std::size_t end = type.find('\'', 1);
        if (end == std::string_view::npos) array_.fail("its header is damaged");
        header.type = type.substr(1, end - 1);
        const std::string_view order = value_of("'fortran_order'");
        if (!order.starts_with("True") && !order.starts_with("False")) array_.fail("its header is damaged");
        header.fortran = order.starts_with("True");
        header.shape = shape(value_of("'shape'"));
        return header;
    }

    static constexpr std::string_view known_types = "float16, float32, float64, int8 to int64, uint8 to uint64 or bool";

  private:
    std::string_view value_of(std::string_view key) const {
        const std::size_t at = text_.find(key);
        if (at == std::string_view::npos) array_.fail("its header has no " + std::string(key));
        std::string_view rest = text_.substr(at + key.size());
        const std::size_t begin = rest.find_first_not_of(": ");
        if (begin == std::string_view::npos) array_.fail("its header is damaged");
        return rest.substr(begin);
    }

    std::vector<std::size_t> shape(std::string_view text) const {
        std::vector<std::size_t> shape;
        const std::size_t end = text.find(')');
        if (!text.starts_with('(') || end == std::string_view::npos) array_.fail("its header is damaged");
        std::optional<std::size_t> extent;
        for (const char c : text.substr(1, end)) {
            if (c >= '0' && c <= '9') {
                extent = 10 * extent.value_or(0) + static_cast<std::size_t>(c - '0');
                if (*extent > largest_file) array_.fail("its shape is too large");
            } else if (c == ',' || c == ')') {
                if (extent) shape.push_back(*extent);
                extent.reset();
            } else if (c != ' ' && c != 'L') {
                array_.fail("its header is damaged");
            }
        }
        if (shape.size() > most_dimensions) array_.fail("it has too many dimensions");
        return shape;
    }

    std::string_view text_;
    const Array& array_;
};

/// IEEE's binary16, which NumPy calls float16.
struct Half {
    std::uint16_t bits;
    operator float() const {  // NOLINT: it is one of the numbers here
        const int exponent = bits >> 10 & 31;
        const auto fraction = static_cast<float>(bits & 1023);
        const float magnitude = exponent == 31  ? (fraction == 0 ? std::numeric_limits<float>::infinity()
                                                                 : std::numeric_limits<float>::quiet_NaN())
                                : exponent == 0 ? std::ldexp(fraction, -24)
                                                : std::ldexp(1024 + fraction, exponent - 25);
        return (bits & 0x8000U) != 0 ? -magnitude : magnitude;
    }
};

template <class Element>
Element element_at(std::string_view bytes, std::size_t index, bool big_endian) {
    std::array<char, sizeof(Element)> own;
    std::memcpy(own.data(), bytes.data() + index * sizeof(Element), sizeof(Element));
    if (big_endian) std::ranges::reverse(own);
    Element element;
    std::memcpy(&element, own.data(), sizeof(Element));
    return element;
}

/// Where element `index` of the row-major order stands in Fortran order.
std::size_t fortran_index(std::size_t index, const std::vector<std::size_t>& shape) {
    std::size_t position = 0;
    std::size_t stride = 1;
    for (std::size_t d = 0; d < shape.size(); ++d) stride *= shape[d];
    for (std::size_t d = shape.size(); d-- > 0;) {
        stride /= shape[d];
        position += index % shape[d] * stride;
        index /= shape[d];
    }
    return position;
}

template <class Element>
void fill(Array& array, std::string_view bytes, bool fortran, bool big_endian) {
    const std::size_t size = bytes.size() / sizeof(Element);
    constexpr bool small = sizeof(Element) == 1 && std::is_signed_v<Element>;
    using Stored = std::conditional_t<small, std::int8_t, double>;
    std::vector<Stored> numbers(size);
    for (std::size_t i = 0; i < size; ++i) {
        const auto element = element_at<Element>(bytes, fortran ? fortran_index(i, array.shape) : i, big_endian);
        if constexpr (std::is_same_v<Element, Half> || std::is_floating_point_v<Element>) {
            if (!std::isfinite(static_cast<double>(element)))
                array.fail(fmt::format("element {} is {}", i, static_cast<double>(element)), "finite numbers");
        } else if constexpr (sizeof(Element) == 8) {
            constexpr Element most = Element{1} << 53;
            if (element > most || (std::is_signed_v<Element> && element < static_cast<Element>(-most)))
                array.fail(fmt::format("element {} is too large", i), "whole numbers up to 2^53");
        }
        numbers[i] = static_cast<Stored>(element);
    }
    array.numbers = std::move(numbers);
}

using Fill = void (*)(Array&, std::string_view, bool, bool);
struct ElementType {
    std::string_view name;
    std::size_t bytes;
    Fill fill;
};
constexpr std::array<ElementType, 12> element_types{{{"f2", 2, fill<Half>},
                                                     {"f4", 4, fill<float>},
                                                     {"f8", 8, fill<double>},
                                                     {"i1", 1, fill<std::int8_t>},
                                                     {"i2", 2, fill<std::int16_t>},
                                                     {"i4", 4, fill<std::int32_t>},
                                                     {"i8", 8, fill<std::int64_t>},
                                                     {"u1", 1, fill<std::uint8_t>},
                                                     {"u2", 2, fill<std::uint16_t>},
                                                     {"u4", 4, fill<std::uint32_t>},
                                                     {"u8", 8, fill<std::uint64_t>},
                                                     {"b1", 1, fill<std::int8_t>}}};

/// The header's text and where the elements begin.
std::pair<std::string_view, std::size_t> split(std::string_view bytes, const Array& array) {
    if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 10) array.fail("it is no NumPy array");
    const int version = bytes[6];
    if (version < 1 || version > 3) array.fail(fmt::format("version {} of NumPy's format is not known", version));
    const std::size_t begin = version == 1 ? 10 : 12;
    if (bytes.size() < begin) array.fail("it ends too early");
    std::size_t length = 0;
    for (std::size_t i = 8; i < begin; ++i)
        length |= std::size_t{static_cast<unsigned char>(bytes[i])} << (8 * (i - 8));
    if (bytes.size() - begin < length) array.fail("it ends too early");
    return {bytes.substr(begin, length), begin + length};
}
}  // namespace

Array read_npy(std::string_view bytes, const std::string& name, const std::string& place) {
    Array array{name, place, {}, {}};
    const auto [text, begin] = split(bytes, array);
    const Header header = HeaderReader(text, array).read();
    array.shape = header.shape;
    const std::string_view elements = bytes.substr(begin);
    const char order = header.type.empty() ? '\0' : header.type[0];  // of a number's bytes; | and = say nothing
    const bool has_order = std::string_view("<>|=").find(order) != std::string_view::npos && order != '\0';
    const std::string_view element = std::string_view(header.type).substr(has_order ? 1 : 0);
    for (const ElementType& type : element_types) {
        if (type.name != element) continue;
        std::size_t size = type.bytes;
        for (const std::size_t extent : header.shape) {
            if (extent != 0 && size > largest_file / extent) array.fail("its shape is too large");
            size *= extent;
        }
        if (elements.size() != size)
            array.fail(fmt::format("it has {} bytes of elements", elements.size()),
                       fmt::format("{} for shape {}", size, shape_text(header.shape)));
        type.fill(array, elements, header.fortran, order == '>');
        array.is_bool = element == "b1";
        return array;
    }
    array.fail("its elements have type '" + printable(header.type) + "'", HeaderReader::known_types);
}

std::vector<Array> read_npz(std::string_view bytes, const std::string& file, NpzNotes& notes) {
    std::vector<Array> arrays;
    for (ZipMember& member : read_zip(bytes, file)) {
        if (member.name == "sinew.input" || member.name == "sinew.preparation") {
            (member.name == "sinew.input" ? notes.input : notes.preparation) = std::move(member.content);
            continue;
        }
        std::string name = member.name;
        if (name.ends_with(".npy")) name.resize(name.size() - 4);
        arrays.push_back(read_npy(member.content, name, file));
    }
    return arrays;
}

}  // namespace sinew::read::bnn
