// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/sequences.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sinew::read::onnx {

namespace {
/// One node of the graph and what takes its place.
class Sequence {
  public:
    Sequence(GraphProto& graph, int index) : graph_(graph), node_(graph.node(index)), index_(index) {}

    void write_out() {
        const std::string type = node_.op_type();
        if (type == "QLinearMatMul") {
            const std::string left = numbers("left", 0, 1, 2, -2);
            const std::string right = numbers("right", 3, 4, 5, -1);
            multiples(add("MatMul", {left, right}, "product"), 6, 7);
        } else if (type == "QLinearConv") {
            const std::string image = numbers("image", 0, 1, 2, 1);
            const std::string weights = numbers("weights", 3, 4, 5, 0);
            std::vector<std::string> inputs{image, weights};
            if (const std::string bias = input(8); !bias.empty()) {
                // The bias counts in products of the scales.
                const std::string scale = add("Mul", {input(1), input(4)}, "bias_scale");
                const std::string number = add("Cast", {bias}, "bias_number");
                inputs.push_back(add("Mul", {number, scale}, "bias"));
            }
            multiples(add("Conv", inputs, "sum", &node_), 6, 7);
        } else {
            const bool is_product = type == "MatMulInteger";
            const std::string one = unit();
            const std::string left = numbers("left", 0, one, input(2), is_product ? -2 : 1);
            const std::string right = numbers("right", 1, one, input(3), is_product ? -1 : 0);
            add(is_product ? "MatMul" : "Conv", {left, right}, "", is_product ? nullptr : &node_);
        }
    }

  private:
    std::string input(int i) const { return i < node_.input_size() ? node_.input(i) : std::string(); }

    /// Adds a node, the last one (without a name of its value) in the old one's place; gives its value's name.
    std::string add(const std::string& type, const std::vector<std::string>& inputs, const std::string& value,
                    const NodeProto* attributes = nullptr) {
        NodeProto added;
        added.set_op_type(type);
        added.set_name(node_.name() + "/" + type + (value.empty() ? "" : "_" + value));
        for (const std::string& name : inputs) added.add_input(name);
        const std::string output = value.empty() ? node_.output(0) : node_.output(0) + "/" + value;
        added.add_output(output);
        if (attributes != nullptr) *added.mutable_attribute() = attributes->attribute();
        if (value.empty())
            *graph_.mutable_node(index_) = std::move(added);
        else
            *graph_.add_node() = std::move(added);
        return output;
    }

    std::string numbers(const std::string& value, int of, const std::string& scale, const std::string& zero, int axis) {
        const std::string output = add("DequantizeLinear", {input(of), scale, zero}, value);
        AttributeProto& attribute = *graph_.mutable_node(graph_.node_size() - 1)->add_attribute();
        attribute.set_name("axis");
        attribute.set_type(AttributeProto::INT);
        attribute.set_i(axis);
        return output;
    }
    std::string numbers(const std::string& value, int of, int scale, int zero, int axis) {
        return numbers(value, of, input(scale), input(zero), axis);
    }
    void multiples(const std::string& of, int scale, int zero) {
        add("QuantizeLinear", {of, input(scale), input(zero)}, "");
    }
    std::string unit() {
        const std::string output = add("Constant", {}, "one");
        AttributeProto& attribute = *graph_.mutable_node(graph_.node_size() - 1)->add_attribute();
        attribute.set_name("value_float");
        attribute.set_type(AttributeProto::FLOAT);
        attribute.set_f(1);
        return output;
    }

    GraphProto& graph_;
    NodeProto node_;  ///< a copy: its place is taken
    int index_;
};
}  // namespace

void write_out_sequences(GraphProto& graph) {
    const int count = graph.node_size();
    for (int n = 0; n < count; ++n) {
        const std::string& type = graph.node(n).op_type();
        if (!graph.node(n).domain().empty() || graph.node(n).output_size() != 1) continue;
        if (type == "QLinearMatMul" || type == "QLinearConv" || type == "MatMulInteger" || type == "ConvInteger")
            Sequence(graph, n).write_out();
    }
}

}  // namespace sinew::read::onnx
