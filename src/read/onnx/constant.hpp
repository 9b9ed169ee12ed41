// SPDX-License-Identifier: Apache-2.0
// Tensors stored in an ONNX file (initializers and attributes) as constants.
#pragma once

#include <functional>
#include <string>

#include "onnx.pb.h"
#include "read/onnx/value.hpp"

namespace sinew::read::onnx {

/// Reports an error about the tensor at hand; does not return.
using FailTensor = std::function<void(const std::string& message)>;

/// The numbers of `tensor`, exactly. Takes its raw data away, so that weights are not in memory twice.
/// Calls `fail` for types without a meaning here, wrong lengths, bad shapes, data outside the file, nan and infinities.
Constant to_constant(TensorProto& tensor, const FailTensor& fail);

/// "float32", "int64", …
std::string type_name(int data_type);

}  // namespace sinew::read::onnx
