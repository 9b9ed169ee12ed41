// The handlers of operators, by family. Each reads its node's inputs and attributes and sets its outputs.
#pragma once

#include "read/onnx/operator.hpp"

namespace sinew::read::onnx {

// operators_shape.cpp: move elements or change shapes.
void identity(Operator& node);
void flatten(Operator& node);
void reshape(Operator& node);

// operators_dense.cpp
void gemm(Operator& node);
void mat_mul(Operator& node);

// operators_elementwise.cpp
void add_or_subtract(Operator& node);
/// left ± right with broadcasting, not both constant: what Add, Sub and the addend of Gemm share.
Value sum(Operator& node, Value left, Value right, Arithmetic operation);
void relu(Operator& node);

// operators_constant.cpp
void constant(Operator& node);

}  // namespace sinew::read::onnx
