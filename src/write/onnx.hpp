// SPDX-License-Identifier: Apache-2.0
// A binarized network as ONNX.
#pragma once

#include <string>

#include "model/binarized.hpp"

namespace sinew::write {

/// The bytes of an ONNX model (opset 13, float32): input X of shape [1, inputs], MatMul for each dense operation, then
/// Sign, Add 0.5, Sign, which is 1 at 0 as Sign alone is not; output Y. The kind of input and the preparation are in
/// metadata_props as sinew.input and sinew.preparation. The reader makes the same network of it. Throws UsageError for
/// operations that are none of dense, without scale and bias, and sign.
std::string onnx(const model::BinarizedNetwork& network);

}  // namespace sinew::write
