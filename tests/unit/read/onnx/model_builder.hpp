// SPDX-License-Identifier: Apache-2.0
// ONNX models made in tests, and tensors of exact numbers to compare with.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "model/evaluate.hpp"
#include "onnx.pb.h"
#include "read/onnx/onnx.hpp"

namespace sinew::read::test {

using Index = std::vector<std::size_t>;
using Integers = std::vector<std::int64_t>;

inline std::size_t count(const Index& shape) {
    std::size_t result = 1;
    for (const std::size_t extent : shape) result *= extent;
    return result;
}

/// A tensor with its elements in row-major order, read by coordinates.
struct Array {
    Index shape;
    std::vector<Rational> data;

    Array() = default;
    explicit Array(Index of) : shape(std::move(of)), data(count(shape)) {}
    Array(Index of, std::vector<Rational> values) : shape(std::move(of)), data(std::move(values)) {}

    std::size_t offset(const Index& at) const {
        std::size_t result = 0;
        for (std::size_t axis = 0; axis < shape.size(); ++axis) result = result * shape[axis] + at[axis];
        return result;
    }
    Rational& operator[](const Index& at) { return data[offset(at)]; }
    const Rational& operator[](const Index& at) const { return data[offset(at)]; }
    /// The element that broadcasting shows at coordinates of a shape with as many axes or more.
    const Rational& broadcast(const Index& at) const {
        Index own;
        for (std::size_t axis = 0; axis < shape.size(); ++axis)
            own.push_back(shape[axis] == 1 ? 0 : at[at.size() - shape.size() + axis]);
        return data[offset(own)];
    }
};

/// Visits all coordinates of a shape in row-major order.
template <class Visit>
void for_each_index(const Index& shape, Visit&& visit) {
    Index at(shape.size(), 0);
    for (std::size_t k = 0; k < count(shape); ++k) {
        visit(static_cast<const Index&>(at));
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            if (++at[axis] < shape[axis]) break;
            at[axis] = 0;
        }
    }
}

inline Array random_array(Random& random, Index shape, std::int64_t low = -4, std::int64_t high = 4) {
    Array result(std::move(shape));
    for (Rational& value : result.data) value = static_cast<long>(random.integer(low, high));
    return result;
}

/// Writes an ONNX model node by node.
class ModelBuilder {
  public:
    explicit ModelBuilder(std::int64_t opset = 13) {
        model_.set_ir_version(8);
        model_.add_opset_import()->set_version(opset);
    }
    onnx::ModelProto& model() { return model_; }
    onnx::GraphProto& graph() { return *model_.mutable_graph(); }

    ModelBuilder& input(const std::string& name, const Index& shape) {
        value(*graph().add_input(), name);
        auto* dimensions = graph().mutable_input(graph().input_size() - 1)->mutable_type()->mutable_tensor_type();
        dimensions->mutable_shape();
        for (const std::size_t extent : shape)
            dimensions->mutable_shape()->add_dim()->set_dim_value(static_cast<std::int64_t>(extent));
        return *this;
    }
    /// An input of another element type than float32.
    ModelBuilder& input(const std::string& name, const Index& shape, onnx::TensorProto::DataType type) {
        input(name, shape);
        graph().mutable_input(graph().input_size() - 1)->mutable_type()->mutable_tensor_type()->set_elem_type(type);
        return *this;
    }
    /// A constant of integers or Booleans of any shape.
    ModelBuilder& integers(const std::string& name, const Index& shape, const Integers& values,
                           onnx::TensorProto::DataType type = onnx::TensorProto::INT64) {
        onnx::TensorProto& tensor = *graph().add_initializer();
        tensor.set_name(name);
        tensor.set_data_type(type);
        for (const std::size_t extent : shape) tensor.add_dims(static_cast<std::int64_t>(extent));
        for (const std::int64_t number : values)
            type == onnx::TensorProto::INT64 ? tensor.add_int64_data(number)
                                             : tensor.add_int32_data(static_cast<std::int32_t>(number));
        return *this;
    }
    ModelBuilder& output(const std::string& name) {
        value(*graph().add_output(), name);
        return *this;
    }
    ModelBuilder& constant(const std::string& name, const Array& array) {
        fill(*graph().add_initializer(), array);
        graph().mutable_initializer(graph().initializer_size() - 1)->set_name(name);
        return *this;
    }
    ModelBuilder& integers(const std::string& name, const Integers& values) {
        onnx::TensorProto& tensor = *graph().add_initializer();
        tensor.set_name(name);
        tensor.set_data_type(onnx::TensorProto::INT64);
        tensor.add_dims(static_cast<std::int64_t>(values.size()));
        for (const std::int64_t number : values) tensor.add_int64_data(number);
        return *this;
    }
    ModelBuilder& node(const std::string& type, const std::vector<std::string>& inputs,
                       const std::vector<std::string>& outputs) {
        onnx::NodeProto& added = *graph().add_node();
        added.set_op_type(type);
        added.set_name(type + "_" + std::to_string(graph().node_size()));
        for (const std::string& name : inputs) added.add_input(name);
        for (const std::string& name : outputs) added.add_output(name);
        return *this;
    }
    /// Attributes of the last node.
    ModelBuilder& set(const std::string& name, std::int64_t number) {
        onnx::AttributeProto& added = attribute(name, onnx::AttributeProto::INT);
        added.set_i(number);
        return *this;
    }
    ModelBuilder& set_real(const std::string& name, float number) {
        attribute(name, onnx::AttributeProto::FLOAT).set_f(number);
        return *this;
    }
    ModelBuilder& set_list(const std::string& name, const Integers& numbers) {
        onnx::AttributeProto& added = attribute(name, onnx::AttributeProto::INTS);
        for (const std::int64_t number : numbers) added.add_ints(number);
        return *this;
    }
    ModelBuilder& set_text(const std::string& name, const std::string& text) {
        attribute(name, onnx::AttributeProto::STRING).set_s(text);
        return *this;
    }
    ModelBuilder& set_tensor(const std::string& name, const Array& array) {
        fill(*attribute(name, onnx::AttributeProto::TENSOR).mutable_t(), array);
        return *this;
    }
    std::string bytes() const { return model_.SerializeAsString(); }

    /// float32, in raw bytes as exporters write it; numbers must be float32 numbers.
    static void fill(onnx::TensorProto& tensor, const Array& array) {
        tensor.set_data_type(onnx::TensorProto::FLOAT);
        for (const std::size_t extent : array.shape) tensor.add_dims(static_cast<std::int64_t>(extent));
        std::string raw;
        for (const Rational& number : array.data) {
            const auto value = static_cast<float>(number.get_d());
            raw.append(reinterpret_cast<const char*>(&value), sizeof value);
        }
        tensor.set_raw_data(raw);
    }

  private:
    static void value(onnx::ValueInfoProto& info, const std::string& name) {
        info.set_name(name);
        info.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    }
    onnx::AttributeProto& attribute(const std::string& name, onnx::AttributeProto::AttributeType type) {
        onnx::AttributeProto& added = *graph().mutable_node(graph().node_size() - 1)->add_attribute();
        added.set_name(name);
        added.set_type(type);
        return added;
    }
    onnx::ModelProto model_;
};

/// The outputs of the model for these inputs (all input tensors laid end to end), computed exactly.
inline std::vector<Rational> outputs_of(const OnnxNetwork& network, const std::vector<Rational>& inputs) {
    const std::vector<Rational> values = model::evaluate(network.query.network, inputs);
    std::vector<Rational> result;
    for (const Variable output : network.outputs) result.push_back(values[output.index()]);
    return result;
}
inline std::vector<Rational> outputs_of(const ModelBuilder& model, const std::vector<Rational>& inputs) {
    return outputs_of(parse_onnx(model.bytes(), "f"), inputs);
}

/// The error that reading the model gives, or "no error".
inline std::string error_of(const std::string& bytes) {
    try {
        parse_onnx(bytes, "f");
    } catch (const InputError& caught) {
        return caught.what();
    }
    return "no error";
}
inline std::string error_of(const ModelBuilder& model) {
    return error_of(model.bytes());
}

}  // namespace sinew::read::test
