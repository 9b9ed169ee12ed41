// SPDX-License-Identifier: Apache-2.0
// Weights that are left in the file's bytes until they are read, and kept as floats where these are exact.
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <optional>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/limit_scope.hpp"
#include "model_builder.hpp"

namespace sinew::read::test {
namespace {

constexpr std::size_t rows = 600;
constexpr std::size_t columns = 500;

/// x · W, or W · x as Gemm has it, with `W` of this type; `number(i)` are its elements.
template <class Number>
std::string product(const char* type, bool transposed, const std::function<Number(std::size_t)>& number) {
    onnx::ModelProto model;
    model.set_ir_version(7);
    model.add_opset_import()->set_version(13);
    onnx::GraphProto& graph = *model.mutable_graph();
    const auto add_value = [](onnx::ValueInfoProto& value, const char* name, std::size_t size) {
        value.set_name(name);
        value.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
        auto& shape = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
        shape.add_dim()->set_dim_value(1);
        shape.add_dim()->set_dim_value(static_cast<std::int64_t>(size));
    };
    add_value(*graph.add_input(), "x", columns);
    add_value(*graph.add_output(), "y", rows);
    onnx::TensorProto& tensor = *graph.add_initializer();
    tensor.set_name("w");
    tensor.set_data_type(sizeof(Number) == 4 ? onnx::TensorProto::FLOAT : onnx::TensorProto::DOUBLE);
    tensor.add_dims(static_cast<std::int64_t>(transposed ? rows : columns));
    tensor.add_dims(static_cast<std::int64_t>(transposed ? columns : rows));
    std::string raw(rows * columns * sizeof(Number), '\0');
    for (std::size_t i = 0; i < rows * columns; ++i) {
        const Number value = number(i);
        std::memcpy(raw.data() + i * sizeof(Number), &value, sizeof(Number));
    }
    tensor.set_raw_data(std::move(raw));
    onnx::NodeProto& node = *graph.add_node();
    node.set_op_type(type);
    node.add_input("x");
    node.add_input("w");
    node.add_output("y");
    if (transposed) {
        onnx::AttributeProto& attribute = *node.add_attribute();
        attribute.set_name("transB");
        attribute.set_i(1);
        attribute.set_type(onnx::AttributeProto::INT);
    }
    return model.SerializeAsString();
}

const model::DenseMap& map_of(const OnnxNetwork& network) {
    const auto& affine = std::get<model::AffineLayer>(network.query.network.layers()[1].operation);
    return std::get<model::DenseMap>(affine.terms[0].map);
}

template <class Number>
Number some_number(std::size_t i) {
    return static_cast<Number>(static_cast<float>(static_cast<double>(i * 7919 % 10007) / 977 - 5));
}

template <class Number>
void expect_exact_floats(const char* type, bool transposed) {
    const OnnxNetwork network = parse_onnx(product<Number>(type, transposed, some_number<Number>), "f");
    const model::DenseMap& map = map_of(network);
    ASSERT_NE(map.weights.nearest().floats(), nullptr);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c)
            ASSERT_EQ(map.weights.nearest()[r * columns + c],
                      static_cast<double>(some_number<Number>(transposed ? r * columns + c : c * rows + r)));
}

TEST(LargeWeights, are_floats_and_the_same_numbers) {
    expect_exact_floats<float>("MatMul", false);
    expect_exact_floats<float>("Gemm", true);
    expect_exact_floats<double>("MatMul", false);
    expect_exact_floats<double>("Gemm", true);
}

TEST(LargeWeights, stay_doubles_where_one_is_no_float) {
    const auto number = [](std::size_t i) { return i == rows * columns - 1 ? 0.1 : some_number<double>(i); };
    const OnnxNetwork network = parse_onnx(product<double>("Gemm", true, number), "f");
    const model::DenseMap& map = map_of(network);
    ASSERT_EQ(map.weights.nearest().floats(), nullptr);
    for (std::size_t i = 0; i < rows * columns; ++i) ASSERT_EQ(map.weights.nearest()[i], number(i));
}

TEST(LargeWeights, that_are_no_numbers_are_named) {
    const auto error = [](const std::string& bytes) {
        try {
            parse_onnx(bytes, "f");
        } catch (const InputError& caught) {
            return std::string(caught.what());
        }
        return std::string("read");
    };
    const auto infinite = [](std::size_t i) { return i == 77777 ? std::numeric_limits<float>::infinity() : 1.0F; };
    EXPECT_EQ(error(product<float>("Gemm", true, infinite)),
              "f: node number 0 (Gemm), opset 13: input 1: its element 77777 is inf");
    const auto nan = [](std::size_t i) { return i == 77778 ? std::numeric_limits<double>::quiet_NaN() : 1.0; };
    EXPECT_EQ(error(product<double>("Gemm", true, nan)), "f: initializer 'w': its element 77778 is nan");
    std::string cut = product<float>("Gemm", true, some_number<float>);
    cut.resize(cut.size() - 1000);
    EXPECT_EQ(error(cut), "f: the file is damaged or cut short (expected an ONNX model (protobuf))");
}

TEST(LargeWeights, are_the_same_from_a_file_whose_memory_is_given_back) {
    const std::string bytes = product<float>("Gemm", true, some_number<float>);
    const auto path = std::filesystem::temp_directory_path() / ("sinew_large_weights_" + std::to_string(getpid()));
    std::ofstream(path, std::ios::binary) << bytes;
    const OnnxNetwork from_file = read_onnx(path.string());
    const OnnxNetwork from_bytes = parse_onnx(bytes, "f");
    std::filesystem::remove(path);
    for (std::size_t i = 0; i < rows * columns; ++i)
        ASSERT_EQ(map_of(from_file).weights.nearest()[i], map_of(from_bytes).weights.nearest()[i]);
}

TEST(LargeWeights, are_read_within_limits) {
    const std::atomic<bool> stopped = true;
    const LimitScope scope(Limits(std::nullopt, std::nullopt, &stopped));
    EXPECT_THROW(parse_onnx(product<float>("Gemm", true, some_number<float>), "f"), LimitReached);
}

}  // namespace
}  // namespace sinew::read::test
