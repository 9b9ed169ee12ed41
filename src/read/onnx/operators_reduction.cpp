// SPDX-License-Identifier: Apache-2.0
// Reductions over axes: sums and means as sparse matrices, maxima as max-poolings, norms and logarithms by curves.
#include <utility>

#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

namespace {
/// The axes of a reduction: an attribute before `input_since`, an input from then on.
std::vector<bool> reduced_axes(Operator& node, std::size_t rank, std::int64_t input_since) {
    std::vector<std::int64_t> axes;
    if (node.opset() < input_since)
        axes = node.integer_list("axes").value_or(std::vector<std::int64_t>{});
    else if (node.has_input(1))
        axes = node.integers(1);
    const bool none_if_empty = node.integer("noop_with_empty_axes", 0) != 0;
    std::vector<bool> reduced(rank, axes.empty() && !none_if_empty);
    for (const std::int64_t axis : axes) reduced[node.axis(axis, rank)] = true;
    return reduced;
}
}  // namespace

namespace {
/// Which elements come together in each element of the result, and its shape.
struct Groups {
    Shape shape;
    std::vector<std::vector<std::uint32_t>> members;
};

/// From this opset on the axes are an input.
std::int64_t axes_are_input_since(std::string_view type) {
    return type == "ReduceSum" ? 13 : 18;
}

Groups read_groups_of(Operator& node) {
    const Shape& shape = node.input_shape(0);
    const std::vector<bool> reduced = reduced_axes(node, shape.size(), axes_are_input_since(node.type()));
    const bool keep = node.integer("keepdims", 1) != 0;
    Groups groups;
    std::vector<std::size_t> kept_strides(shape.size(), 0);
    std::size_t count = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        if (reduced[axis]) continue;
        kept_strides[axis] = count;
        count *= shape[axis];
    }
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
        if (!reduced[axis] || keep) groups.shape.push_back(reduced[axis] ? 1 : shape[axis]);
    groups.members.resize(count);
    node.network().charge(2 * element_count(shape) + 4 * count);
    for_each_offset(shape, kept_strides, [&](std::size_t element, std::size_t row) {
        groups.members[row].push_back(static_cast<std::uint32_t>(element));
    });
    return groups;
}

/// Constants: products, sums of squares and their roots.
Rational reduced(std::string_view type, const Constant& constant, const std::vector<std::uint32_t>& members) {
    Rational result = type == "ReduceProd" ? 1 : 0;
    for (const std::uint32_t member : members) {
        const Rational number = constant.reals.exact(member);
        if (type == "ReduceProd")
            result *= number;
        else
            result += number * number;
    }
    return type == "ReduceL2" ? root_of(result) : result;
}
}  // namespace

void reduce(Operator& node) {
    const std::string type = node.type();
    const bool is_of_squares = type == "ReduceSumSquare" || type == "ReduceL2";
    const bool has_logarithm = type == "ReduceLogSum" || type == "ReduceLogSumExp";
    if (node.is_constant(0) && is_of_squares) return reduce_constant(node);
    if (node.is_constant(0) && has_logarithm) node.fail("a logarithm of sums of constants is not supported");
    if ((has_logarithm || type == "ReduceL2") && node.input_type(0) == ElementType::integer)
        node.fail("a curved function of integers is not supported");
    const Groups groups = read_groups_of(node);
    if (groups.members.empty() || groups.members[0].empty()) node.fail("there is nothing to reduce");
    const std::size_t count = groups.members.size();
    const std::size_t total = element_count(node.input_shape(0));
    Tensor tensor = node.take_tensor(0);
    const auto components = [&] {
        std::vector<std::vector<std::uint32_t>> result = groups.members;
        for (auto& row : result)
            for (std::uint32_t& member : row) member = tensor.component(member);
        return result;
    };
    if (type == "ReduceMax" || type == "ReduceMin") {
        const bool is_min = type == "ReduceMin";
        const auto turned = [&](Tensor of) {
            const Shape shape = of.shape;
            return is_min ? scaled(node, std::move(of), real_constant(-1), shape, Arithmetic::multiply) : of;
        };
        tensor = turned(std::move(tensor));
        const auto windows = components();
        node.set_output(turned(maximum_over(node, std::move(tensor), groups.shape, windows)));
        return;
    }
    const auto curved = [&](Tensor of, const char* part, model::ActivationKind kind, const Rational& parameter = 0) {
        return node.network().activation(node.name() + part, std::move(of), {kind, parameter, {}, {}});
    };
    if (type == "ReduceL1") tensor = absolute_of(node, std::move(tensor));
    if (is_of_squares) tensor = curved(std::move(tensor), "_squares", model::ActivationKind::power, 2);
    if (type == "ReduceLogSumExp") tensor = curved(std::move(tensor), "_exp", model::ActivationKind::exp);
    model::NumberArray weight(1);
    weight.set(0, type == "ReduceMean" ? Rational(1, total / count) : Rational(1));
    if (!weight.all_doubles()) node.network().charge(12 * total);
    SparseRows map(tensor.source->size, count);
    for (const std::vector<std::uint32_t>& row : groups.members) {
        for (const std::uint32_t member : row) map.add(tensor.component(member), weight, 0);
        map.end_row();
    }
    Tensor result = node.network().map(node.name(), groups.shape, tensor, map.take());
    if (type == "ReduceL2") result = curved(std::move(result), "_root", model::ActivationKind::sqrt);
    if (has_logarithm) result = curved(std::move(result), "_log", model::ActivationKind::log);
    node.set_output(std::move(result));
}

void reduce_constant(Operator& node) {
    const Groups groups = read_groups_of(node);
    const bool is_integer = node.input_type(0) == ElementType::integer;
    if (!node.is_constant(0)) node.fail("this is no linear function of a tensor that depends on the network's input");
    const Constant constant = as_reals(node.take_constant(0));
    Constant result;
    result.shape = groups.shape;
    result.type = is_integer ? ElementType::integer : ElementType::real;
    for (const std::vector<std::uint32_t>& row : groups.members) {
        const Rational number = reduced(node.type(), constant, row);
        if (!is_integer) {
            result.reals.push_back(number);
        } else {
            if (number.get_den() != 1 || !number.get_num().fits_slong_p()) node.fail("an integer beyond 64 bits");
            result.integers.push_back(number.get_num().get_si());
        }
    }
    node.set_output(std::move(result));
}

}  // namespace sinew::read::onnx
