// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/folding.hpp"

#include <algorithm>
#include <cmath>

#include "model/evaluate_enclosed.hpp"
#include "onnx.pb.h"

namespace sinew::read::onnx {

bool reads_constants_alone(const std::vector<std::optional<Value>>& inputs) {
    const auto is_constant = [](const auto& value) { return !value || std::holds_alternative<Constant>(*value); };
    const auto is_there = [](const auto& value) { return value.has_value(); };
    return std::ranges::all_of(inputs, is_constant) && std::ranges::any_of(inputs, is_there);
}

ElementTypes element_types(const std::vector<std::optional<Value>>& inputs) {
    if (inputs.empty() || !inputs[0]) return {};
    return {type_of(*inputs[0]), data_type_of(*inputs[0])};
}

void set_type(Value& value, ResultType result, const ElementTypes& first) {
    if (result == ResultType::own) return;
    if (auto* constant = std::get_if<Constant>(&value)) {
        // Where its numbers are stored says whether they are integers.
        if (constant->data_type == 0 && result == ResultType::same && constant->type == first.type)
            constant->data_type = first.data_type;
        return;
    }
    auto& tensor = std::get<Tensor>(value);
    const ElementType type = result == ResultType::same      ? first.type
                             : result == ResultType::integer ? ElementType::integer
                                                             : ElementType::real;
    // A Boolean of the handler's own, say.
    const bool says_more = tensor.data_type != 0 && tensor.type == type && result == ResultType::integer;
    if (!says_more) tensor.data_type = type == first.type ? first.data_type : 0;
    tensor.type = type;
}

Constant evaluated(Operator& node, Tensor tensor) {
    Builder& network = node.network();
    const model::LayerId layer = network.layer(tensor);
    // What is irrational becomes the double nearest to it.
    constexpr long bits = 120;
    const model::EnclosedValues enclosed = model::evaluate_enclosed(network.network(), {}, bits);
    std::vector<Rational> values = enclosed.middle;
    for (std::size_t v = 0; v < values.size(); ++v) {
        if (!std::isfinite(enclosed.radius[v])) node.fail("a function has no value at a constant");
        if (enclosed.radius[v] != 0) values[v] = to_rational(to_nearest(values[v]));
    }
    const std::size_t count = element_count(tensor.shape);
    Constant result;
    result.shape = tensor.shape;
    result.type = tensor.type;
    result.data_type = tensor.data_type;
    const auto value = [&](std::size_t i) -> const Rational& {
        return values[network.network().variable(layer, tensor.component(i)).index()];
    };
    if (tensor.type == ElementType::integer) {
        for (std::size_t i = 0; i < count; ++i) {
            if (value(i).get_den() != 1 || !value(i).get_num().fits_slong_p()) node.fail("an integer beyond 64 bits");
            result.integers.push_back(value(i).get_num().get_si());
        }
        return result;
    }
    result.reals = model::NumberArray(count);
    for (std::size_t i = 0; i < count; ++i) result.reals.set(i, value(i));
    return result;
}

}  // namespace sinew::read::onnx
