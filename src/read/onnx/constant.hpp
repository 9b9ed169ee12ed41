// SPDX-License-Identifier: Apache-2.0
// Tensors stored in an ONNX file (initializers and attributes) as constants.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "onnx.pb.h"
#include "read/onnx/value.hpp"

namespace sinew::read::onnx {

/// Reports an error about the tensor at hand; does not return.
using FailTensor = std::function<void(const std::string& message)>;

/// The numbers of `tensor`, exactly, from `raw` where that has data (ModelFile::raw), else from what the message holds,
/// whose raw data it takes away. Large tensors are kept as floats where all their numbers are floats.
/// Calls `fail` for types without a meaning here, wrong lengths, bad shapes, data outside the file, nan and infinities.
Constant to_constant(TensorProto& tensor, const FailTensor& fail, std::string_view raw = {});

/// "float32", "int64", …
std::string type_name(int data_type);

}  // namespace sinew::read::onnx
