// SPDX-License-Identifier: Apache-2.0
// Networks and tensors as a text of VNN-LIB 2.0 declares them: what a witness tells, and what is written back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exact/linear_form.hpp"

namespace sinew::model {

enum class TensorRole { input, hidden, output };

struct DeclaredTensor {
    TensorRole role = TensorRole::input;
    std::string name;
    std::string type;                ///< "real", or an element type of ONNX: "float32", "int64", …
    std::vector<std::size_t> shape;  ///< as declared; none is a scalar
    std::string node;                ///< of a hidden one: the node's output in the ONNX graph
    std::vector<Variable> elements;  ///< in row-major order
};

struct DeclaredNetwork {
    std::string name;
    std::string equal_to;       ///< the network whose file is this one's, too; empty: none
    std::string isomorphic_to;  ///< the network of the same graph with other weights; empty: none
    std::vector<DeclaredTensor> tensors;
};

/// Whether elements of this type are whole numbers (bool among them).
inline bool is_integer_type(std::string_view type) {
    return type.starts_with("int") || type.starts_with("uint") || type == "bool";
}

}  // namespace sinew::model
