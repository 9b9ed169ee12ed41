// SPDX-License-Identifier: Apache-2.0
// Activation functions, and what is left of operators that do nothing when a trained network is used.
#include <fmt/core.h>

#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

namespace {
using model::Activation;
using model::ActivationKind;

void apply(Operator& node, const Activation& activation) {
    node.ignore("consumed_inputs");
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

void p_relu(Operator& node) {
    const Constant slope = node.take_constant(1);
    if (slope.type != ElementType::real || element_count(slope.shape) == 0) node.fail("the slope is no real number");
    Activation activation = of_kind(ActivationKind::leaky_relu);
    activation.slope = slope.reals.exact(0);
    for (std::size_t i = 1; i < slope.reals.size(); ++i)
        if (slope.reals.exact(i) != activation.slope) node.fail("different slopes in one layer are not supported");
    apply(node, activation);
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
    const auto number = [](const Rational& value) {
        Constant constant;
        constant.reals.push_back(value);
        return constant;
    };
    const Constant alpha = number(node.real("alpha", float_default(0.2F)));
    const Constant beta = number(node.real("beta", float_default(0.5F)));
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
        if (node.has("min")) lower = node.real("min", 0);
        if (node.has("max")) upper = node.real("max", 0);
    } else {
        if (node.has_input(1)) lower = node.scalar(1);
        if (node.has_input(2)) upper = node.scalar(2);
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

void softmax(Operator& node) {
    const Shape& shape = node.input_shape(0);
    const std::size_t axis = node.axis(node.integer("axis", node.opset() < 13 ? 1 : -1), shape.size());
    // Before opset 13 all axes from this one on are one; since then it is this one alone.
    const Shape normalised =
        node.opset() < 13 ? Shape(shape.begin() + static_cast<std::ptrdiff_t>(axis), shape.end()) : Shape{shape[axis]};
    const bool one_group = element_count(normalised) == element_count(shape);
    // The sign of one output says nothing of its softmax, which is 1.
    const bool is_constant = element_count(shape) == 1;
    if (!node.may_skip_softmax() || !one_group || is_constant)
        node.fail(
            "this operator is not piecewise linear; it is read only as a network's last operator, over all "
            "outputs, in a question that compares outputs with each other");
    node.skip_softmax();
    node.set_output(node.take(0));
}

}  // namespace sinew::read::onnx
