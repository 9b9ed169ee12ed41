// SPDX-License-Identifier: Apache-2.0
// What is known of the numbers that a batch normalisation reads and of who reads its own.
#pragma once

#include <optional>
#include <unordered_map>

#include "onnx.pb.h"
#include "read/batch_norm.hpp"
#include "read/onnx/builder.hpp"

namespace sinew::read::onnx {

/// What becomes of each BatchNormalization of the graph, by the index of its node: `sign` where only operators Sign
/// read it, `scores` where it is the graph's output; poolings, softmax and operators that only move elements may stand
/// between.
std::unordered_map<int, BatchNormUse> batch_norm_uses(const GraphProto& graph);

/// The tensor's elements as multiples of one number, where they are made of signs by affine layers; for `sign` also of
/// inputs, which are taken to be whole numbers (`largest` is then not to be relied on).
std::optional<BatchNormArguments> batch_norm_arguments(const Builder& builder, const Tensor& tensor, BatchNormUse use);

}  // namespace sinew::read::onnx
