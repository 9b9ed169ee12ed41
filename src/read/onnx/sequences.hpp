// SPDX-License-Identifier: Apache-2.0
// Operators that are sequences of others.
#pragma once

#include "onnx.pb.h"

namespace sinew::read::onnx {

/// Writes QLinearMatMul, QLinearConv, MatMulInteger and ConvInteger out: numbers are made of the multiples, multiplied,
/// and made multiples again. (ConvInteger's and MatMulInteger's results are whole numbers of a real type then.)
void write_out_sequences(GraphProto& graph);

}  // namespace sinew::read::onnx
