// SPDX-License-Identifier: Apache-2.0
// Sequences of operators that mean one thing together.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "onnx.pb.h"

namespace sinew::read::onnx {

/// Larq and others write the binarised activation x >= 0 ? 1 : -1 as Sign(Sign(x) + c) with 0 < c < 1. Lets the outer
/// Sign read x itself and returns the indices of such nodes: there the sign of zero is 1. The two inner nodes stay for
/// other readers; without any they are never evaluated.
std::unordered_set<int> fuse_signs(GraphProto& graph, const std::unordered_map<std::string, int>& initializers);

}  // namespace sinew::read::onnx
