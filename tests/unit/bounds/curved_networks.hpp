// SPDX-License-Identifier: Apache-2.0
// Random networks with products and curved functions, and their bounds against enclosed values at sampled points: for
// a test, and for bench/sampled_bounds.cpp.
#pragma once

#include "bounds/network_bounds.hpp"
#include "unit/bounds/sampled_bounds.hpp"

namespace sinew::test {

inline model::Activation random_curve(Random& random) {
    using model::ActivationKind;
    constexpr ActivationKind kinds[] = {ActivationKind::power, ActivationKind::exp,     ActivationKind::log,
                                        ActivationKind::sqrt,  ActivationKind::sin,     ActivationKind::cos,
                                        ActivationKind::erf,   ActivationKind::softplus};
    const ActivationKind kind = kinds[random.below(std::size(kinds))];
    constexpr long exponents[] = {-3, -2, -1, 2, 3, 4};
    return {kind,
            kind == ActivationKind::power ? Rational(exponents[random.below(std::size(exponents))]) : Rational(0),
            {},
            {}};
}

/// Layers of affine maps, products, curves and the usual activations; a curve with no value at 0 reads what is away
/// from it, mostly.
inline RandomNetwork random_curved_network(Random& random) {
    RandomNetwork made;
    model::Network& network = made.network;
    const std::size_t inputs = 1 + random.below(4);
    model::LayerId last = network.add_input("x", {inputs});
    for (std::size_t i = 0; i < inputs; ++i) {
        const double lower = static_cast<double>(static_cast<float>(random.uniform(-2, 2)));
        const double width =
            random.chance(0.2) ? 0 : std::ldexp(random.uniform(0, 2), -static_cast<int>(random.below(12)));
        made.box.push_back({lower, lower + width});
    }
    const std::size_t rounds = 1 + random.below(3);
    for (std::size_t round = 0; round < rounds; ++round) {
        const std::size_t width = 1 + random.below(4);
        model::AffineLayer affine;
        affine.terms.push_back({last, random_map(random, Weights::ordinary, width, network.layer(last).size)});
        affine.bias = random_numbers(random, Weights::decimals, width);
        last = network.add_affine("a", {width}, std::move(affine));
        const std::size_t choice = random.below(4);
        if (choice == 0) {
            last = network.add_activation("n", last, random_activation(random, true));
        } else if (choice == 1) {
            const model::Activation curve = random_curve(random);
            const bool wants_positive = curve.kind == model::ActivationKind::log ||
                                        curve.kind == model::ActivationKind::sqrt || curve.slope < 0;
            if (wants_positive && random.chance(0.9)) {
                last = network.add_activation("s", last, {model::ActivationKind::softplus, 0, {}, {}});
            }
            last = network.add_activation("c", last, curve);
        } else {
            model::ProductLayer product;
            const std::size_t count = 1 + random.below(4);
            for (std::size_t i = 0; i < count; ++i) {
                product.left.push_back(static_cast<std::uint32_t>(random.below(width)));
                product.right.push_back(static_cast<std::uint32_t>(random.below(width)));
            }
            product.source = last;
            last = network.add_product("p", {count}, std::move(product));
        }
    }
    model::AffineLayer outputs;
    outputs.terms.push_back({last, random_map(random, Weights::ordinary, 2, network.layer(last).size)});
    outputs.bias = random_numbers(random, Weights::decimals, 2);
    network.add_affine("y", {2}, std::move(outputs));
    return made;
}

/// Bounds of all variables and of random rows on the box, and on a part of it, at `count` points each.
inline void check_curved_network(Random& random, std::size_t count, SampledChecks& checks) {
    RandomNetwork example = random_curved_network(random);
    bounds::NetworkBounds workspace(example.network);
    bounds::State state = workspace.start(example.box);
    for (int part = 0; part < 2; ++part) {
        if (part == 1) {
            for (std::size_t i = 0; i < example.box.size(); ++i) {
                Interval& side = example.box[i];
                const double middle = side.lower + (side.upper - side.lower) / 2;
                (random.chance(0.5) ? side.lower : side.upper) = middle;
                state.lower[i] = side.lower;
                state.upper[i] = side.upper;
            }
        }
        if (!workspace.tighten(state)) {
            ++checks.broken;  // there are points in the box
            return;
        }
        const LinearForm form = random_form(random, example.network);
        const bounds::Row row = bounds::to_row(form);
        const bounds::Row* const rows[] = {&row};
        bounds::RowBounds bounds;
        workspace.lower_bounds(state, rows, bounds);
        checks.finite += std::isfinite(bounds.value[0]) ? 1 : 0;
        for (std::size_t p = 0; p < count; ++p) {
            SampledPoint point = sampled_point(random, example, random.chance(0.2));
            bool has_values = true;
            for (std::size_t v = 0; v < example.network.variable_count(); ++v)
                has_values = has_values && std::isfinite(point.value(v));
            if (!has_values) continue;  // an undefined value is within nothing
            ++checks.points;
            for (std::size_t v = 0; v < example.network.variable_count(); ++v) {
                ++checks.compared;
                if (!point.is_within(v, state.lower[v], state.upper[v])) ++checks.broken;
            }
            ++checks.compared;
            if (!point.is_at_least(form, bounds.value[0])) ++checks.broken;
            LinearForm rest = form;  // form - line >= 0
            bool is_finite = std::isfinite(bounds.constant[0]);
            for (std::size_t i = 0; i < bounds.input_count; ++i) {
                const double coefficient = bounds.coefficients[i];
                is_finite = is_finite && std::isfinite(coefficient);
                if (is_finite) rest.add(LinearForm(Variable(i)), -to_rational(coefficient));
            }
            if (is_finite && !point.is_at_least(rest, bounds.constant[0])) ++checks.broken;
        }
    }
}

}  // namespace sinew::test
