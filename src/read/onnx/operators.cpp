// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/operators.hpp"

#include <algorithm>
#include <array>

#include "read/onnx/operator_table.hpp"
#include "read/onnx/supported.hpp"

namespace sinew::read {

namespace onnx {
namespace {
using enum ResultType;
using enum Types;

constexpr std::string_view none;
// clang-format off
constexpr std::array standard = std::to_array<OperatorRow>({
    {"Abs", absolute, 1, same, numbers, "as a ReLU"},
    {"Add", add_or_subtract, 1, same, numbers, "constants and tensors, with broadcasting; a constant joins the affine layer before it if no one else reads that"},
    {"And", logical, 1, integer, booleans, "with broadcasting, as a ReLU"},
    {"ArgMax", arg_max, 1, integer, numbers, "as a sum of steps; of several maxima the first, or the last by select_last_index"},
    {"ArgMin", arg_max, 1, integer, numbers, "likewise"},
    {"AveragePool", average_pool, 1, real, reals, "1-D and 2-D; pads, dilations, auto_pad, ceil_mode (a window that would begin in the end's padding is left out), count_include_pad"},
    {"BatchNormalization", batch_normalization, 1, real, reals, "inference; see below"},
    {"Cast", cast, 1, own, all, "between real types, of integers and Booleans to reals: the identity; of reals to integers: steps, see below. Constants are rounded as the type says"},
    {"CastLike", cast, 15, own, all, "likewise"},
    {"Ceil", round_to_integers, 1, real, reals, "as steps, see below"},
    {"Celu", exponential_unit, 12, real, reals, "composed of a ReLU and Exp"},
    {"Clip", clip, 1, same, numbers, "bounds by attribute (before opset 11) or constant input, infinite ones too; a Clip whose min is above its max is the constant max, as the standard says"},
    {"Compress", compress, 9, same, all, "constant condition"},
    {"Concat", concat, 1, same, all, none},
    {"Constant", constant, 1, own, all, none},
    {"ConstantOfShape", constant_of_shape, 9, own, all, none},
    {"Conv", conv, 1, real, reals, "1-D and 2-D; group, dilations, strides, pads, auto_pad; one image"},
    {"ConvInteger", left_of_sequence, 10, real, numbers, "as DequantizeLinear and Conv"},
    {"ConvTranspose", conv_transpose, 1, real, reals, "1-D and 2-D, as the transpose of a convolution; output_padding, output_shape; auto_pad with odd padding from opset 11 on"},
    {"Cos", smooth_function, 7, real, reals, "real-valued, see below"},
    {"CumSum", cumulative_sum, 11, same, numbers, none},
    {"DepthToSpace", depth_to_space, 1, same, all, none},
    {"DequantizeLinear", dequantize_linear, 10, real, all, "by tensor, by axis, by blocks; constant scale and zero point"},
    {"Div", divide, 1, same, numbers, "with broadcasting; by constants: exact rationals where no double is (1/255); by tensors: products with reciprocals, see below. Integers by constants: towards zero, as steps"},
    {"Dropout", dropout, 1, same, reals, "the identity; training_mode is an error"},
    {"Einsum", einsum, 12, same, numbers, "of one tensor, or of a tensor and a constant; with repeated letters and '...'"},
    {"Elu", exponential_unit, 1, real, reals, "as Celu"},
    {"Equal", compare, 1, integer, all, "as steps: one where the difference is a whole number between -1 and 0 or 0 and 1, else two"},
    {"Erf", smooth_function, 9, real, reals, "as Cos"},
    {"Exp", smooth_function, 1, real, reals, "as Cos"},
    {"Expand", expand, 8, same, all, none},
    {"EyeLike", eye_like, 9, own, all, none},
    {"Flatten", flatten, 1, same, all, none},
    {"Floor", round_to_integers, 1, real, reals, "as steps, see below"},
    {"Gather", gather, 1, same, all, "constant indices"},
    {"GatherElements", gather_elements, 11, same, all, "constant indices"},
    {"GatherND", gather_nd, 11, same, all, "constant indices"},
    {"Gelu", gated_unit, 20, real, reals, "a product with Erf, whose √½ is the double nearest to it, or with Tanh"},
    {"Gemm", gemm, 1, same, numbers, "one factor constant; alpha, beta, transA, transB"},
    {"GlobalAveragePool", global_average_pool, 1, real, reals, none},
    {"GlobalMaxPool", global_max_pool, 1, same, reals, none},
    {"Greater", compare, 1, integer, numbers, "as a step, with broadcasting"},
    {"GreaterOrEqual", compare, 12, integer, numbers, "likewise"},
    {"HardSigmoid", hard_sigmoid, 1, real, reals, none},
    {"HardSwish", gated_unit, 14, real, reals, "a product of the tensor and a clip of it"},
    {"HardTanh", hard_tanh, 1, real, reals, "not ONNX's own, but written by some"},
    {"Identity", identity, 1, same, all, none},
    {"LayerNormalization", layer_normalization, 17, real, reals, "of squares, a root, a reciprocal and products"},
    {"LeakyRelu", leaky_relu, 1, real, reals, none},
    {"Less", compare, 1, integer, numbers, "as a step, with broadcasting"},
    {"LessOrEqual", compare, 12, integer, numbers, "likewise"},
    {"Log", smooth_function, 1, real, reals, "as Cos"},
    {"LogSoftmax", softmax, 1, real, reals, "as Softmax"},
    {"MatMul", mat_mul, 1, same, numbers, "vectors, batches of matrices; of two tensors: products and their sums, see below"},
    {"MatMulInteger", left_of_sequence, 10, real, numbers, "as DequantizeLinear and MatMul"},
    {"Max", extremum, 1, same, numbers, "of constants and tensors, with broadcasting: as ReLUs, or a clip where a constant is one number"},
    {"MaxPool", max_pool, 1, same, numbers, "1-D and 2-D; pads, dilations, auto_pad, ceil_mode"},
    {"Mean", sum_of_all, 1, real, reals, "with broadcasting"},
    {"Min", extremum, 1, same, numbers, "as Max"},
    {"Mish", gated_unit, 18, real, reals, "a product with Tanh of Softplus"},
    {"Mod", modulo, 10, same, numbers, "of constants"},
    {"Mul", multiply, 1, same, numbers, "with broadcasting; by constants: exact rationals where no double is (1/255); of two tensors: see below"},
    {"Neg", negate, 1, same, numbers, none},
    {"NonZero", non_zero, 9, integer, all, "of constants"},
    {"Not", negation, 1, integer, booleans, none},
    {"OneHot", one_hot, 9, own, numbers, "constant depth and values; of an index that is 0 or 1 linear, else as steps"},
    {"Or", logical, 1, integer, booleans, "with broadcasting, as a ReLU"},
    {"PRelu", p_relu, 1, real, reals, "one slope, or one an element with broadcasting"},
    {"Pad", pad, 1, same, numbers, "constant, edge, reflect"},
    {"Pow", power, 1, same, numbers, "whole exponents from -64 to 64, 1/2 and -1/2, the same for all elements"},
    {"QLinearConv", left_of_sequence, 10, integer, numbers, "as DequantizeLinear, Conv and QuantizeLinear"},
    {"QLinearMatMul", left_of_sequence, 10, integer, numbers, "as DequantizeLinear, MatMul and QuantizeLinear"},
    {"QuantizeLinear", quantize_linear, 10, integer, all, "to (u)int8, (u)int16, (u)int4, int32: constants exactly, tensors as steps; constant scale and zero point"},
    {"Range", range, 11, own, numbers, "of constants"},
    {"Reciprocal", smooth_function, 1, real, reals, "of constants exactly; else real-valued, see below"},
    {"ReduceL1", reduce, 1, same, numbers, "as ReLUs and a sum"},
    {"ReduceL2", reduce, 1, same, reals, "the root of a sum of squares; of constants an irrational one is the double nearest to it"},
    {"ReduceLogSum", reduce, 1, real, reals, "not of constants"},
    {"ReduceLogSumExp", reduce, 1, real, reals, "not of constants"},
    {"ReduceMax", reduce, 1, same, numbers, "as a max-pooling"},
    {"ReduceMean", reduce, 1, real, reals, none},
    {"ReduceMin", reduce, 1, same, numbers, "as a max-pooling"},
    {"ReduceProd", reduce_constant, 1, same, numbers, "of constants"},
    {"ReduceSum", reduce, 1, same, numbers, none},
    {"ReduceSumSquare", reduce, 1, same, numbers, "a sum of squares"},
    {"Relu", relu, 1, same, numbers, none},
    {"Reshape", reshape, 1, same, all, none},
    {"Resize", resize, 10, same, numbers, "nearest and linear, by scales or sizes; all coordinate_transformation_modes but tf_crop_and_resize; antialias is an error"},
    {"Round", round_to_integers, 11, real, reals, "halves to the even one; as steps, see below"},
    {"ScatterElements", scatter_elements, 11, same, all, "constant indices; reduction none"},
    {"ScatterND", scatter_nd, 11, same, all, "constant indices; reduction none"},
    {"Selu", exponential_unit, 1, real, reals, "as Celu"},
    {"Shape", shape, 1, integer, all, none},
    {"Sigmoid", sigmoid, 1, real, reals, "real-valued; [engine.md](engine.md) says how it is decided"},
    {"Sign", sign, 9, same, numbers, "0 at 0. The sequence Sign, Add c, Sign with a constant 0 < c < 1 (Larq) becomes one function that is 1 at 0"},
    {"Sin", smooth_function, 7, real, reals, "as Cos"},
    {"Size", shape, 1, integer, all, none},
    {"Slice", slice, 1, same, all, none},
    {"Softmax", softmax, 1, real, reals, "1/Σ_j exp(x_j - x_i); left out where only the order counts, see below"},
    {"Softplus", smooth_function, 1, real, reals, "as Cos"},
    {"SpaceToDepth", space_to_depth, 1, same, all, none},
    {"Split", split, 1, same, all, none},
    {"Sqrt", smooth_function, 1, real, reals, "of constants: an irrational one is the double nearest to it; else as Cos"},
    {"Squeeze", squeeze, 1, same, all, none},
    {"Sub", add_or_subtract, 1, same, numbers, "as Add"},
    {"Sum", sum_of_all, 1, same, reals, "with broadcasting"},
    {"Swish", gated_unit, 24, real, reals, "a product with Sigmoid"},
    {"Tanh", tanh, 1, real, reals, "as Sigmoid"},
    {"ThresholdedRelu", thresholded_relu, 10, real, reals, "as a ReLU and a step"},
    {"Tile", tile, 6, same, all, none},
    {"Transpose", transpose, 1, same, all, none},
    {"Trilu", trilu, 14, same, all, none},
    {"Unsqueeze", unsqueeze, 1, same, all, none},
    {"Upsample", resize, 7, same, numbers, "as Resize"},
    {"Where", where, 9, own, all, "of a constant condition; of a comparison where the two values differ by a multiple of what is compared, or by a constant (x > 0 ? x : 0)"},
    {"Xor", logical, 1, integer, booleans, "with broadcasting, as ReLUs"},
});
constexpr std::array qonnx = std::to_array<OperatorRow>({
    {"BipolarQuant", bipolar_quant, 1, real, reals, "1 at 0"},
    {"IntQuant", quant, 1, real, reals, "as Quant"},
    {"MultiThreshold", multi_threshold, 1, real, reals, "constant thresholds, as steps; data_layout with the channels second or last"},
    {"Quant", quant, 1, real, reals, "constant scale, zero point and bit width: constants exactly, tensors as steps; rounding_mode ROUND, FLOOR, CEIL, ROUND_TO_ZERO"},
});
// clang-format on
static_assert(std::ranges::is_sorted(standard, {}, &OperatorRow::name));
static_assert(std::ranges::is_sorted(qonnx, {}, &OperatorRow::name));

std::vector<std::string> names_of(Types types) {
    const std::vector<std::string> real{"float16", "bfloat16", "float32", "float64"};
    const std::vector<std::string> whole{"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"};
    std::vector<std::string> result;
    if (types != booleans) result = real;
    if (types == numbers || types == all) result.insert(result.end(), whole.begin(), whole.end());
    if (types == booleans || types == all) result.emplace_back("bool");
    return result;
}
}  // namespace

std::span<const OperatorRow> operators_of(std::string_view domain) {
    if (domain.empty() || domain == "ai.onnx") return standard;
    // What Brevitas and FINN call QONNX's operators.
    if (domain == "qonnx.custom_op.general" || domain == "onnx.brevitas" || domain == "finn.custom_op.general")
        return qonnx;
    return {};
}

const OperatorRow* find_operator(std::string_view domain, std::string_view type) {
    const std::span<const OperatorRow> rows = operators_of(domain);
    const auto found = std::ranges::lower_bound(rows, type, {}, &OperatorRow::name);
    return found != rows.end() && found->name == type ? &*found : nullptr;
}
}  // namespace onnx

std::vector<OnnxOperator> onnx_operators() {
    std::vector<OnnxOperator> result;
    for (const std::string_view domain : onnx::operator_domains)
        for (const onnx::OperatorRow& row : onnx::operators_of(domain))
            result.push_back({std::string(domain), std::string(row.name), row.since, onnx::names_of(row.types),
                              std::string(row.notes)});
    return result;
}

int oldest_onnx_opset() {
    return 1;
}

int newest_onnx_opset() {
    return static_cast<int>(onnx::newest_opset);
}

std::vector<std::string> onnx_element_types() {
    return onnx::names_of(onnx::Types::all);
}

std::string onnx_operator_table() {
    std::string text = "| operator | since opset | notes |\n|---|---|---|\n";
    for (const OnnxOperator& op : onnx_operators())
        text += "| " + (op.domain.empty() ? "" : op.domain + ": ") + op.name + " | " +
                (op.domain.empty() ? std::to_string(op.since) : "") + " | " + op.notes + " |\n";
    return text;
}

}  // namespace sinew::read
