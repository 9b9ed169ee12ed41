// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/conditions.hpp"

#include <cmath>

#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

namespace {
/// Rows of more terms are not looked through.
constexpr std::size_t short_row = 4;
constexpr int most_layers_back = 32;

/// The form with components of short affine rows written out: what two tensors that were made of the same one have in
/// common.
LinearForm written_out(const model::Network& network, LinearForm form) {
    for (int round = 0; round < most_layers_back; ++round) {
        bool changed = false;
        LinearForm next(form.constant());
        for (const LinearTerm& term : form.terms()) {
            const model::Component component = network.component(term.variable);
            const auto* affine = std::get_if<model::AffineLayer>(&network.layer(component.layer).operation);
            LinearForm inner;
            if (affine != nullptr) inner = network.affine_form(component.layer, component.index);
            if (affine == nullptr || inner.terms().size() > short_row) {
                next.add(LinearForm(term.variable), term.coefficient);
                continue;
            }
            next.add(inner, term.coefficient);
            changed = true;
        }
        form = std::move(next);
        if (!changed) return form;
    }
    return form;
}

/// A Boolean as the step of a component: [s >= 0], or its opposite.
struct StepOf {
    Variable place;  ///< s
    bool is_opposite = false;
};

std::optional<StepOf> step_of(const model::Network& network, Variable boolean) {
    const LinearForm form = written_out(network, LinearForm(boolean));
    if (form.terms().size() != 1) return std::nullopt;
    const LinearTerm& term = form.terms()[0];
    const bool plain = term.coefficient == 1 && form.constant() == 0;
    const bool opposite = term.coefficient == -1 && form.constant() == 1;
    const model::Component component = network.component(term.variable);
    const auto* activation = std::get_if<model::ActivationLayer>(&network.layer(component.layer).operation);
    if (activation == nullptr || activation->activation.kind != model::ActivationKind::hardlim || (!plain && !opposite))
        return std::nullopt;
    return StepOf{network.variable(activation->source, component.index), opposite};
}

/// a and b with difference = a·s + b, for one element.
struct Line {
    Rational factor;
    Rational shift;
};

std::optional<Line> line_of(const LinearForm& difference, const LinearForm& s) {
    if (difference.terms().empty()) return Line{0, difference.constant()};
    if (s.terms().empty() || s.terms().size() != difference.terms().size()) return std::nullopt;
    Line line;
    line.factor = difference.terms()[0].coefficient / s.terms()[0].coefficient;
    for (std::size_t i = 0; i < s.terms().size(); ++i)
        if (s.terms()[i].variable != difference.terms()[i].variable ||
            difference.terms()[i].coefficient != line.factor * s.terms()[i].coefficient)
            return std::nullopt;
    line.shift = difference.constant() - line.factor * s.constant();
    return line;
}

/// condition · difference for a condition of 0 and 1 and a difference that is never larger than `most`:
/// max(0, d + most·c - most) - max(0, -d + most·c - most).
Tensor gated(Operator& node, const Tensor& condition, Tensor difference) {
    const Shape shape = condition.shape;
    const std::size_t count = element_count(shape);
    const std::vector<Interval> intervals = node.network().intervals(difference, node.domains());
    model::NumberArray most(count);
    model::NumberArray least(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double size = std::max(std::fabs(intervals[i].lower), std::fabs(intervals[i].upper));
        if (!std::isfinite(size))
            node.fail_unbounded("what is chosen depends on the inputs in a way that needs bounds of them");
        most.set_double(i, size);
        least.set_double(i, -size);
    }
    const model::NumberArray one(std::vector<double>{1.0});
    const model::NumberArray minus(std::vector<double>{-1.0});
    const auto part = [&](const model::NumberArray& sign) {
        Tensor sum = weighted_sum(node, shape, {{difference, sign}, {condition, most}}, least);
        return node.network().activation(node.name() + "_relu", std::move(sum), model::Activation{});
    };
    Tensor above = part(one);
    Tensor below = part(minus);
    return weighted_sum(node, shape, {{std::move(above), one}, {std::move(below), minus}}, {});
}
}  // namespace

Tensor chosen(Operator& node, Tensor condition, Tensor first, Tensor second) {
    Builder& network = node.network();
    const Shape shape = condition.shape;
    const std::size_t count = element_count(shape);
    const model::LayerId of_condition = network.layer(condition);
    const model::LayerId of_first = network.layer(first);
    const model::LayerId of_second = network.layer(second);
    const model::Network& net = network.network();
    const auto element = [&](model::LayerId layer, const Tensor& tensor, std::size_t i) {
        return LinearForm(net.variable(layer, tensor.component(i)));
    };
    // second + factor·[ReLU of ±s] + shift·condition, or the rest by bounds of first - second.
    bool all_lines = true;
    bool all_constant = true;
    std::vector<Line> lines(count);
    std::vector<std::optional<StepOf>> steps(count);
    for (std::size_t i = 0; i < count && all_lines; ++i) {
        LinearForm difference = written_out(net, element(of_first, first, i));
        difference.add(written_out(net, element(of_second, second, i)), -1);
        steps[i] = step_of(net, net.variable(of_condition, condition.component(i)));
        LinearForm s;
        if (steps[i]) s = written_out(net, LinearForm(steps[i]->place));
        const std::optional<Line> line = line_of(difference, s);
        all_lines = line.has_value();
        if (!line) break;
        lines[i] = *line;
        all_constant = all_constant && line->factor == 0;
    }
    const model::NumberArray one(std::vector<double>{1.0});
    if (!all_lines) {
        Tensor difference = std::get<Tensor>(sum(node, first, second, Arithmetic::subtract));
        Tensor gate = gated(node, condition, std::move(difference));
        return weighted_sum(node, shape, {{std::move(second), one}, {std::move(gate), one}}, {});
    }
    model::NumberArray shifts(count);
    for (std::size_t i = 0; i < count; ++i) shifts.set(i, lines[i].shift);
    if (all_constant) return weighted_sum(node, shape, {{std::move(second), one}, {condition, shifts}}, {});
    // With s >= 0 chosen: factor·max(0, s). With s < 0 chosen: factor·min(0, s) = -factor·max(0, -s).
    // All places of the conditions as one tensor.
    const model::LayerId places = net.component(steps[0] ? steps[0]->place : net.variable(of_condition, 0)).layer;
    bool one_layer = true;
    for (const auto& step : steps) one_layer = one_layer && step && net.component(step->place).layer == places;
    if (!one_layer) {
        Tensor difference = std::get<Tensor>(sum(node, first, second, Arithmetic::subtract));
        Tensor gate = gated(node, condition, std::move(difference));
        return weighted_sum(node, shape, {{std::move(second), one}, {std::move(gate), one}}, {});
    }
    Source source{node.name() + "_place", net.layer(places).shape, net.layer(places).size, places, std::nullopt};
    Tensor place{shape, std::make_shared<Source>(std::move(source)), {}};
    model::NumberArray signs(count);
    model::NumberArray factors(count);
    for (std::size_t i = 0; i < count; ++i) {
        place.selection.push_back(static_cast<std::uint32_t>(net.component(steps[i]->place).index));
        signs.set_double(i, steps[i]->is_opposite ? -1 : 1);
        factors.set(i, steps[i]->is_opposite ? Rational(-lines[i].factor) : lines[i].factor);
    }
    Tensor side = weighted_sum(node, shape, {{std::move(place), std::move(signs)}}, {});
    Tensor positive = network.activation(node.name() + "_relu", std::move(side), model::Activation{});
    std::vector<Weighted> parts{{std::move(second), one}, {std::move(positive), std::move(factors)}};
    if (!all_equal(shifts, 0)) parts.push_back({condition, std::move(shifts)});
    return weighted_sum(node, shape, std::move(parts), {});
}

}  // namespace sinew::read::onnx
