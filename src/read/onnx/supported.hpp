// SPDX-License-Identifier: Apache-2.0
// What of ONNX is read, from the table that the reader itself looks operators up in: for `sinew supports` and
// docs/onnx.md.
#pragma once

#include <string>
#include <vector>

namespace sinew::read {

/// An operator that is read: in every opset from `since` to the newest one that is known.
struct OnnxOperator {
    std::string domain;  ///< empty: ONNX's own
    std::string name;
    int since = 1;
    std::vector<std::string> types;  ///< element types of what it computes on: float32, int64, bool, ...
    std::string notes;               ///< what docs/onnx.md says of it
};

/// By domain and name.
std::vector<OnnxOperator> onnx_operators();
/// The opsets whose operators are known: oldest and newest.
int oldest_onnx_opset();
int newest_onnx_opset();
/// The element types of inputs that are read, by their names in VNN-LIB 2.0 (and in messages).
std::vector<std::string> onnx_element_types();

/// The rows of docs/onnx.md's table of operators; a test compares them.
std::string onnx_operator_table();

}  // namespace sinew::read
