// SPDX-License-Identifier: Apache-2.0
#include "write/onnx.hpp"

#include <cstring>

#include <fmt/core.h>

#include "base/error.hpp"
#include "onnx.pb.h"

namespace sinew::write {

namespace {
namespace messages = read::onnx;

constexpr std::int64_t ir_version = 7;  // that of opset 13's first release
constexpr std::int64_t opset = 13;
constexpr const char* half = "half";

class OnnxWriter {
  public:
    explicit OnnxWriter(const model::BinarizedNetwork& network) : network_(network), graph_(*model_.mutable_graph()) {}

    std::string write() {
        model_.set_ir_version(ir_version);
        model_.set_producer_name("sinew");
        model_.add_opset_import()->set_version(opset);
        model_.mutable_opset_import(0)->set_domain("");
        add_note("sinew.input", std::string(model::to_string(network_.input)));
        if (!network_.preparation.empty()) add_note("sinew.preparation", network_.preparation);
        graph_.set_name("binarized_network");
        add_value(*graph_.add_input(), "X", network_.input_size());
        for (std::size_t i = 0; i < network_.operations.size(); ++i) {
            number_ = i + 1;
            last_ = number_ == network_.operations.size();
            if (const auto* linear = std::get_if<model::BinarizedLinear>(&network_.operations[i]))
                add_dense(*linear);
            else if (const auto* activation = std::get_if<model::BinaryActivation>(&network_.operations[i]))
                add_sign(*activation);
            else
                fail("it is neither dense nor a sign");
        }
        add_value(*graph_.add_output(), "Y", network_.output_size());
        return model_.SerializeAsString();
    }

  private:
    [[noreturn]] void fail(const char* why) const {
        throw UsageError(fmt::format("operation {} of the network cannot be written as ONNX: {}", number_, why));
    }

    void add_note(const std::string& key, const std::string& value) {
        messages::StringStringEntryProto& note = *model_.add_metadata_props();
        note.set_key(key);
        note.set_value(value);
    }

    static void add_value(messages::ValueInfoProto& value, const std::string& name, std::size_t size) {
        value.set_name(name);
        messages::TypeProto::Tensor& tensor = *value.mutable_type()->mutable_tensor_type();
        tensor.set_elem_type(messages::TensorProto::FLOAT);
        tensor.mutable_shape()->add_dim()->set_dim_value(1);
        tensor.mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(size));
    }

    void add_numbers(const std::string& name, const std::vector<std::int64_t>& dims,
                     const std::vector<float>& numbers) {
        messages::TensorProto& tensor = *graph_.add_initializer();
        tensor.set_name(name);
        tensor.set_data_type(messages::TensorProto::FLOAT);
        for (const std::int64_t extent : dims) tensor.add_dims(extent);
        std::string bytes(numbers.size() * sizeof(float), '\0');
        if (!numbers.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
        tensor.set_raw_data(std::move(bytes));
    }

    void add_node(const char* type, const std::string& name, const std::vector<std::string>& inputs,
                  const std::string& output) {
        messages::NodeProto& node = *graph_.add_node();
        node.set_op_type(type);
        node.set_name(name);
        for (const std::string& input : inputs) node.add_input(input);
        node.add_output(output);
        value_ = output;
    }

    void add_dense(const model::BinarizedLinear& linear) {
        const auto* shape = std::get_if<model::DenseShape>(&linear.geometry);
        if (shape == nullptr) fail("it is a convolution");
        if (linear.scale.size() != 0) fail("it has a scale");
        for (std::size_t c = 0; c < linear.bias.size(); ++c)
            if (linear.bias.exact(c) != 0) fail("it has a bias");
        std::vector<float> transposed(linear.weights.size());
        for (std::size_t r = 0; r < shape->rows; ++r)
            for (std::size_t c = 0; c < shape->columns; ++c)
                transposed[c * shape->rows + r] = linear.weights[r * shape->columns + c];
        const std::string weight = fmt::format("weight{}", number_);
        add_numbers(weight, {static_cast<std::int64_t>(shape->columns), static_cast<std::int64_t>(shape->rows)},
                    transposed);
        add_node("MatMul", fmt::format("matmul{}", number_), {value_, weight},
                 last_ ? "Y" : fmt::format("sum{}", number_));
    }

    void add_sign(model::BinaryActivation activation) {
        if (activation != model::BinaryActivation::sign) fail("it is a step");
        if (last_) fail("the network ends in it");
        if (!has_half_) add_numbers(half, {1}, {0.5F});
        has_half_ = true;
        const std::string inner = fmt::format("inner_sign{}", number_);
        const std::string moved = fmt::format("moved{}", number_);
        add_node("Sign", inner, {value_}, inner);
        add_node("Add", moved, {value_, half}, moved);
        add_node("Sign", fmt::format("sign{}", number_), {value_}, fmt::format("sign{}", number_));
    }

    const model::BinarizedNetwork& network_;
    messages::ModelProto model_;
    messages::GraphProto& graph_;
    std::string value_ = "X";
    std::size_t number_ = 0;
    bool last_ = false;
    bool has_half_ = false;
};
}  // namespace

std::string onnx(const model::BinarizedNetwork& network) {
    return OnnxWriter(network).write();
}

}  // namespace sinew::write
