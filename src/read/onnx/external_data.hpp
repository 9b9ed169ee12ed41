// SPDX-License-Identifier: Apache-2.0
// Weights that are stored beside the model, in files of its folder.
#pragma once

#include <string>

#include "read/onnx/constant.hpp"

namespace sinew::read::onnx {

/// The bytes of `tensor` in the file that it names, which must lie in `folder` or below it: names are relative, and
/// neither ".." nor a link leads out. Calls `fail` for other names, missing files, and ranges outside of them.
std::string read_external(const TensorProto& tensor, const std::string& folder, const FailTensor& fail);

}  // namespace sinew::read::onnx
