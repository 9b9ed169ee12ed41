// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/steps.hpp"

#include <cmath>

#include <fmt/core.h>

#include "read/onnx/constant.hpp"
#include "read/onnx/graph.hpp"
#include "read/onnx/operators.hpp"

namespace sinew::read::onnx {

namespace {
/// All steps of a layer together.
constexpr std::size_t most_steps = std::size_t{1} << 20;

model::Activation step_at_zero() {
    model::Activation activation;
    activation.kind = model::ActivationKind::hardlim;
    return activation;
}

struct WholeRange {
    Integer lower;
    Integer upper;
};

/// What an element in the interval can be rounded to.
WholeRange range_when_rounded(Operator& node, Interval interval, Rounding rounding, const Saturation& saturation) {
    const auto end = [&](double at, const std::optional<Integer>& cut) {
        if (!std::isfinite(at)) {
            if (cut) return *cut;
            node.fail_unbounded(
                "the steps of this operator have no end where its input has none: the inputs need bounds");
        }
        Integer result = rounded(to_rational(at), rounding);
        if (saturation.lower && result < *saturation.lower) result = *saturation.lower;
        if (saturation.upper && result > *saturation.upper) result = *saturation.upper;
        return result;
    };
    return {end(interval.lower, saturation.lower), end(interval.upper, saturation.upper)};
}
}  // namespace

Step step_to(const Integer& number, Rounding rounding) {
    switch (rounding) {
        case Rounding::down:
            return {Rational(number), false};
        case Rounding::up:
            return {Rational(number - 1), true};
        case Rounding::nearest_even:
            return {Rational(number) - Rational(1, 2), mpz_odd_p(number.get_mpz_t()) != 0};
        case Rounding::toward_zero:
            return number > 0 ? Step{Rational(number), false} : Step{Rational(number - 1), true};
    }
    return {};
}

Integer rounded(const Rational& value, Rounding rounding) {
    switch (rounding) {
        case Rounding::down:
            return floor(value);
        case Rounding::up:
            return ceil(value);
        case Rounding::nearest_even:
            return round_half_even(value);
        case Rounding::toward_zero:
            return sgn(value) < 0 ? ceil(value) : floor(value);
    }
    return {};
}

Tensor rounded(Operator& node, Tensor tensor, Rounding rounding, const std::vector<Saturation>& saturation) {
    const std::size_t count = element_count(tensor.shape);
    const std::vector<Interval> intervals = node.network().intervals(tensor, node.domains());
    std::vector<std::vector<Step>> steps(count);
    std::vector<Rational> begin;
    std::size_t total = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const WholeRange range =
            range_when_rounded(node, intervals[i], rounding, saturation.empty() ? Saturation{} : saturation[i]);
        const Integer size = range.upper - range.lower;
        if (size > most_steps - total)
            node.fail(
                fmt::format("more than {} steps would be needed; narrower bounds of the inputs may help", most_steps));
        total += size.get_ui();
        begin.emplace_back(range.lower);
        for (Integer value = range.lower + 1; value <= range.upper; ++value)
            steps[i].push_back(step_to(value, rounding));
    }
    return stairs(node, std::move(tensor), steps, std::move(begin));
}

Tensor stairs(Operator& node, Tensor tensor, const std::vector<std::vector<Step>>& steps, std::vector<Rational> begin) {
    Builder& network = node.network();
    const Shape shape = tensor.shape;
    std::size_t total = 0;
    for (const auto& of : steps) total += of.size();
    if (total > most_steps) node.fail(fmt::format("more than {} steps would be needed", most_steps));
    network.charge(8 * total + 4 * steps.size());
    // x - place, and place - x where the step is open: 1 - [place - x >= 0].
    SparseRows distance(tensor.source->size, total);
    SparseRows sums(total, steps.size());
    model::NumberArray places(total);
    model::NumberArray base(steps.size());
    std::uint32_t at = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        for (const Step& step : steps[i]) {
            distance.add(tensor.component(i), step.is_open ? -1.0 : 1.0);
            distance.end_row();
            places.set(at, step.is_open ? step.place : Rational(-step.place));
            sums.add(at++, step.is_open ? -1.0 : 1.0);
            if (step.is_open) begin[i] += 1;
        }
        sums.end_row();
        base.set(i, begin[i]);
    }
    model::AffineLayer result;
    result.bias = std::move(base);
    if (total != 0) {
        const std::string name = node.name();
        Tensor distances = network.map(name + "_distance", {total}, tensor, distance.take(), std::move(places));
        Tensor jumps = network.activation(name + "_step", std::move(distances), step_at_zero());
        result.terms.emplace_back(network.layer(jumps), sums.take());
    }
    Tensor counted = network.affine(node.name(), shape, std::move(result));
    counted.type = ElementType::integer;
    return counted;
}

Tensor not_negative(Operator& node, Tensor tensor) {
    Tensor result = node.network().activation(node.name() + "_step", std::move(tensor), step_at_zero());
    result.type = ElementType::integer;
    return result;
}

Tensor complement(Operator& node, Tensor tensor) {
    const Shape shape = tensor.shape;
    Tensor negative = scaled(node, std::move(tensor), real_constant(-1), shape, Arithmetic::multiply);
    Tensor result = std::get<Tensor>(sum(node, std::move(negative), real_constant(1), Arithmetic::add));
    result.type = ElementType::integer;
    return result;
}

Tensor is_zero(Operator& node, Tensor tensor) {
    Builder& network = node.network();
    const Shape shape = tensor.shape;
    const std::size_t count = element_count(shape);
    if (tensor.type == ElementType::integer) {
        // 1 - d where d is 0 or 1, 1 + d where it is -1 or 0.
        model::NumberArray factors(count);
        bool is_linear = true;
        const std::vector<Interval> intervals = network.intervals(tensor, node.domains());
        for (std::size_t i = 0; i < count; ++i) {
            const bool above = intervals[i].lower >= 0 && intervals[i].upper <= 1;
            const bool below = intervals[i].lower >= -1 && intervals[i].upper <= 0;
            is_linear = is_linear && (above || below);
            factors.set_double(i, above ? -1 : 1);
        }
        if (is_linear) {
            model::NumberArray ones(std::vector<double>(count, 1.0));
            Tensor result = weighted_sum(node, shape, {{std::move(tensor), std::move(factors)}}, std::move(ones));
            result.type = ElementType::integer;
            return result;
        }
    }
    const model::NumberArray one(std::vector<double>{1.0});
    Tensor negative = scaled(node, tensor, real_constant(-1), shape, Arithmetic::multiply);
    Tensor at_least = not_negative(node, std::move(tensor));
    Tensor at_most = not_negative(node, std::move(negative));
    Tensor result = weighted_sum(node, shape, {{std::move(at_least), one}, {std::move(at_most), one}},
                                 model::NumberArray(std::vector<double>(count, -1.0)));
    result.type = ElementType::integer;
    return result;
}

}  // namespace sinew::read::onnx
