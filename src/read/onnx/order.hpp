// SPDX-License-Identifier: Apache-2.0
// Softmaxes of which only the order of the elements counts.
#pragma once

#include <unordered_set>

#include "onnx.pb.h"

namespace sinew::read::onnx {

/// The nodes Softmax and LogSoftmax of the graph whose results nothing but ArgMax and ArgMin reads, with operators that
/// only move elements between. (ArgMax still has to see that it compares elements of one softmax.)
std::unordered_set<int> only_ordered(const GraphProto& graph);

}  // namespace sinew::read::onnx
