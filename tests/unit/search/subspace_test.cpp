// SPDX-License-Identifier: Apache-2.0
#include "search/subspace.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "model/evaluate.hpp"

namespace sinew::search {
namespace {

using model::Relation;

Rational small(Random& random) {
    Rational value(random.integer(-9, 9), random.integer(1, 4));
    value.canonicalize();
    return value;
}

/// Two input layers, a ReLU layer over both, an output.
model::Query network(Random& random) {
    model::Query query;
    const model::LayerId x = query.network.add_input("x", {3});
    const model::LayerId u = query.network.add_input("u", {2});
    const auto dense = [&](std::size_t rows, std::size_t columns) {
        model::NumberArray weights;
        for (std::size_t i = 0; i < rows * columns; ++i) weights.push_back(small(random));
        return model::DenseMap{rows, columns, std::move(weights)};
    };
    const auto affine = [&](std::vector<std::pair<model::LayerId, std::size_t>> sources, std::size_t rows) {
        model::AffineLayer layer;
        for (const auto& [source, columns] : sources) layer.terms.push_back({source, dense(rows, columns)});
        for (std::size_t i = 0; i < rows; ++i) layer.bias.push_back(small(random));
        return query.network.add_affine("a", {rows}, std::move(layer));
    };
    const model::LayerId a = affine({{x, 3}, {u, 2}}, 4);
    const model::LayerId n = query.network.add_activation("n", a, {});
    const model::LayerId y = affine({{n, 4}}, 2);
    query.outputs = {query.network.variable(y, 0), query.network.variable(y, 1)};
    for (const Variable input : query.network.input_variables()) {
        model::Domain domain;
        domain.lower = -2;
        domain.upper = 2;
        query.domains.emplace_back(input, std::move(domain));
    }
    return query;
}

LinearForm random_form(Random& random, const std::vector<Variable>& variables) {
    LinearForm form(small(random));
    for (const Variable variable : variables)
        if (random.chance(0.6)) form.add(LinearForm(variable, small(random)));
    return form;
}

TEST(Subspace, TheSameNetworkOverFewerInputs) {
    Random random(5);
    int eliminated = 0;
    for (int trial = 0; trial < 100; ++trial) {
        model::Query query = network(random);
        const std::vector<Variable> inputs = query.network.input_variables();
        std::vector<model::FormulaId> parts;
        std::vector<LinearForm> equalities;
        for (std::size_t e = 0; e < 1 + random.below(3); ++e) {
            equalities.push_back(random_form(random, inputs));
            LinearForm opposite = equalities.back();
            opposite.scale(-1);
            if (random.chance(0.5)) {
                parts.push_back(query.formulas.atom(equalities.back(), Relation::equal));
            } else {
                parts.push_back(query.formulas.atom(equalities.back(), Relation::less_equal));
                parts.push_back(query.formulas.atom(opposite, Relation::less_equal));
            }
        }
        parts.push_back(query.formulas.atom(random_form(random, {inputs[0], query.outputs[0]}), Relation::less));
        query.input_condition = query.formulas.conjunction(std::move(parts));
        const auto subspace = without_dependent_inputs(query);
        if (!subspace) continue;
        ++eliminated;
        const std::size_t left = subspace->query.network.input_variables().size();
        ASSERT_LT(left, inputs.size());
        std::vector<Rational> point;
        for (std::size_t i = 0; i < left; ++i) point.push_back(small(random));
        model::Witness witness;
        witness.values = model::evaluate(subspace->query.network, point);
        const std::vector<Rational> whole = model::evaluate(query.network, subspace->inputs_of(witness));
        for (std::size_t v = 0; v < whole.size(); ++v) ASSERT_EQ(whole[v], witness.values[v + left]) << v;
        // The conditions say of either point the same, domains included.
        EXPECT_EQ(model::satisfies(query, whole, {}), model::satisfies(subspace->query, witness.values, {}));
    }
    EXPECT_GT(eliminated, 70);
}

TEST(Subspace, WhatMayNotGoStays) {
    Random random(6);
    model::Query query = network(random);
    const std::vector<Variable> inputs = query.network.input_variables();
    EXPECT_FALSE(without_dependent_inputs(query));
    for (auto& [variable, domain] : query.domains) domain.kind = model::DomainKind::integer;
    const LinearForm sum({{inputs[0], 1}, {inputs[3], 2}}, -1);
    query.input_condition = query.formulas.atom(sum, Relation::equal);
    EXPECT_FALSE(without_dependent_inputs(query)) << "integers alone";
    query.domains[0].second.kind = model::DomainKind::real;
    const auto subspace = without_dependent_inputs(query);
    ASSERT_TRUE(subspace);
    EXPECT_EQ(subspace->query.network.input_variables().size(), 4U);
    // A disjunction states nothing outright, and a single input is a box already.
    query.input_condition =
        query.formulas.disjunction({query.input_condition, query.formulas.atom(LinearForm(inputs[1]), Relation::less)});
    EXPECT_FALSE(without_dependent_inputs(query));
    query.input_condition = query.formulas.atom(LinearForm(inputs[0]), Relation::equal);
    EXPECT_FALSE(without_dependent_inputs(query));
}

/// The same network twice, over inputs of its own: y' - y over inputs that are compared.
model::Query twice(Random& random) {
    model::Query query;
    std::vector<model::NumberArray> weights;
    for (const std::size_t count : {8U, 4U, 16U, 4U, 4U, 1U}) {
        weights.emplace_back();
        for (std::size_t i = 0; i < count; ++i) weights.back().push_back(small(random) + Rational(1, 8));
    }
    const std::vector<model::LayerId> inputs = {query.network.add_input("x", {2}), query.network.add_input("u", {2})};
    for (const model::LayerId input : inputs) {
        model::LayerId at = input;
        for (std::size_t l = 0; l < 3; ++l) {
            const std::size_t rows = l == 2 ? 1 : 4;
            const std::size_t columns = l == 0 ? 2 : 4;
            model::AffineLayer layer;
            layer.terms.push_back({at, model::DenseMap{rows, columns, weights[2 * l]}});
            layer.bias = weights[2 * l + 1];
            at = query.network.add_affine("a", {rows}, std::move(layer));
            if (l < 2) at = query.network.add_activation("n", at, {});
        }
        query.outputs.push_back(query.network.variable(at, 0));
    }
    for (const Variable input : query.network.input_variables()) {
        model::Domain domain;
        domain.lower = -2;
        domain.upper = 3;
        query.domains.emplace_back(input, std::move(domain));
    }
    return query;
}

TEST(Subspace, ComparedInputsOfMatchingNetworksBecomeADifference) {
    Random random(7);
    for (int trial = 0; trial < 40; ++trial) {
        model::Query query = twice(random);
        const std::vector<Variable> inputs = query.network.input_variables();
        // x0 <= u0, and |x1 - u1| < 1/2.
        std::vector<model::FormulaId> parts;
        parts.push_back(query.formulas.atom(LinearForm({{inputs[0], 1}, {inputs[2], -1}}, 0), Relation::less_equal));
        for (const int sign : {1, -1})
            parts.push_back(query.formulas.atom(LinearForm({{inputs[1], sign}, {inputs[3], -sign}}, Rational(-1, 2)),
                                                Relation::less));
        query.input_condition = query.formulas.conjunction(std::move(parts));
        query.output_condition =
            query.formulas.atom(LinearForm({{query.outputs[1], 1}, {query.outputs[0], -1}}, 0), Relation::less_equal);
        const auto subspace = without_dependent_inputs(query);
        ASSERT_TRUE(subspace);
        const std::vector<model::Domain> domains = model::input_domains(subspace->query);
        ASSERT_EQ(domains.size(), 4U);
        EXPECT_EQ(domains[2].lower, Rational(0));
        EXPECT_EQ(domains[2].upper, Rational(5));
        EXPECT_EQ(domains[3].lower, Rational(-1, 2));
        EXPECT_EQ(domains[3].upper, Rational(1, 2));
        for (int p = 0; p < 10; ++p) {
            std::vector<Rational> point;
            for (std::size_t i = 0; i < 4; ++i) point.push_back(small(random) / 4);
            model::Witness witness;
            witness.values = model::evaluate(subspace->query.network, point);
            const std::vector<Rational> given = subspace->inputs_of(witness);
            EXPECT_EQ(given[2], point[0] + point[2]);
            const std::vector<Rational> whole = model::evaluate(query.network, given);
            EXPECT_EQ(model::satisfies(query, whole, {}), model::satisfies(subspace->query, witness.values, {}));
        }
    }
}

}  // namespace
}  // namespace sinew::search
