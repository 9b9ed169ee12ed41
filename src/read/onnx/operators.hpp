// SPDX-License-Identifier: Apache-2.0
// The handlers of operators, by family. Each reads its node's inputs and attributes and sets its outputs.
#pragma once

#include "read/onnx/operator.hpp"

namespace sinew::read::onnx {

// operators_activation.cpp
void relu(Operator& node);
void leaky_relu(Operator& node);
void p_relu(Operator& node);
void sign(Operator& node);
void tanh(Operator& node);
void sigmoid(Operator& node);
void hard_tanh(Operator& node);
void hard_sigmoid(Operator& node);
void clip(Operator& node);
void dropout(Operator& node);
void softmax(Operator& node);

// operators_constant.cpp
void constant(Operator& node);
void constant_of_shape(Operator& node);
void shape(Operator& node);
void cast(Operator& node);

// operators_convolution.cpp
void conv(Operator& node);
void conv_transpose(Operator& node);

// operators_dense.cpp
void gemm(Operator& node);
void mat_mul(Operator& node);

// operators_elementwise.cpp
void add_or_subtract(Operator& node);
void multiply(Operator& node);
void divide(Operator& node);
void negate(Operator& node);
/// left ± right with broadcasting, not both constant.
Value sum(Operator& node, Value left, Value right, Arithmetic operation);
/// tensor · constant or tensor / constant under the broadcast shape; divisors are not zero.
Tensor scaled(Operator& node, Tensor tensor, const Constant& constant, const Shape& shape, Arithmetic operation);

// operators_movement.cpp
void transpose(Operator& node);
void split(Operator& node);
void slice(Operator& node);
void gather(Operator& node);
void expand(Operator& node);
void concat(Operator& node);
void pad(Operator& node);
void resize(Operator& node);

// operators_normalisation.cpp
void batch_normalization(Operator& node);

// operators_pooling.cpp
void max_pool(Operator& node);
void average_pool(Operator& node);
void global_max_pool(Operator& node);
void global_average_pool(Operator& node);

// operators_reduction.cpp
void reduce(Operator& node);

// operators_shape.cpp
void identity(Operator& node);
void flatten(Operator& node);
void reshape(Operator& node);
void squeeze(Operator& node);
void unsqueeze(Operator& node);

}  // namespace sinew::read::onnx
