// SPDX-License-Identifier: Apache-2.0
// Sums and scalings, element by element, of tensors and constants.
#include <fmt/core.h>

#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"
#include "read/onnx/products.hpp"
#include "read/onnx/steps.hpp"

namespace sinew::read::onnx {

Tensor broadcast(Tensor tensor, const Shape& shape) {
    if (element_count(tensor.shape) == element_count(shape)) {
        tensor.shape = shape;
        return tensor;
    }
    const std::vector<std::uint32_t> indices = broadcast_indices(tensor.shape, shape);
    return std::get<Tensor>(rearranged(std::move(tensor), shape, indices));
}

Shape common_shape(Operator& node, const Shape& left, const Shape& right) {
    const std::optional<Shape> shape = broadcast_shape(left, right);
    if (!shape) node.fail(fmt::format("operands of shapes {} and {} do not fit", to_string(left), to_string(right)));
    node.check_size(*shape);
    return *shape;
}

namespace {
/// tensor ± constant: into the bias of a waiting affine layer, else as a copy with a bias.
Tensor shifted(Operator& node, Tensor tensor, const Constant& constant, const Shape& shape, Arithmetic operation) {
    tensor = broadcast(std::move(tensor), shape);
    if (all_equal(constant.reals, 0)) return tensor;
    const std::vector<std::uint32_t> from = broadcast_indices(constant.shape, shape);
    Builder& network = node.network();
    if (model::AffineLayer* affine = network.extensible(tensor)) {
        for (std::size_t i = 0; i < from.size(); ++i) {
            const std::size_t at = tensor.component(i);
            combine(operation, affine->bias, at, constant.reals, from[i], affine->bias, at);
        }
        return tensor;
    }
    model::AffineLayer copy;
    copy.terms.push_back(network.copy_term(tensor));
    copy.bias = model::NumberArray(from.size());
    for (std::size_t i = 0; i < from.size(); ++i)
        combine(operation, copy.bias, i, constant.reals, from[i], copy.bias, i);
    return network.affine(node.name(), shape, std::move(copy));
}

/// ±1 times every row of a map whose weights nobody shares.
void negate(model::AffineLayer& affine) {
    const auto flip = [](model::NumberArray& numbers) {
        const model::NumberArray zero(1);
        for (std::size_t i = 0; i < numbers.size(); ++i) combine(Arithmetic::subtract, zero, 0, numbers, i, numbers, i);
    };
    flip(affine.bias);
    for (model::AffineTerm& term : affine.terms) flip(model::weights(term.map));
}

/// The tensor as an affine layer of its own: a waiting one is taken over, anything else is copied by a sparse term.
model::AffineLayer as_affine(Builder& network, Tensor tensor) {
    if (tensor.selection.empty())
        if (model::AffineLayer* affine = network.extensible(tensor)) return std::move(*affine);
    model::AffineLayer copy;
    copy.terms.push_back(network.copy_term(tensor));
    copy.bias = model::NumberArray(element_count(tensor.shape));
    return copy;
}
}  // namespace

Tensor weighted_sum(Operator& node, const Shape& shape, std::vector<Weighted> parts, model::NumberArray bias) {
    const std::size_t count = element_count(shape);
    model::AffineLayer layer;
    layer.bias = bias.size() == count ? std::move(bias) : model::NumberArray(count);
    node.network().charge(2 * count * parts.size());
    for (Weighted& part : parts) {
        const Tensor tensor = broadcast(std::move(part.tensor), shape);
        SparseRows map(tensor.source->size, count);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t at = part.factors.size() == 1 ? 0 : i;
            const bool is_zero = part.factors.holds_double(at) && part.factors.nearest()[at] == 0;
            if (!is_zero) map.add(tensor.component(i), part.factors, at);
            map.end_row();
        }
        Tensor source = tensor;
        layer.terms.emplace_back(node.network().layer(source), map.take());
    }
    return node.network().affine(node.name(), shape, std::move(layer));
}

Value sum(Operator& node, Value left, Value right, Arithmetic operation) {
    for (Value* side : {&left, &right})
        if (auto* constant = std::get_if<Constant>(side)) *constant = as_reals(std::move(*constant));
    const Shape shape = common_shape(node, shape_of(left), shape_of(right));
    Builder& network = node.network();
    if (auto* constant = std::get_if<Constant>(&right))
        return shifted(node, std::get<Tensor>(std::move(left)), *constant, shape, operation);
    if (auto* constant = std::get_if<Constant>(&left)) {
        Tensor tensor = std::get<Tensor>(std::move(right));
        if (operation == Arithmetic::subtract) {
            const Shape own = tensor.shape;
            model::AffineLayer negative = as_affine(network, std::move(tensor));
            negate(negative);
            tensor = network.affine(node.name(), own, std::move(negative));
        }
        return shifted(node, std::move(tensor), *constant, shape, Arithmetic::add);
    }
    model::AffineLayer total = as_affine(network, broadcast(std::get<Tensor>(std::move(left)), shape));
    model::AffineLayer other = as_affine(network, broadcast(std::get<Tensor>(std::move(right)), shape));
    if (operation == Arithmetic::subtract) negate(other);
    for (std::size_t i = 0; i < total.bias.size(); ++i)
        combine(Arithmetic::add, total.bias, i, other.bias, i, total.bias, i);
    for (model::AffineTerm& term : other.terms) total.terms.push_back(std::move(term));
    return network.affine(node.name(), shape, std::move(total));
}

namespace {
/// Both operands are constants: shape computations over integers, folded normalisations over reals.
Constant folded(Operator& node, const Constant& left, const Constant& right, Arithmetic operation) {
    const std::optional<Shape> shape = broadcast_shape(left.shape, right.shape);
    if (!left.infinite.empty() || !right.infinite.empty()) node.fail("an operand is infinite");
    if (!shape || left.type != right.type)
        node.fail(
            fmt::format("constants of shapes {} and {} do not fit", to_string(left.shape), to_string(right.shape)));
    if (element_count(*shape) != 0) node.check_size(*shape);
    Constant result{*shape, left.type, {}, {}, left.data_type};
    const std::vector<std::uint32_t> l = broadcast_indices(left.shape, *shape);
    const std::vector<std::uint32_t> r = broadcast_indices(right.shape, *shape);
    node.network().charge(l.size());
    if (left.type == ElementType::real) {
        result.reals = model::NumberArray(l.size());
        for (std::size_t i = 0; i < l.size(); ++i) {
            if (operation == Arithmetic::divide && right.reals.exact(r[i]) == 0) node.fail("a division by zero");
            combine(operation, left.reals, l[i], right.reals, r[i], result.reals, i);
        }
        return result;
    }
    for (std::size_t i = 0; i < l.size(); ++i) {
        const std::int64_t a = left.integers[l[i]];
        const std::int64_t b = right.integers[r[i]];
        std::int64_t value = 0;
        bool overflow = false;
        if (operation == Arithmetic::add) overflow = __builtin_add_overflow(a, b, &value);
        if (operation == Arithmetic::subtract) overflow = __builtin_sub_overflow(a, b, &value);
        if (operation == Arithmetic::multiply) overflow = __builtin_mul_overflow(a, b, &value);
        if (operation == Arithmetic::divide) {
            if (b == 0) node.fail("a division by zero");
            overflow = a == INT64_MIN && b == -1;
            if (!overflow) value = a / b;
        }
        if (overflow) node.fail("an integer beyond 64 bits");
        result.integers.push_back(value);
    }
    return result;
}

/// An integer constant has no place beside a tensor of reals.
void require_fitting(Operator& node, std::size_t i) {
    const bool is_integer = node.is_constant(i) && node.input_type(i) == ElementType::integer;
    if (is_integer && node.input_type(1 - i) == ElementType::real)
        node.fail(fmt::format("input {} has integer elements", i));
}
/// What all four operations begin with: the result of two constants, or operands that may be combined.
bool is_folded(Operator& node, Arithmetic operation) {
    if (node.is_constant(0) && node.is_constant(1)) {
        node.set_output(folded(node, node.take_constant(0), node.take_constant(1), operation));
        return true;
    }
    require_fitting(node, 0);
    require_fitting(node, 1);
    return false;
}
}  // namespace

Value combined(Operator& node, Value left, Value right, Arithmetic operation) {
    const auto* l = std::get_if<Constant>(&left);
    const auto* r = std::get_if<Constant>(&right);
    if (l != nullptr && r != nullptr) return folded(node, *l, *r, operation);
    return sum(node, std::move(left), std::move(right), operation);
}

void add_or_subtract(Operator& node) {
    const Arithmetic operation = node.type() == "Add" ? Arithmetic::add : Arithmetic::subtract;
    if (is_folded(node, operation)) return;
    Value left = take_operand(node, 0);
    Value right = take_operand(node, 1);
    node.set_output(sum(node, std::move(left), std::move(right), operation));
}

Value take_operand(Operator& node, std::size_t i) {
    if (node.is_constant(i)) return node.take_constant(i);
    return node.take_tensor(i);
}

void sum_of_all(Operator& node) {
    const std::size_t count = node.input_count();
    if (count == 0) node.fail("nothing to add up");
    Value total = take_operand(node, 0);
    for (std::size_t i = 1; i < count; ++i)
        total = combined(node, std::move(total), take_operand(node, i), Arithmetic::add);
    if (node.type() == "Mean" && count > 1) {
        const Constant share = real_constant(Rational(1, count));
        const Shape shape = shape_of(total);
        if (auto* constant = std::get_if<Constant>(&total))
            total = folded(node, as_reals(std::move(*constant)), share, Arithmetic::multiply);
        else
            total = scaled(node, std::get<Tensor>(std::move(total)), share, shape, Arithmetic::multiply);
    }
    node.set_output(std::move(total));
}

namespace {
/// The weights of a layer that has one entry a row and is still waiting, else null.
model::SparseMap* diagonal(Builder& network, Tensor& tensor) {
    model::AffineLayer* affine = network.extensible(tensor);
    if (affine == nullptr || affine->terms.size() != 1) return nullptr;
    auto* map = std::get_if<model::SparseMap>(&affine->terms[0].map);
    if (map == nullptr || map->column.size() != map->rows()) return nullptr;
    for (std::size_t r = 0; r < map->rows(); ++r)
        if (map->row_begin[r] != r) return nullptr;
    return map;
}
}  // namespace

Tensor scaled(Operator& node, Tensor tensor, const Constant& constant, const Shape& shape, Arithmetic operation) {
    tensor = broadcast(std::move(tensor), shape);
    if (all_equal(constant.reals, 1)) return tensor;
    const std::vector<std::uint32_t> from = broadcast_indices(constant.shape, shape);
    Builder& network = node.network();
    if (model::SparseMap* map = diagonal(network, tensor)) {
        model::NumberArray& bias = network.extensible(tensor)->bias;
        for (std::size_t i = 0; i < from.size(); ++i) {
            const std::size_t at = tensor.component(i);
            combine(operation, map->weight, at, constant.reals, from[i], map->weight, at);
            combine(operation, bias, at, constant.reals, from[i], bias, at);
        }
        return tensor;
    }
    const bool inverse = operation == Arithmetic::divide;
    model::NumberArray factors = constant.reals;
    if (inverse) {
        const model::NumberArray one(std::vector<double>{1.0});
        for (std::size_t i = 0; i < factors.size(); ++i) combine(operation, one, 0, factors, i, factors, i);
    }
    network.charge(2 * from.size());
    SparseRows map(tensor.source->size, from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (!factors.holds_double(from[i])) network.charge(12);
        map.add(tensor.component(i), factors, from[i]);
        map.end_row();
    }
    return network.map(node.name(), shape, tensor, map.take());
}

void multiply(Operator& node) {
    if (is_folded(node, Arithmetic::multiply)) return;
    const bool constant_left = node.is_constant(0);
    if (!constant_left && !node.is_constant(1)) {
        Tensor left = node.take_tensor(0);
        node.set_output(product(node, std::move(left), node.take_tensor(1)));
        return;
    }
    const Shape shape = common_shape(node, node.input_shape(0), node.input_shape(1));
    Tensor tensor = node.take_tensor(constant_left ? 1 : 0);
    const Constant factor = as_reals(node.take_constant(constant_left ? 0 : 1));
    node.set_output(scaled(node, std::move(tensor), factor, shape, Arithmetic::multiply));
}

void divide(Operator& node) {
    if (is_folded(node, Arithmetic::divide)) return;
    const bool is_integer = node.input_type(0) == ElementType::integer;
    if (!node.is_constant(1)) {
        if (is_integer) node.fail("a division of integers by a tensor that depends on the network's input");
        Value left = node.take(0);
        node.set_output(quotient(node, std::move(left), node.take_tensor(1)));
        return;
    }
    const Shape shape = common_shape(node, node.input_shape(0), node.input_shape(1));
    Tensor tensor = node.take_tensor(0);
    const Constant divisor = as_reals(node.take_constant(1));
    const model::NearestNumbers numbers = divisor.reals.nearest();
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (numbers[i] == 0 && divisor.reals.holds_double(i)) node.fail("a division by zero");
    Tensor result = scaled(node, std::move(tensor), divisor, shape, Arithmetic::divide);
    if (is_integer) result = rounded(node, std::move(result), Rounding::toward_zero, {});
    node.set_output(std::move(result));
}

void negate(Operator& node) {
    const Constant minus_one{{}, ElementType::real, model::NumberArray(std::vector<double>{-1.0}), {}};
    if (node.is_constant(0)) {
        Constant operand = node.take_constant(0);
        Constant factor = minus_one;
        if (operand.type == ElementType::integer) factor = {{}, ElementType::integer, {}, {-1}};
        node.set_output(folded(node, operand, factor, Arithmetic::multiply));
        return;
    }
    Tensor tensor = node.take_tensor(0);
    const Shape shape = tensor.shape;
    node.set_output(scaled(node, std::move(tensor), minus_one, shape, Arithmetic::multiply));
}

}  // namespace sinew::read::onnx
