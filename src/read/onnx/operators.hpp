// SPDX-License-Identifier: Apache-2.0
// The handlers of operators, by family. Each reads its node's inputs and attributes and sets its outputs.
#pragma once

#include "onnx.pb.h"
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
void absolute(Operator& node);
void thresholded_relu(Operator& node);
/// |x|, element by element.
Tensor absolute_of(Operator& node, Tensor tensor);

// operators_cast.cpp
void cast(Operator& node);
void round_to_integers(Operator& node);

// operators_comparison.cpp
void compare(Operator& node);
void negation(Operator& node);
void logical(Operator& node);
void where(Operator& node);

// operators_constant.cpp
void constant(Operator& node);
void constant_of_shape(Operator& node);
void shape(Operator& node);
void range(Operator& node);
void eye_like(Operator& node);
void modulo(Operator& node);
void non_zero(Operator& node);
/// Roots and reciprocals of constants.
void of_a_constant(Operator& node);
/// The root of a number that is not negative: exactly where it is rational, else the double nearest to it.
Rational root_of(const Rational& square);

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
void sum_of_all(Operator& node);
/// An operand that may be a constant, without infinities, or a tensor.
Value take_operand(Operator& node, std::size_t i);
/// A tensor seen under a shape that its own broadcasts to.
Tensor broadcast(Tensor tensor, const Shape& shape);
/// The shape that two operands broadcast to; fails where they do not.
Shape common_shape(Operator& node, const Shape& left, const Shape& right);
/// A tensor, and what its elements are multiplied by: one number, or one for each element of the result.
struct Weighted {
    Tensor tensor;
    model::NumberArray factors;
};
/// The sum of weighted tensors under a shape, plus a bias (one for each element; none: 0).
Tensor weighted_sum(Operator& node, const Shape& shape, std::vector<Weighted> parts, model::NumberArray bias);
/// left ± right with broadcasting; `sum` where not both are constant.
Value combined(Operator& node, Value left, Value right, Arithmetic operation);
Value sum(Operator& node, Value left, Value right, Arithmetic operation);
/// tensor · constant or tensor / constant under the broadcast shape; divisors are not zero.
Tensor scaled(Operator& node, Tensor tensor, const Constant& constant, const Shape& shape, Arithmetic operation);

// operators_einsum.cpp
void einsum(Operator& node);

// operators_extremum.cpp
void extremum(Operator& node);
void arg_max(Operator& node);
void one_hot(Operator& node);
/// Maxima over components of the tensor's source.
Tensor maximum_over(Operator& node, Tensor tensor, Shape shape, const std::vector<std::vector<std::uint32_t>>& members);

// operators_indexing.cpp
void tile(Operator& node);
void gather_elements(Operator& node);
void gather_nd(Operator& node);
void scatter_nd(Operator& node);
void trilu(Operator& node);
void depth_to_space(Operator& node);
void space_to_depth(Operator& node);
void scatter_elements(Operator& node);
void compress(Operator& node);
void cumulative_sum(Operator& node);

// operators_movement.cpp
/// The part of an axis: elements chosen[0], chosen[1], … of it.
Value along_axis(Operator& node, Value value, std::size_t axis, const std::vector<std::size_t>& chosen);
/// Constants of one type joined; `source` are element numbers over all parts laid end to end.
Constant joined_constants(Operator& node, std::vector<Constant> parts, Shape shape,
                          const std::vector<std::uint32_t>& source);
/// The same of some inputs of the node, constants or not.
Value joined_elements(Operator& node, const std::vector<std::size_t>& inputs, Shape shape,
                      const std::vector<std::uint32_t>& source);
void transpose(Operator& node);
void split(Operator& node);
void slice(Operator& node);
void gather(Operator& node);
void expand(Operator& node);
void concat(Operator& node);
void pad(Operator& node);

// operators_normalisation.cpp
void batch_normalization(Operator& node);

// operators_pooling.cpp
void max_pool(Operator& node);
void average_pool(Operator& node);
void global_max_pool(Operator& node);
void global_average_pool(Operator& node);

// operators_quantisation.cpp
void quantize_linear(Operator& node);
void dequantize_linear(Operator& node);
void quant(Operator& node);
void bipolar_quant(Operator& node);
void multi_threshold(Operator& node);
/// Of operators that sequences.hpp writes out before nodes are looked at: what is left of them fails.
void left_of_sequence(Operator& node);

// operators_reduction.cpp
void reduce(Operator& node);
void reduce_constant(Operator& node);

// operators_resize.cpp
void resize(Operator& node);

// operators_smooth.cpp
void smooth_function(Operator& node);
void power(Operator& node);
void exponential_unit(Operator& node);
void gated_unit(Operator& node);
void layer_normalization(Operator& node);
/// A Softmax or LogSoftmax over the axes from the first to before the last, as layers.
void inner_softmax(Operator& node, const Shape& shape, std::size_t first_axis, std::size_t end_axis);

// operators_shape.cpp
void identity(Operator& node);
void flatten(Operator& node);
void reshape(Operator& node);
void squeeze(Operator& node);
void unsqueeze(Operator& node);

}  // namespace sinew::read::onnx
