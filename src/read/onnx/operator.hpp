// SPDX-License-Identifier: Apache-2.0
// An operator of an ONNX graph while it is read: its inputs as values, its attributes with their types, its outputs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "onnx.pb.h"
#include "read/batch_norm.hpp"
#include "read/onnx/builder.hpp"
#include "read/onnx/onnx.hpp"

namespace sinew::read::onnx {

/// Values by name, with the number of reads still to come.
using Environment = std::unordered_map<std::string, Value>;

/// What the rest of the graph says about a node.
struct Surroundings {
    bool sign_of_zero_is_positive = false;              ///< a Sign that stands for the sequence Sign, Add, Sign
    BatchNormUse batch_norm_use = BatchNormUse::value;  ///< of a BatchNormalization: what reads it
    bool may_skip_softmax = false;  ///< its only use is to be the graph's only output, and skipping is asked for
};

/// What a handler sees of its node. Every failure names file, node, operator and opset.
class Operator {
  public:
    Operator(NodeProto& node, int index, std::int64_t opset, const std::string& file, Builder& network,
             std::vector<std::optional<Value>> inputs, const Surroundings& surroundings)
        : node_(node),
          index_(index),
          opset_(opset),
          file_(file),
          network_(network),
          inputs_(std::move(inputs)),
          surroundings_(surroundings) {}

    const std::string& type() const { return node_.op_type(); }
    /// A name for the layers that the node becomes.
    std::string name() const;
    std::int64_t opset() const { return opset_; }
    Builder& network() { return network_; }
    [[noreturn]] void fail(const std::string& message) const;

    std::size_t input_count() const { return inputs_.size(); }
    bool has_input(std::size_t i) const { return i < inputs_.size() && inputs_[i].has_value(); }
    const Value& input(std::size_t i) const;
    const Shape& input_shape(std::size_t i) const { return shape_of(input(i)); }
    bool is_constant(std::size_t i) const { return std::holds_alternative<Constant>(input(i)); }
    /// Moves an input out. take_tensor turns a constant into a layer without inputs; take_constant and the others fail
    /// for a tensor.
    Value take(std::size_t i);
    Tensor take_tensor(std::size_t i);
    Constant take_constant(std::size_t i);
    std::vector<std::int64_t> integers(std::size_t i) const;
    /// The number of a constant with one element.
    Rational scalar(std::size_t i) const;

    /// Attributes, or `otherwise` where the node has none; the type is checked.
    std::int64_t integer(std::string_view attribute, std::int64_t otherwise);
    Rational real(std::string_view attribute, const Rational& otherwise);
    std::string text(std::string_view attribute, std::string_view otherwise);
    std::optional<std::vector<std::int64_t>> integer_list(std::string_view attribute);
    std::optional<std::vector<double>> real_list(std::string_view attribute);
    TensorProto* tensor(std::string_view attribute);
    bool has(std::string_view attribute) const;
    /// Says that an attribute has no influence on what is computed here.
    void ignore(std::string_view attribute);
    /// Fails for an attribute that nobody asked for: it would change the meaning unseen.
    void check_all_attributes_used() const;

    /// An axis counted from the end if negative; fails outside [-rank, rank).
    std::size_t axis(std::int64_t given, std::size_t rank) const;
    /// A shape of at least one element and at most what the budget allows.
    void check_size(const Shape& shape) const;

    bool sign_of_zero_is_positive() const { return surroundings_.sign_of_zero_is_positive; }
    BatchNormUse batch_norm_use() const { return surroundings_.batch_norm_use; }
    bool may_skip_softmax() const { return surroundings_.may_skip_softmax; }
    void skip_softmax() { skipped_softmax_ = true; }
    bool skipped_softmax() const { return skipped_softmax_; }

    int output_count() const { return node_.output_size(); }
    void set_output(Value value) { set_output(0, std::move(value)); }
    void set_output(std::size_t i, Value value);
    std::vector<std::optional<Value>> take_outputs() { return std::move(outputs_); }

  private:
    AttributeProto* find(std::string_view attribute, AttributeProto::AttributeType type);

    NodeProto& node_;
    int index_;
    std::int64_t opset_;
    const std::string& file_;
    Builder& network_;
    std::vector<std::optional<Value>> inputs_;
    std::vector<std::optional<Value>> outputs_;
    std::vector<std::string_view> used_;
    Surroundings surroundings_;
    bool skipped_softmax_ = false;
};

using Handler = void (*)(Operator&);

/// The handler of an operator of the standard domain, null for an unknown one.
Handler find_handler(std::string_view type);

}  // namespace sinew::read::onnx
