// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/operator.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "read/onnx/constant.hpp"
#include "read/onnx/graph.hpp"

namespace sinew::read::onnx {

std::string Operator::name() const {
    const std::string& given = node_.name().empty() ? node_.output(0) : node_.name();
    return given.empty() ? fmt::format("{}_{}", node_.op_type(), index_) : given;
}

void Operator::fail(const std::string& message) const {
    throw InputError({file_, 0, 0}, fmt::format("{}, opset {}: {}", describe(node_, index_), opset_, message));
}

const Value& Operator::input(std::size_t i) const {
    if (!has_input(i)) fail(fmt::format("input {} is missing", i));
    return *inputs_[i];
}

Value Operator::take(std::size_t i) {
    if (!has_input(i)) fail(fmt::format("input {} is missing", i));
    Value value = std::move(*inputs_[i]);
    inputs_[i].reset();
    return value;
}

Tensor Operator::take_tensor(std::size_t i) {
    Value value = take(i);
    if (auto* tensor = std::get_if<Tensor>(&value)) return std::move(*tensor);
    auto& constant = std::get<Constant>(value);
    if (constant.type == ElementType::integer) fail(fmt::format("input {} has integer elements", i));
    check_size(constant.shape);
    model::AffineLayer layer;
    layer.bias = std::move(constant.reals);
    return network_.affine(fmt::format("{}_constant_{}", name(), i), std::move(constant.shape), std::move(layer));
}

Constant Operator::take_constant(std::size_t i) {
    Value value = take(i);
    auto* constant = std::get_if<Constant>(&value);
    if (constant == nullptr) fail(fmt::format("input {} must be a constant, and depends on the network's input", i));
    return std::move(*constant);
}

std::vector<std::int64_t> Operator::integers(std::size_t i) const {
    const auto* constant = std::get_if<Constant>(&input(i));
    if (constant == nullptr || constant->type != ElementType::integer)
        fail(fmt::format("input {} must be a constant of integers", i));
    return constant->integers;
}

Rational Operator::scalar(std::size_t i) const {
    const auto* constant = std::get_if<Constant>(&input(i));
    if (constant == nullptr || element_count(constant->shape) != 1)
        fail(fmt::format("input {} must be a constant with one element", i));
    if (constant->type == ElementType::integer) return Rational(static_cast<long>(constant->integers[0]));
    return constant->reals.exact(0);
}

AttributeProto* Operator::find(std::string_view attribute, AttributeProto::AttributeType type) {
    for (AttributeProto& candidate : *node_.mutable_attribute()) {
        if (candidate.name() != attribute) continue;
        used_.push_back(candidate.name());
        // Files before IR version 2 do not say the type; the field that is there says it then.
        if (candidate.has_type() && candidate.type() != AttributeProto::UNDEFINED && candidate.type() != type)
            fail(fmt::format("attribute '{}' has the wrong type", attribute));
        return &candidate;
    }
    return nullptr;
}

std::int64_t Operator::integer(std::string_view attribute, std::int64_t otherwise) {
    const AttributeProto* found = find(attribute, AttributeProto::INT);
    return found == nullptr ? otherwise : found->i();
}

Rational Operator::real(std::string_view attribute, const Rational& otherwise) {
    const AttributeProto* found = find(attribute, AttributeProto::FLOAT);
    if (found == nullptr) return otherwise;
    if (!std::isfinite(found->f())) fail(fmt::format("attribute '{}' is {}", attribute, found->f()));
    return to_rational(static_cast<double>(found->f()));
}

std::string Operator::text(std::string_view attribute, std::string_view otherwise) {
    const AttributeProto* found = find(attribute, AttributeProto::STRING);
    return found == nullptr ? std::string(otherwise) : found->s();
}

std::optional<std::vector<std::int64_t>> Operator::integer_list(std::string_view attribute) {
    const AttributeProto* found = find(attribute, AttributeProto::INTS);
    if (found == nullptr) return std::nullopt;
    return std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
}

std::optional<std::vector<double>> Operator::real_list(std::string_view attribute) {
    const AttributeProto* found = find(attribute, AttributeProto::FLOATS);
    if (found == nullptr) return std::nullopt;
    std::vector<double> result;
    for (const float value : found->floats()) {
        if (!std::isfinite(value)) fail(fmt::format("attribute '{}' holds {}", attribute, value));
        result.push_back(static_cast<double>(value));
    }
    return result;
}

TensorProto* Operator::tensor(std::string_view attribute) {
    AttributeProto* found = find(attribute, AttributeProto::TENSOR);
    return found == nullptr ? nullptr : found->mutable_t();
}

bool Operator::has(std::string_view attribute) const {
    return std::ranges::any_of(node_.attribute(),
                               [&](const AttributeProto& candidate) { return candidate.name() == attribute; });
}

void Operator::ignore(std::string_view attribute) {
    used_.push_back(attribute);
}

void Operator::check_all_attributes_used() const {
    for (const AttributeProto& attribute : node_.attribute())
        if (std::ranges::find(used_, attribute.name()) == used_.end())
            fail(fmt::format("attribute '{}' is not supported", printable(attribute.name())));
}

std::size_t Operator::axis(std::int64_t given, std::size_t rank) const {
    const auto extent = static_cast<std::int64_t>(rank);
    if (given < -extent || given >= extent) fail(fmt::format("axis {} is outside a tensor of {} axes", given, rank));
    return static_cast<std::size_t>(given < 0 ? given + extent : given);
}

void Operator::check_size(const Shape& shape) const {
    const std::size_t count = element_count(shape);
    if (count == 0) fail(fmt::format("a tensor of shape {} has no elements", to_string(shape)));
    if (count > largest_tensor)
        fail(fmt::format("a tensor of shape {} has more than {} elements", to_string(shape), largest_tensor));
}

void Operator::set_output(std::size_t i, Value value) {
    if (const auto* tensor = std::get_if<Tensor>(&value)) check_size(tensor->shape);
    if (outputs_.size() <= i) outputs_.resize(i + 1);
    outputs_[i] = std::move(value);
}

}  // namespace sinew::read::onnx
