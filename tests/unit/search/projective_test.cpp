// SPDX-License-Identifier: Apache-2.0
#include "search/projective.hpp"

#include <gtest/gtest.h>

#include "model/evaluate.hpp"
#include "search/branch_and_bound.hpp"
#include "search/lazy_search.hpp"
#include "unit/bounds/random_networks.hpp"

namespace sinew::search {
namespace {

using model::Query;
using model::Relation;
using model::Status;

/// A random query whose inputs have no bounds, or only one.
Query random_query(Random& random) {
    Query query;
    query.network = test::random_network(random, test::Weights::integers, false).network;
    const std::vector<Variable> inputs = query.network.input_variables();
    for (const Variable input : inputs) {
        model::Domain domain;
        if (random.chance(0.4)) domain.lower = -static_cast<int>(random.below(30));
        if (random.chance(0.2)) domain.upper = static_cast<int>(random.below(3));
        query.domains.emplace_back(input, domain);
    }
    const std::size_t count = query.network.variable_count();
    std::vector<model::FormulaId> parts;
    for (std::size_t a = 0; a < 1 + random.below(6); ++a) {
        std::vector<LinearTerm> terms;
        for (std::size_t t = 0; t < 1 + random.below(3); ++t)
            terms.push_back({Variable(random.chance(0.6) ? count - 1 - random.below(2) : random.below(count)),
                             test::canonical(test::random_number(random, test::Weights::integers))});
        LinearForm form(std::move(terms), test::canonical(test::random_number(random, test::Weights::integers)));
        parts.push_back(query.formulas.atom(std::move(form), random.chance(0.6)   ? Relation::less
                                                             : random.chance(0.9) ? Relation::less_equal
                                                                                  : Relation::equal));
        if (random.chance(0.2)) parts.back() = query.formulas.negation(parts.back());
    }
    query.output_condition =
        random.chance(0.9) ? query.formulas.conjunction(parts) : query.formulas.disjunction(std::move(parts));
    return query;
}

TEST(Projective, AgreesWithTheLinearTheory) {
    Observer observer;
    std::size_t sat = 0;
    std::size_t unsat = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        Random random(seed);
        const Query query = random_query(random);
        if (!projective_applies(query)) continue;
        const Query bounded = project(query);
        const Limits limits(0.1, std::nullopt, nullptr);
        const model::Verdict verdict = branch_and_bound(bounded, {.settings = seed}, limits, 1, observer);
        const model::Verdict expected = solve_lazily(query, 0, limits, observer);
        const bool answered = verdict.status == Status::sat || verdict.status == Status::unsat;
        if (!answered || (expected.status != Status::sat && expected.status != Status::unsat)) continue;
        ASSERT_EQ(verdict.status, expected.status) << "seed " << seed;
        (verdict.status == Status::sat ? sat : unsat) += 1;
        if (verdict.status == Status::unsat) continue;
        const model::Witness witness = unproject(query, *verdict.witness);
        ASSERT_TRUE(model::satisfies(query, witness.values, witness.booleans)) << "seed " << seed;
    }
    EXPECT_GT(sat, 30U);
    EXPECT_GT(unsat, 20U);
}

/// y = act(x - 1) for one free x, with the condition y relation 3.
Query one_neuron(const model::Activation& activation) {
    Query query;
    const model::LayerId x = query.network.add_input("x", {1});
    model::AffineLayer affine;
    affine.terms.push_back({x, model::DenseMap{1, 1, model::NumberArray(std::vector<double>{1})}});
    affine.bias = model::NumberArray(std::vector<double>{-1});
    const model::LayerId z = query.network.add_affine("z", {1}, std::move(affine));
    const model::LayerId y = query.network.add_activation("y", z, activation);
    query.output_condition = query.formulas.atom(LinearForm({{query.network.variable(y, 0), 1}}, -3), Relation::equal);
    return query;
}

TEST(Projective, EveryVariableIsScaled) {
    const Query query = one_neuron({model::ActivationKind::relu, 0, {}, {}});
    const Query bounded = project(query);
    const std::vector<Rational> point{4};
    const std::vector<Rational> scaled{Rational(1, 20), Rational(1, 5)};  // t and x'
    const std::vector<Rational> at_point = model::evaluate(query.network, point);
    std::vector<Rational> at_scaled = model::evaluate(bounded.network, scaled);
    for (std::size_t v = 0; v < at_point.size(); ++v) EXPECT_EQ(at_scaled[v + 1] * 20, at_point[v]);
    EXPECT_FALSE(model::satisfies(bounded, at_scaled, {})) << "neither near nor on a face";
    at_scaled = model::evaluate(bounded.network, std::vector<Rational>{Rational(1, 16), Rational(1, 4)});
    EXPECT_TRUE(model::satisfies(bounded, at_scaled, {}));
    model::Witness witness;
    witness.values = at_scaled;
    EXPECT_EQ(unproject(query, witness).values, at_point);
    at_scaled = model::evaluate(bounded.network, std::vector<Rational>{0, 1});
    EXPECT_FALSE(model::satisfies(bounded, at_scaled, {})) << "a point at infinity";
}

TEST(Projective, WhatIsNotHomogeneousIsLeftAlone) {
    using model::ActivationKind;
    EXPECT_TRUE(projective_applies(one_neuron({ActivationKind::leaky_relu, Rational(1, 8), {}, {}})));
    EXPECT_TRUE(projective_applies(one_neuron({ActivationKind::clip, 0, Rational(0), {}})));
    EXPECT_FALSE(projective_applies(one_neuron({ActivationKind::clip, 0, Rational(0), Rational(6)})));
    EXPECT_FALSE(projective_applies(one_neuron({ActivationKind::sign, 0, {}, {}})));
    EXPECT_FALSE(projective_applies(one_neuron({ActivationKind::tanh, 0, {}, {}})));
    Query query = one_neuron({ActivationKind::relu, 0, {}, {}});
    query.boolean_names.emplace_back("b");
    EXPECT_FALSE(projective_applies(query));
    query.boolean_names.clear();
    model::Domain domain;
    domain.lower = 0;
    query.domains.emplace_back(Variable(0), domain);
    EXPECT_TRUE(projective_applies(query));
    query.domains[0].second.kind = model::DomainKind::integer;
    EXPECT_FALSE(projective_applies(query));
    query.domains[0].second = {model::DomainKind::real, Rational(0), Rational(9), {}};
    EXPECT_FALSE(projective_applies(query)) << "bounded already";
}

}  // namespace
}  // namespace sinew::search
