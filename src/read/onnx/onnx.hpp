// SPDX-License-Identifier: Apache-2.0
// ONNX files as networks of the model. docs/onnx.md says which operators are read and what they mean exactly.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/query.hpp"
#include "read/network_names.hpp"

namespace sinew::read {

/// What to do with a Softmax or LogSoftmax that computes a network's output. Neither is piecewise linear, but both keep
/// the order of their inputs, so a question that only compares outputs with each other may be asked before them.
enum class TrailingSoftmax { error, skip };

struct OnnxOptions {
    TrailingSoftmax trailing_softmax = TrailingSoftmax::error;
    /// Names of values (outputs of the graph, or of its nodes) that become the outputs, in this order; empty: the
    /// graph's outputs.
    std::vector<std::string> outputs = {};
    /// Where the inputs are asked about, by X_i; empty: anywhere. What is read is the model there, and nowhere else:
    /// floor and its like have finitely many steps there.
    std::vector<model::Domain> domains = {};
    /// Values inside the graph that are wanted beside its outputs: names of nodes' outputs, or of nodes with one.
    std::vector<std::string> hidden = {};
};

/// The model has steps without end (Floor, a cast to integers) at inputs of which OnnxOptions::domains says too little.
class UnboundedSteps : public InputError {
  public:
    using InputError::InputError;
    std::vector<NamedTensor> inputs;  ///< the model's; their elements are variables 0, 1, …
    std::size_t input_count() const {
        std::size_t count = 0;
        for (const NamedTensor& input : inputs) count += input.elements.size();
        return count;
    }
};

/// A network with its inputs and outputs in row-major order of the ONNX tensors, one tensor after the other.
struct OnnxNetwork {
    model::Query query;  ///< the network; names X_i and Y_j; outputs; domains of integer inputs; no conditions
    std::vector<Variable> inputs;
    std::vector<Variable> outputs;
    std::vector<NamedTensor> tensors;             ///< the inputs and outputs as the file calls them
    std::vector<NamedTensor> hidden;              ///< as OnnxOptions::hidden has them
    std::map<std::string, std::string> metadata;  ///< the model's own notes: metadata_props
    std::vector<std::string> skipped_softmax;     ///< the nodes that TrailingSoftmax::skip left out
};

/// Reads the ONNX file at `path` (gzip-compressed or not). Weights are exact: float32, float64, float16 and bfloat16
/// numbers are doubles. Throws InputError with file, node, operator and opset for everything that cannot be read.
OnnxNetwork read_onnx(const std::string& path, const OnnxOptions& options = {});

/// The same; where the model has steps without end, it is read inside the domains that `domains` gives for its inputs.
OnnxNetwork read_onnx_inside(const std::string& path, OnnxOptions options,
                             const std::function<std::vector<model::Domain>(const UnboundedSteps& steps)>& domains);

/// The same from the bytes of an ONNX file; `name` is for errors.
OnnxNetwork parse_onnx(std::string_view bytes, const std::string& name, const OnnxOptions& options = {});

}  // namespace sinew::read
