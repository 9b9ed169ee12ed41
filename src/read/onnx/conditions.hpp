// SPDX-License-Identifier: Apache-2.0
// Choices between two values by a Boolean that depends on the inputs.
#pragma once

#include "read/onnx/operator.hpp"

namespace sinew::read::onnx {

/// condition ? first : second, all of one shape. Where the condition compares s with 0 and first - second is a·s + b,
/// this is a ReLU and a step of s (x > 0 ? x : 0 is a ReLU); where first - second is a constant, it is linear in the
/// condition; else it is two ReLUs that need bounds of first - second, from the inputs' domains.
Tensor chosen(Operator& node, Tensor condition, Tensor first, Tensor second);

}  // namespace sinew::read::onnx
