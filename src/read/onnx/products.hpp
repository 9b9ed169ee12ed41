// SPDX-License-Identifier: Apache-2.0
// Products of tensors that both depend on the network's inputs, for the handlers that meet them.
#pragma once

#include "read/onnx/operator.hpp"

namespace sinew::read::onnx {

/// left · right, element by element, with broadcasting. A tensor times itself becomes squares.
Tensor product(Operator& node, Tensor left, Tensor right);
/// 1/x
Tensor reciprocal_of(Operator& node, Tensor tensor);
/// left / divisor, element by element, with broadcasting.
Value quotient(Operator& node, Value left, Tensor divisor);

/// Blocks of m × k and k × n matrices; which block of either tensor the product's blocks are made of.
struct MatrixProduct {
    std::size_t blocks = 1, m = 1, k = 1, n = 1;
    std::vector<std::uint32_t> left_block;
    std::vector<std::uint32_t> right_block;
    Shape result;
};
Tensor matrix_product(Operator& node, Tensor left, Tensor right, const MatrixProduct& shapes);

}  // namespace sinew::read::onnx
