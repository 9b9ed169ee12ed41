// SPDX-License-Identifier: Apache-2.0
// The worked example of the `dnn` format: two inputs, two hidden layers of two ReLUs, two outputs.
#pragma once

#include "model/query.hpp"

namespace sinew::search {

/// in: x0 < first ∧ x1 > second; out: y0 > y1.
inline model::Query two_by_two(const Rational& first, const Rational& second) {
    using model::Relation;
    model::Query query;
    const auto affine = [&](const char* name, model::LayerId source, std::vector<double> weights) {
        model::AffineLayer layer;
        layer.terms.push_back({source, model::DenseMap{2, 2, model::NumberArray(std::move(weights))}});
        layer.bias = model::NumberArray(std::size_t{2});
        return query.network.add_affine(name, {2}, std::move(layer));
    };
    // 0.5, -0.2, 0.1 as people write them, not as doubles.
    const auto decimals = [&](model::LayerId source) {
        model::AffineLayer layer;
        model::NumberArray weights;
        for (const Rational& weight : {Rational(1, 2), Rational(-1, 5), Rational(-1, 2), Rational(1, 10)})
            weights.push_back(weight);
        layer.terms.push_back({source, model::DenseMap{2, 2, std::move(weights)}});
        layer.bias = model::NumberArray(std::size_t{2});
        return query.network.add_affine("a1", {2}, std::move(layer));
    };
    const model::LayerId x = query.network.add_input("x", {2});
    const model::LayerId a0 = affine("a0", x, {1, -1, 1, 1});
    const model::LayerId n0 = query.network.add_activation("n0", a0, {});
    const model::LayerId a1 = decimals(n0);
    const model::LayerId n1 = query.network.add_activation("n1", a1, {});
    const model::LayerId y = affine("y", n1, {1, -1, -1, 1});
    const auto name = [&](model::LayerId layer, const char* prefix) {
        for (std::size_t i = 0; i < 2; ++i) query.names[query.network.variable(layer, i)] = prefix + std::to_string(i);
    };
    name(x, "x");
    name(a0, "a0");
    name(n0, "n0");
    name(a1, "a1");
    name(n1, "n1");
    name(y, "y");
    for (std::size_t i = 0; i < 2; ++i) {
        query.phase_numbers[query.network.variable(a0, i)] = static_cast<std::int64_t>(i) + 1;
        query.phase_numbers[query.network.variable(a1, i)] = static_cast<std::int64_t>(i) + 3;
    }
    const Variable x0 = query.network.variable(x, 0);
    const Variable x1 = query.network.variable(x, 1);
    query.input_condition =
        query.formulas.conjunction({query.formulas.atom(LinearForm({{x0, 1}}, -first), Relation::less),
                                    query.formulas.atom(LinearForm({{x1, -1}}, second), Relation::less)});
    query.output_condition = query.formulas.atom(
        LinearForm({{query.network.variable(y, 1), 1}, {query.network.variable(y, 0), -1}}, 0), Relation::less);
    return query;
}

}  // namespace sinew::search
