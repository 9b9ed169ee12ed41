// SPDX-License-Identifier: Apache-2.0
// ONNX files as networks of the model. docs/onnx.md says which operators are read and what they mean exactly.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/query.hpp"
#include "read/network_names.hpp"

namespace sinew::read {

/// What to do with a Softmax or LogSoftmax that computes a network's output. Neither is piecewise linear, but both keep
/// the order of their inputs, so a question that only compares outputs with each other may be asked before them.
enum class TrailingSoftmax { error, skip };

struct OnnxOptions {
    TrailingSoftmax trailing_softmax = TrailingSoftmax::error;
};

/// A network with its inputs and outputs in row-major order of the ONNX tensors, one tensor after the other.
struct OnnxNetwork {
    model::Query query;  ///< the network; names X_i and Y_j; outputs; no domains, no conditions
    std::vector<Variable> inputs;
    std::vector<Variable> outputs;
    std::vector<NamedTensor> tensors;             ///< the inputs and outputs as the file calls them
    std::map<std::string, std::string> metadata;  ///< the model's own notes: metadata_props
    std::vector<std::string> skipped_softmax;     ///< the nodes that TrailingSoftmax::skip left out
};

/// Reads the ONNX file at `path` (gzip-compressed or not). Weights are exact: float32, float64, float16 and bfloat16
/// numbers are doubles. Throws InputError with file, node, operator and opset for everything that cannot be read.
OnnxNetwork read_onnx(const std::string& path, const OnnxOptions& options = {});

/// The same from the bytes of an ONNX file; `name` is for errors.
OnnxNetwork parse_onnx(std::string_view bytes, const std::string& name, const OnnxOptions& options = {});

}  // namespace sinew::read
