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

void Operator::fail_unbounded(const std::string& message) const {
    throw UnboundedSteps({file_, 0, 0}, fmt::format("{}, opset {}: {}", describe(node_, index_), opset_, message));
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

Operator::Operator(NodeProto& node, int index, std::int64_t opset, const std::string& file, Builder& network,
                   std::vector<std::optional<Value>> inputs, const Surroundings& surroundings)
    : node_(node),
      index_(index),
      opset_(opset),
      file_(file),
      network_(network),
      inputs_(std::move(inputs)),
      surroundings_(surroundings) {
    for (const auto& value : inputs_) {
        if (!value || std::holds_alternative<Constant>(*value)) continue;
        folding_ = false;
        reads_reals_ = reads_reals_ || type_of(*value) == ElementType::real;
    }
}

void Operator::refuse_integers(const Constant& constant, std::size_t i) const {
    if (constant.type == ElementType::integer && reads_reals_) fail(fmt::format("input {} has integer elements", i));
}

Tensor Operator::take_tensor(std::size_t i) {
    Tensor tensor = take_ordered(i);
    if (tensor.order) fail("this operator computes with the numbers of a softmax of which only the order is known");
    return tensor;
}

Tensor Operator::take_ordered(std::size_t i) {
    if (!has_input(i)) fail(fmt::format("input {} is missing", i));
    if (auto* tensor = std::get_if<Tensor>(&*inputs_[i])) {
        Tensor taken = std::move(*tensor);
        inputs_[i].reset();
        return taken;
    }
    const ElementType type = input_type(i);
    const int data_type = data_type_of(input(i));
    Constant constant = take_numbers(i);
    check_size(constant.shape);
    model::AffineLayer layer;
    layer.bias = std::move(constant.reals);
    Tensor tensor =
        network_.affine(fmt::format("{}_constant_{}", name(), i), std::move(constant.shape), std::move(layer));
    tensor.type = type;
    tensor.data_type = data_type;
    return tensor;
}

void Operator::fail_inconstant(std::size_t i) const {
    const std::string message = fmt::format("input {} must be a constant, and depends on the network's input", i);
    // Whole numbers of inputs with bounds are told apart case by case.
    if (type_of(input(i)) == ElementType::integer) fail_unbounded(message);
    fail(message);
}

Constant Operator::take_extended(std::size_t i) {
    if (!is_constant(i)) fail_inconstant(i);
    return std::get<Constant>(take(i));
}

Constant Operator::take_constant(std::size_t i) {
    Constant constant = take_extended(i);
    if (!constant.infinite.empty()) {
        const auto first = *std::ranges::min_element(constant.infinite);
        fail(fmt::format("input {}: its element {} is {}", i, first.first, first.second > 0 ? "inf" : "-inf"));
    }
    return constant;
}

Constant Operator::take_numbers(std::size_t i) {
    Constant constant = take_constant(i);
    refuse_integers(constant, i);
    return as_reals(std::move(constant));
}

std::vector<std::int64_t> Operator::integers(std::size_t i) const {
    const auto* constant = std::get_if<Constant>(&input(i));
    if (constant == nullptr) fail_inconstant(i);
    if (constant->type != ElementType::integer) fail(fmt::format("input {} must be a constant of integers", i));
    return constant->integers;
}

Rational Operator::scalar(std::size_t i) const {
    const auto* constant = std::get_if<Constant>(&input(i));
    if (constant == nullptr) fail_inconstant(i);
    if (element_count(constant->shape) != 1) fail(fmt::format("input {} must be a constant with one element", i));
    if (!constant->infinite.empty()) fail(fmt::format("input {} is infinite", i));
    if (constant->type == ElementType::integer) return Rational(static_cast<long>(constant->integers[0]));
    return constant->reals.exact(0);
}

std::optional<Rational> Operator::scalar_or_infinite(std::size_t i, int sign) const {
    if (!has_input(i)) return std::nullopt;
    const auto* constant = std::get_if<Constant>(&input(i));
    if (constant != nullptr && constant->infinite.size() == 1 && constant->infinite.begin()->second == sign)
        return std::nullopt;
    return scalar(i);
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

std::optional<Rational> Operator::real_or_infinite(std::string_view attribute, int sign) {
    const AttributeProto* found = find(attribute, AttributeProto::FLOAT);
    if (found == nullptr || (std::isinf(found->f()) && (found->f() > 0) == (sign > 0))) return std::nullopt;
    return real(attribute, 0);
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
