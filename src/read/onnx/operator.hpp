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

/// What the rest of the graph says about a node.
struct Surroundings {
    bool sign_of_zero_is_positive = false;              ///< a Sign that stands for the sequence Sign, Add, Sign
    BatchNormUse batch_norm_use = BatchNormUse::value;  ///< of a BatchNormalization: what reads it
    bool may_skip_softmax = false;   ///< its only use is to be the graph's only output, and skipping is asked for
    bool only_order_counts = false;  ///< of a Softmax: all that reads it compares its elements with each other
    /// Where inputs lie (by component, in the order of input layers); empty: anywhere.
    const std::vector<model::Domain>* domains = nullptr;
};

/// What a handler sees of its node. Every failure names file, node, operator and opset.
class Operator {
  public:
    Operator(NodeProto& node, int index, std::int64_t opset, const std::string& file, Builder& network,
             std::vector<std::optional<Value>> inputs, const Surroundings& surroundings);

    const std::string& type() const { return node_.op_type(); }
    /// A name for the layers that the node becomes.
    std::string name() const;
    std::int64_t opset() const { return opset_; }
    Builder& network() { return network_; }
    [[noreturn]] void fail(const std::string& message) const;
    /// The same as UnboundedSteps: bounds of the inputs would help.
    [[noreturn]] void fail_unbounded(const std::string& message) const;

    std::size_t input_count() const { return inputs_.size(); }
    bool has_input(std::size_t i) const { return i < inputs_.size() && inputs_[i].has_value(); }
    const Value& input(std::size_t i) const;
    const Shape& input_shape(std::size_t i) const { return shape_of(input(i)); }
    bool is_constant(std::size_t i) const { return std::holds_alternative<Constant>(input(i)); }
    ElementType input_type(std::size_t i) const { return type_of(input(i)); }
    /// Whether all inputs are constants: what they become is then computed when the file is read.
    bool is_folding() const { return folding_; }
    /// Moves an input out. take_tensor turns a constant into a layer without inputs; take_constant and the others fail
    /// for a tensor. Infinite elements are refused, but for take() and take_extended().
    Value take(std::size_t i);
    Tensor take_tensor(std::size_t i);
    Constant take_constant(std::size_t i);
    Constant take_extended(std::size_t i);
    /// A constant as real numbers; integers are refused beside a tensor of reals.
    Constant take_numbers(std::size_t i);
    /// take_tensor for a softmax of which only the order counts, too.
    Tensor take_ordered(std::size_t i);
    std::vector<std::int64_t> integers(std::size_t i) const;
    /// The number of a constant with one element; `extended`: absent where it is infinite of this sign.
    Rational scalar(std::size_t i) const;
    std::optional<Rational> scalar_or_infinite(std::size_t i, int sign) const;

    /// Attributes, or `otherwise` where the node has none; the type is checked.
    std::int64_t integer(std::string_view attribute, std::int64_t otherwise);
    Rational real(std::string_view attribute, const Rational& otherwise);
    /// A real attribute that may be infinite of this sign, or missing: absent then.
    std::optional<Rational> real_or_infinite(std::string_view attribute, int sign);
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
    bool only_order_counts() const { return surroundings_.only_order_counts; }
    const std::vector<model::Domain>* domains() const { return surroundings_.domains; }
    void skip_softmax() { skipped_softmax_ = true; }
    bool skipped_softmax() const { return skipped_softmax_; }

    int output_count() const { return node_.output_size(); }
    void set_output(Value value) { set_output(0, std::move(value)); }
    void set_output(std::size_t i, Value value);
    std::vector<std::optional<Value>> take_outputs() { return std::move(outputs_); }

  private:
    [[noreturn]] void fail_inconstant(std::size_t i) const;
    void refuse_integers(const Constant& constant, std::size_t i) const;
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
    bool folding_ = true;
    bool reads_reals_ = false;  ///< some input is a tensor of reals
};

using Handler = void (*)(Operator&);

}  // namespace sinew::read::onnx
