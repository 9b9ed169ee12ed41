// SPDX-License-Identifier: Apache-2.0
// Functions that a model defines beside its graph: every call is replaced by the function's nodes.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "onnx.pb.h"

namespace sinew::read::onnx {

/// Replaces the calls in the model's graph, and those in the functions themselves. `opsets` gets the opset of each node
/// of the graph that came from a function which names another one than the model. Throws InputError (with `file`) for
/// functions that call themselves, for wrong numbers of arguments, and for calls that become too many nodes.
void inline_functions(ModelProto& model, const std::string& file, std::int64_t opset,
                      std::unordered_map<int, std::int64_t>& opsets);

}  // namespace sinew::read::onnx
