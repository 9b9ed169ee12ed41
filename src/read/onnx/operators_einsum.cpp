// SPDX-License-Identifier: Apache-2.0
// Einsum of one tensor and constants.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "base/utf8.hpp"
#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

namespace {
/// An axis is a letter, or the n-th last one of an ellipsis (256 + n).
using Labels = std::vector<int>;
constexpr int ellipsis = 256;

struct Equation {
    std::vector<Labels> operands;
    Labels result;
    std::map<int, std::size_t> extent;
};

/// "ij...", with the axes that '...' stands for.
Labels labels_of(Operator& node, std::string_view text, std::size_t hidden) {
    Labels labels;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.' && text.substr(i, 3) == "...") {
            for (std::size_t d = hidden; d-- > 0;) labels.push_back(ellipsis + static_cast<int>(d));
            i += 2;
        } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            labels.push_back(c);
        } else {
            node.fail(fmt::format("the equation holds '{}'", printable(std::string_view(&c, 1))));
        }
    }
    return labels;
}

Equation read_equation(Operator& node) {
    std::string text = node.text("equation", "");
    std::erase(text, ' ');
    const std::size_t arrow = text.find("->");
    std::string_view left = std::string_view(text).substr(0, arrow);
    std::vector<std::string_view> terms;
    while (true) {
        const std::size_t comma = left.find(',');
        terms.push_back(left.substr(0, comma));
        if (comma == std::string_view::npos) break;
        left.remove_prefix(comma + 1);
    }
    if (terms.size() != node.input_count())
        node.fail(fmt::format("the equation has {} operands, the node {}", terms.size(), node.input_count()));
    Equation equation;
    std::size_t most_hidden = 0;
    for (std::size_t o = 0; o < terms.size(); ++o) {
        const Shape& shape = node.input_shape(o);
        const bool hides = terms[o].find('.') != std::string_view::npos;
        const std::size_t letters = terms[o].size() - (hides ? 3 : 0);
        if (hides ? shape.size() < letters || terms[o].size() < 3 : shape.size() != letters)
            node.fail(
                fmt::format("operand {} of shape {} does not fit '{}'", o, to_string(shape), printable(terms[o])));
        const std::size_t hidden = shape.size() - letters;
        most_hidden = std::max(most_hidden, hides ? hidden : 0);
        equation.operands.push_back(labels_of(node, terms[o], hidden));
        for (std::size_t axis = 0; axis < shape.size(); ++axis) {
            std::size_t& extent = equation.extent.emplace(equation.operands[o][axis], shape[axis]).first->second;
            if (extent == 1 && equation.operands[o][axis] >= ellipsis) extent = shape[axis];
            if (extent != shape[axis] && (shape[axis] != 1 || equation.operands[o][axis] < ellipsis))
                node.fail(fmt::format("operand {} of shape {} does not fit the others", o, to_string(shape)));
        }
    }
    if (arrow != std::string::npos) {
        equation.result = labels_of(node, std::string_view(text).substr(arrow + 2), most_hidden);
    } else {
        for (std::size_t d = most_hidden; d-- > 0;) equation.result.push_back(ellipsis + static_cast<int>(d));
        std::map<int, int> uses;
        for (const Labels& labels : equation.operands)
            for (const int label : labels) ++uses[label];
        for (const auto& [label, count] : uses)
            if (label < ellipsis && count == 1) equation.result.push_back(label);
    }
    for (const int label : equation.result)
        if (!equation.extent.contains(label) || std::ranges::count(equation.result, label) != 1)
            node.fail("the equation's result has an axis that no operand has, or has it twice");
    return equation;
}

/// How far an operand's elements are apart along each of `axes`.
std::vector<std::size_t> strides_along(const Labels& axes, const Labels& operand, const Shape& shape) {
    const std::vector<std::size_t> own = strides_of(shape);
    std::vector<std::size_t> result(axes.size(), 0);
    for (std::size_t a = 0; a < axes.size(); ++a)
        for (std::size_t axis = 0; axis < operand.size(); ++axis)
            if (operand[axis] == axes[a] && shape[axis] != 1) result[a] += own[axis];
    return result;
}
}  // namespace

void einsum(Operator& node) {
    const Equation equation = read_equation(node);
    std::size_t of_tensor = 0;
    std::size_t tensors = 0;
    for (std::size_t o = 0; o < node.input_count(); ++o) {
        if (node.is_constant(o)) continue;
        of_tensor = o;
        ++tensors;
    }
    if (tensors > 1) node.fail("a product of two tensors that both depend on the network's input is not linear");
    // The axes of the result, then those that are summed over.
    Labels axes = equation.result;
    for (const auto& entry : equation.extent)
        if (std::ranges::find(axes, entry.first) == axes.end()) axes.push_back(entry.first);
    Shape all;
    for (const int label : axes) all.push_back(equation.extent.at(label));
    const Shape shape(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(equation.result.size()));
    const std::size_t count = element_count(shape);
    const std::size_t total = element_count(all);
    node.check_size(shape);
    if (total > 8 * largest_tensor) node.fail("the product is too large");
    node.network().charge(total * 3 / 2);
    std::vector<std::vector<std::uint32_t>> element;  // of each operand, by the product's elements
    for (std::size_t o = 0; o < node.input_count(); ++o) {
        element.emplace_back(total);
        for_each_offset(all, strides_along(axes, equation.operands[o], node.input_shape(o)),
                        [&](std::size_t k, std::size_t offset) { element[o][k] = static_cast<std::uint32_t>(offset); });
    }
    model::NumberArray weights(std::vector<double>(total, 1.0));
    for (std::size_t o = 0; o < node.input_count(); ++o) {
        if (o == of_tensor) continue;
        check_limits();
        const Constant constant = node.take_numbers(o);
        for (std::size_t k = 0; k < total; ++k)
            combine(Arithmetic::multiply, weights, k, constant.reals, element[o][k], weights, k);
    }
    Tensor tensor = node.take_tensor(of_tensor);
    const std::size_t columns = tensor.source->size;
    const std::size_t each = total / count;
    if (total >= count * columns / 2 && each > 1) {
        model::NumberArray dense(count * columns);
        const model::NumberArray one(std::vector<double>{1.0});
        for (std::size_t k = 0; k < total; ++k)
            add_product(weights, k, one, 0, dense, k / each * columns + tensor.component(element[of_tensor][k]));
        node.set_output(
            node.network().map(node.name(), shape, tensor, model::DenseMap{count, columns, std::move(dense)}));
        return;
    }
    SparseRows map(columns, count);
    for (std::size_t k = 0; k < total; ++k) {
        map.add(tensor.component(element[of_tensor][k]), weights, k);
        if ((k + 1) % each == 0) map.end_row();
    }
    node.set_output(node.network().map(node.name(), shape, tensor, map.take()));
}

}  // namespace sinew::read::onnx
