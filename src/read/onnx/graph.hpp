// SPDX-License-Identifier: Apache-2.0
// The nodes of an ONNX graph in an order in which they can be computed, and only those that the outputs need.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "onnx.pb.h"

namespace sinew::read::onnx {

/// "Conv_3", or "number 7" for a node without a name, and its operator: for error messages.
std::string describe(const NodeProto& node, int index);

/// Indices of the nodes that the graph's outputs depend on, each after those it reads. `use_count` becomes the number
/// of reads of each value by these nodes and by the outputs. Values in `known` (inputs and initializers) need no node.
/// Throws InputError (with `file`) for a value that two nodes define, for one that nothing defines, and for a cycle,
/// which it shows.
std::vector<int> evaluation_order(const GraphProto& graph, const std::string& file,
                                  const std::unordered_map<std::string, int>& known,
                                  std::unordered_map<std::string, std::size_t>& use_count);

}  // namespace sinew::read::onnx
