// SPDX-License-Identifier: Apache-2.0
// What operators make of constants, and the element types of results.
#pragma once

#include <optional>
#include <vector>

#include "read/onnx/operator.hpp"
#include "read/onnx/operator_table.hpp"

namespace sinew::read::onnx {

/// Whether a node reads constants alone (and at least one).
bool reads_constants_alone(const std::vector<std::optional<Value>>& inputs);

/// Element type of a node's first input, for results that have the same.
struct ElementTypes {
    ElementType type = ElementType::real;
    int data_type = 0;
};
ElementTypes element_types(const std::vector<std::optional<Value>>& inputs);
void set_type(Value& value, ResultType result, const ElementTypes& first);

/// The values of a tensor whose layers read no inputs, computed exactly; `node` is where it came from.
Constant evaluated(Operator& node, Tensor tensor);

}  // namespace sinew::read::onnx
