// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/operators.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sinew::read::onnx {

namespace {
using Row = std::pair<std::string_view, Handler>;

constexpr std::array table = std::to_array<Row>({
    {"Add", add_or_subtract},
    {"AveragePool", average_pool},
    {"BatchNormalization", batch_normalization},
    {"Cast", cast},
    {"Clip", clip},
    {"Concat", concat},
    {"Constant", constant},
    {"ConstantOfShape", constant_of_shape},
    {"Conv", conv},
    {"ConvTranspose", conv_transpose},
    {"Div", divide},
    {"Dropout", dropout},
    {"Expand", expand},
    {"Flatten", flatten},
    {"Gather", gather},
    {"Gemm", gemm},
    {"GlobalAveragePool", global_average_pool},
    {"GlobalMaxPool", global_max_pool},
    {"HardSigmoid", hard_sigmoid},
    {"HardTanh", hard_tanh},
    {"Identity", identity},
    {"LeakyRelu", leaky_relu},
    {"LogSoftmax", softmax},
    {"MatMul", mat_mul},
    {"MaxPool", max_pool},
    {"Mul", multiply},
    {"Neg", negate},
    {"PRelu", p_relu},
    {"Pad", pad},
    {"ReduceMean", reduce},
    {"ReduceSum", reduce},
    {"Relu", relu},
    {"Reshape", reshape},
    {"Resize", resize},
    {"Shape", shape},
    {"Sigmoid", sigmoid},
    {"Sign", sign},
    {"Slice", slice},
    {"Softmax", softmax},
    {"Split", split},
    {"Squeeze", squeeze},
    {"Sub", add_or_subtract},
    {"Tanh", tanh},
    {"Transpose", transpose},
    {"Unsqueeze", unsqueeze},
    {"Upsample", resize},
});
static_assert(std::ranges::is_sorted(table, [](const Row& a, const Row& b) { return a.first < b.first; }));
}  // namespace

Handler find_handler(std::string_view type) {
    const auto* found = std::lower_bound(table.begin(), table.end(), type,
                                         [](const Row& row, std::string_view name) { return row.first < name; });
    return found != table.end() && found->first == type ? found->second : nullptr;
}

}  // namespace sinew::read::onnx
