// SPDX-License-Identifier: Apache-2.0
// Activation functions, and what is left of operators that do nothing when a trained network is used.
#include <fmt/core.h>

#include "read/onnx/broadcast.hpp"
#include "read/onnx/operators.hpp"
#include "read/onnx/steps.hpp"

namespace sinew::read::onnx {

namespace {
using model::Activation;
using model::ActivationKind;

void apply(Operator& node, const Activation& activation) {
    node.ignore("consumed_inputs");
    if (node.is_constant(0)) {
        Constant constant = node.take_constant(0);
        if (constant.type == ElementType::real) {
            constant.reals = applied(activation, constant.reals);
        } else {
            for (std::int64_t& value : constant.integers) {
                const Rational result = model::apply(activation, Rational(static_cast<long>(value)));
                if (result.get_den() != 1) node.fail("this function of integers is none");
                value = result.get_num().get_si();
            }
        }
        node.set_output(std::move(constant));
        return;
    }
    Tensor source = node.take_tensor(0);
    node.set_output(node.network().activation(node.name(), std::move(source), activation));
}

Activation of_kind(ActivationKind kind) {
    Activation activation;
    activation.kind = kind;
    return activation;
}

Activation clip_between(std::optional<Rational> lower, std::optional<Rational> upper) {
    Activation activation = of_kind(ActivationKind::clip);
    activation.lower = std::move(lower);
    activation.upper = std::move(upper);
    return activation;
}

/// A float attribute's default in the published definitions is itself a float32.
Rational float_default(float value) {
    return to_rational(static_cast<double>(value));
}
}  // namespace

void relu(Operator& node) {
    apply(node, of_kind(ActivationKind::relu));
}

void leaky_relu(Operator& node) {
    Activation activation = of_kind(ActivationKind::leaky_relu);
    activation.slope = node.real("alpha", float_default(0.01F));
    apply(node, activation);
}

/// slope·x + (1 - slope)·max(0, x), element by element.
void p_relu(Operator& node) {
    const Shape shape = node.input_shape(0);
    Constant slope = node.take_numbers(1);
    if (element_count(slope.shape) == 0) node.fail("the slope is no number");
    // Before opset 7 there is one slope, or one a channel.
    if (node.opset() < 7 && slope.shape.size() == 1 && slope.shape[0] != 1 && shape.size() > 1)
        slope.shape.insert(slope.shape.end(), shape.size() - 2, 1);
    const std::optional<Shape> common = broadcast_shape(shape, slope.shape);
    if (!common || element_count(*common) != element_count(shape))
        node.fail(fmt::format("slopes of shape {} do not fit an input of shape {}", to_string(slope.shape),
                              to_string(shape)));
    Activation leaky = of_kind(ActivationKind::leaky_relu);
    leaky.slope = slope.reals.exact(0);
    bool is_one = true;
    for (std::size_t i = 1; i < slope.reals.size(); ++i) is_one = is_one && slope.reals.exact(i) == leaky.slope;
    if (is_one) return apply(node, leaky);
    Tensor tensor = node.take_tensor(0);
    const std::vector<std::uint32_t> from = broadcast_indices(slope.shape, *common);
    node.network().charge(2 * from.size());
    model::NumberArray below(from.size());
    model::NumberArray rest(from.size());
    const model::NumberArray one(std::vector<double>{1.0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        below.set(i, slope.reals.exact(from[i]));
        combine(Arithmetic::subtract, one, 0, below, i, rest, i);
    }
    Tensor positive = node.network().activation(node.name() + "_relu", tensor, of_kind(ActivationKind::relu));
    node.set_output(weighted_sum(node, shape, {{std::move(tensor), below}, {std::move(positive), rest}}, {}));
}

/// |x| = 2·max(0, x) - x
void absolute(Operator& node) {
    if (node.is_constant(0)) {
        Activation activation = of_kind(ActivationKind::leaky_relu);
        activation.slope = -1;
        return apply(node, activation);
    }
    const Shape shape = node.input_shape(0);
    node.set_output(absolute_of(node, node.take_tensor(0)));
}

Tensor absolute_of(Operator& node, Tensor tensor) {
    const Shape shape = tensor.shape;
    Tensor positive = node.network().activation(node.name() + "_relu", tensor, of_kind(ActivationKind::relu));
    const auto number = [](double value) { return model::NumberArray(std::vector<double>{value}); };
    return weighted_sum(node, shape, {{std::move(positive), number(2)}, {std::move(tensor), number(-1)}}, {});
}

/// x where x > alpha, else 0: max(0, x - alpha) + alpha·[x > alpha].
void thresholded_relu(Operator& node) {
    const Rational alpha = node.real("alpha", 1);
    const Shape shape = node.input_shape(0);
    const Tensor tensor = node.take_tensor(0);
    Value above = sum(node, tensor, real_constant(alpha), Arithmetic::subtract);
    Value below = scaled(node, std::get<Tensor>(above), real_constant(-1), shape, Arithmetic::multiply);
    Tensor jump = complement(node, not_negative(node, std::get<Tensor>(std::move(below))));
    Tensor ramp = node.network().activation(node.name() + "_relu", std::get<Tensor>(std::move(above)),
                                            of_kind(ActivationKind::relu));
    node.set_output(weighted_sum(
        node, shape, {{std::move(ramp), real_constant(1).reals}, {std::move(jump), real_constant(alpha).reals}}, {}));
}

void sign(Operator& node) {
    apply(node, of_kind(node.sign_of_zero_is_positive() ? ActivationKind::sign : ActivationKind::signum));
}

void tanh(Operator& node) {
    apply(node, of_kind(ActivationKind::tanh));
}

void sigmoid(Operator& node) {
    apply(node, of_kind(ActivationKind::sigmoid));
}

void hard_tanh(Operator& node) {
    const Rational lower = node.real("min_val", -1);
    const Rational upper = node.real("max_val", 1);
    if (lower > upper) node.fail("min_val is above max_val");
    apply(node, clip_between(lower, upper));
}

/// max(0, min(1, alpha · x + beta))
void hard_sigmoid(Operator& node) {
    const Constant alpha = real_constant(node.real("alpha", float_default(0.2F)));
    const Constant beta = real_constant(node.real("beta", float_default(0.5F)));
    Tensor tensor = node.take_tensor(0);
    const Shape shape = tensor.shape;
    tensor = scaled(node, std::move(tensor), alpha, shape, Arithmetic::multiply);
    Value line = sum(node, std::move(tensor), beta, Arithmetic::add);
    node.set_output(node.network().activation(node.name(), std::get<Tensor>(std::move(line)),
                                              clip_between(Rational(0), Rational(1))));
}

void clip(Operator& node) {
    std::optional<Rational> lower;
    std::optional<Rational> upper;
    if (node.opset() < 11) {
        lower = node.real_or_infinite("min", -1);
        upper = node.real_or_infinite("max", 1);
    } else {
        lower = node.scalar_or_infinite(1, -1);
        upper = node.scalar_or_infinite(2, 1);
    }
    apply(node, clip_between(lower, upper));  // crossed: the standard says that all is `max`
}

void dropout(Operator& node) {
    for (const char* attribute : {"ratio", "is_test", "seed", "consumed_inputs"}) node.ignore(attribute);
    if (node.has_input(2)) {
        for (const std::int64_t training : node.integers(2))
            if (training != 0) node.fail("training mode is not supported");
    }
    node.set_output(node.take(0));
}

namespace {
/// The values before a softmax over `axis` (and before opset 13 all axes behind it): a view that knows which elements
/// belong together.
Tensor ordered(Operator& node, std::size_t axis) {
    Tensor tensor = node.network().contiguous(node.take_tensor(0), node.name() + "_input");
    const Shape shape = tensor.shape;
    auto order = std::make_shared<std::vector<std::uint32_t>>(tensor.source->size);
    const std::vector<std::size_t> strides = strides_of(shape);
    const std::size_t inner = node.opset() < 13 ? 1 : strides[axis];
    const std::size_t group = node.opset() < 13 ? strides[axis] * shape[axis] : shape[axis];
    for (std::size_t i = 0; i < order->size(); ++i)
        (*order)[i] = static_cast<std::uint32_t>(i / (inner * group) * inner + i % inner);
    tensor.order = std::move(order);
    return tensor;
}
}  // namespace

void softmax(Operator& node) {
    const Shape& shape = node.input_shape(0);
    const std::size_t axis = node.axis(node.integer("axis", node.opset() < 13 ? 1 : -1), shape.size());
    // Before opset 13 all axes from this one on are one; since then it is this one alone.
    const Shape normalised =
        node.opset() < 13 ? Shape(shape.begin() + static_cast<std::ptrdiff_t>(axis), shape.end()) : Shape{shape[axis]};
    const bool one_group = element_count(normalised) == element_count(shape);
    // The sign of one output says nothing of its softmax, which is 1.
    const bool is_constant = element_count(shape) == 1;
    if (node.only_order_counts()) return node.set_output(ordered(node, axis));
    if (!node.may_skip_softmax() || !one_group || is_constant) {
        inner_softmax(node, Shape(shape), axis, node.opset() < 13 ? shape.size() : axis + 1);
        return;
    }
    node.skip_softmax();
    node.set_output(node.take(0));
}

}  // namespace sinew::read::onnx
