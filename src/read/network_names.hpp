// SPDX-License-Identifier: Apache-2.0
// What conditions as text may call the inputs and outputs of a network that is in another file.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/query.hpp"

namespace sinew::read {

/// An input or an output as its file calls it.
struct NamedTensor {
    std::string name;
    std::vector<std::size_t> shape;  ///< as in the file; a batch of one counts as an axis
    std::vector<Variable> elements;  ///< in row-major order
    std::string type = {};           ///< of elements, as ONNX calls it: "float32"; empty: not said
};

/// Own names of the network's variables, positions (x0, x_0 or X_0 is the first input, y0 the first output), and
/// elements of named tensors: input[0,2] by indices of every axis (a batch of one may be left out), input[3] and
/// input_3 by the number of the element; input where there is one only. |name| and "name" are names with any
/// characters.
class NetworkNames {
  public:
    /// The names of `query`; `by_position`: positions, too. Must outlive nothing: it keeps copies.
    NetworkNames(const model::Query& query, bool by_position);
    void add(NamedTensor tensor) { tensors_.push_back(std::move(tensor)); }

    /// The variable that `symbol` names, or an invalid one and why.
    struct Found {
        Variable variable;
        std::string problem;
        std::string expected;
    };
    Found find(std::string_view symbol) const;

  private:
    Found by_position(std::string_view name) const;
    Found by_tensor(std::string_view name, std::string_view index, bool is_quoted) const;
    const NamedTensor* tensor(std::string_view name) const;
    Found unknown(std::string_view symbol, std::string_view name) const;

    std::unordered_map<std::string, Variable> own_;
    bool by_position_;
    std::vector<Variable> inputs_;
    std::vector<Variable> outputs_;
    std::vector<NamedTensor> tensors_;
};

}  // namespace sinew::read
