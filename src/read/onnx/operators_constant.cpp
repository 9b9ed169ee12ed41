// Operators whose result is known when the file is read.
#include <fmt/format.h>

#include "read/onnx/constant.hpp"
#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

void constant(Operator& node) {
    if (TensorProto* tensor = node.tensor("value")) {
        node.set_output(
            to_constant(*tensor, [&](const std::string& message) { node.fail("the constant: " + message); }));
        return;
    }
    Constant result;
    if (node.has("value_float")) {
        result.reals = model::NumberArray(std::vector<double>{node.real("value_float", 0).get_d()});
    } else if (node.has("value_floats")) {
        std::vector<double> values = *node.real_list("value_floats");
        result.shape = {values.size()};
        result.reals = model::NumberArray(std::move(values));
    } else if (node.has("value_int")) {
        result.type = ElementType::integer;
        result.integers = {node.integer("value_int", 0)};
    } else if (node.has("value_ints")) {
        result.type = ElementType::integer;
        result.integers = *node.integer_list("value_ints");
        result.shape = {result.integers.size()};
    } else {
        node.fail("it holds no tensor and no number");
    }
    node.set_output(std::move(result));
}

}  // namespace sinew::read::onnx
