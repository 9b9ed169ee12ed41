// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/value.hpp"

#include <type_traits>

#include "onnx.pb.h"

namespace sinew::read::onnx {

std::size_t element_count(const Shape& shape) {
    constexpr std::size_t most = std::size_t{1} << 62;
    std::size_t count = 1;
    for (const std::size_t extent : shape) {
        if (extent == 0) return 0;
        count = count > most / extent ? most : count * extent;
    }
    return count;
}

std::string to_string(const Shape& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + "]";
}

const Shape& shape_of(const Value& value) {
    return std::visit([](const auto& of) -> const Shape& { return of.shape; }, value);
}

ElementType type_of(const Value& value) {
    return std::visit([](const auto& of) { return of.type; }, value);
}

int data_type_of(const Value& value) {
    const int given = std::visit([](const auto& of) { return of.data_type; }, value);
    if (given != 0) return given;
    return type_of(value) == ElementType::real ? TensorProto::FLOAT : TensorProto::INT64;
}

Constant real_constant(const Rational& number) {
    Constant constant;
    constant.reals.push_back(number);
    return constant;
}

Constant as_reals(Constant constant) {
    if (constant.type == ElementType::real) return constant;
    constexpr std::int64_t exact_double = std::int64_t{1} << 53;
    std::vector<double> nearest(constant.integers.size());
    for (std::size_t i = 0; i < nearest.size(); ++i) nearest[i] = static_cast<double>(constant.integers[i]);
    constant.reals = model::NumberArray(std::move(nearest));
    for (std::size_t i = 0; i < constant.integers.size(); ++i)
        if (constant.integers[i] > exact_double || constant.integers[i] < -exact_double)
            constant.reals.set(i, Rational(static_cast<long>(constant.integers[i])));
    constant.integers.clear();
    constant.type = ElementType::real;
    return constant;
}

namespace {
bool is_identity(const std::vector<std::uint32_t>& selection, std::size_t size) {
    if (selection.size() != size) return false;
    for (std::size_t i = 0; i < size; ++i)
        if (selection[i] != i) return false;
    return true;
}

void select(Constant& constant, const std::vector<std::uint32_t>& source) {
    if (!constant.infinite.empty()) {
        std::unordered_map<std::size_t, int> moved;
        for (std::size_t i = 0; i < source.size(); ++i)
            if (const auto found = constant.infinite.find(source[i]); found != constant.infinite.end())
                moved.emplace(i, found->second);
        constant.infinite = std::move(moved);
    }
    if (constant.type == ElementType::integer) {
        std::vector<std::int64_t> moved(source.size());
        for (std::size_t i = 0; i < source.size(); ++i) moved[i] = constant.integers[source[i]];
        constant.integers = std::move(moved);
        return;
    }
    const auto moved = [&](const auto* numbers) {
        std::vector<std::remove_const_t<std::remove_pointer_t<decltype(numbers)>>> to(source.size());
        for (std::size_t i = 0; i < source.size(); ++i) to[i] = numbers[source[i]];
        return model::NumberArray(std::move(to));
    };
    const model::NearestNumbers nearest = constant.reals.nearest();
    model::NumberArray result = nearest.floats() != nullptr ? moved(nearest.floats()) : moved(nearest.data());
    if (!constant.reals.all_doubles())
        for (std::size_t i = 0; i < source.size(); ++i) result.set(i, constant.reals.exact(source[i]));
    constant.reals = std::move(result);
}

void select(Tensor& tensor, const std::vector<std::uint32_t>& source) {
    if (tensor.selection.empty()) {
        tensor.selection = source;
    } else {
        std::vector<std::uint32_t> moved(source.size());
        for (std::size_t i = 0; i < source.size(); ++i) moved[i] = tensor.selection[source[i]];
        tensor.selection = std::move(moved);
    }
    if (is_identity(tensor.selection, tensor.source->size)) tensor.selection.clear();
}
}  // namespace

Value reshaped(Value value, Shape shape) {
    std::visit([&](auto& of) { of.shape = std::move(shape); }, value);
    return value;
}

Value rearranged(Value value, Shape shape, const std::vector<std::uint32_t>& source) {
    std::visit(
        [&](auto& of) {
            select(of, source);
            of.shape = std::move(shape);
        },
        value);
    return value;
}

}  // namespace sinew::read::onnx
