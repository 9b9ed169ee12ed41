// SPDX-License-Identifier: Apache-2.0
#include "search/encoding.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "model/evaluate.hpp"

namespace sinew::search {
namespace {

using model::Activation;
using model::ActivationKind;
using model::Relation;
using sat::Literal;

bool holds(const LinearConstraint& constraint, const std::vector<Rational>& values) {
    const int side = sgn(constraint.form.value(values));
    return constraint.relation == Relation::less    ? side < 0
           : constraint.relation == Relation::equal ? side == 0
                                                    : side <= 0;
}

/// Is there an assignment of the Booleans under which clauses and switched-on constraints hold at these values?
/// Enumerates; for small encodings only.
bool encoding_holds(const Encoding& encoding, const std::vector<Rational>& values) {
    if (encoding.contradiction || encoding.output_contradiction) return false;
    for (const LinearConstraint& constraint : encoding.permanent)
        if (!holds(constraint, values)) return false;
    // A literal whose constraint is broken is false; the rest is a small satisfiability problem.
    const std::size_t n = encoding.variable_count();
    std::vector<bool> forbidden(2 * n, false);
    for (const ConditionalConstraint& conditional : encoding.conditional)
        if (!holds(conditional.constraint, values)) forbidden[conditional.literal.index()] = true;
    std::vector<std::vector<Literal>> clauses = encoding.clauses;
    clauses.insert(clauses.end(), encoding.output_clauses.begin(), encoding.output_clauses.end());
    for (std::size_t mask = 0; mask < (std::size_t{1} << n); ++mask) {
        const auto is_true = [&](Literal l) { return (((mask >> l.variable().index()) & 1) != 0) != l.negated(); };
        bool good = true;
        for (std::size_t v = 0; v < n && good; ++v) good = !forbidden[2 * v + ((mask >> v & 1) != 0 ? 0 : 1)];
        for (std::size_t c = 0; c < clauses.size() && good; ++c) {
            bool satisfied = false;
            for (const Literal l : clauses[c]) satisfied |= is_true(l);
            good = satisfied;
        }
        if (good) return true;
    }
    return false;
}

/// x -> activation(3x - 1) for one input, with `activation(…) ⋈ threshold` asked.
model::Query one_neuron(const Activation& activation, Rational threshold, Relation relation, bool negated) {
    model::Query query;
    const model::LayerId x = query.network.add_input("x", {1});
    model::AffineLayer affine;
    affine.terms.push_back({x, model::DenseMap{1, 1, model::NumberArray(std::vector<double>{3.0})}});
    affine.bias.push_back(-1);
    const model::LayerId z = query.network.add_affine("a", {1}, std::move(affine));
    const model::LayerId n = query.network.add_activation("n", z, activation);
    const model::FormulaId atom =
        query.formulas.atom(LinearForm({{query.network.variable(n, 0), 1}}, -threshold), relation);
    query.output_condition = negated ? query.formulas.negation(atom) : atom;
    return query;
}

TEST(Encoding, AgreesWithEvaluationForEveryActivation) {
    std::vector<Activation> activations = {
        {ActivationKind::relu, 0, {}, {}},          {ActivationKind::leaky_relu, Rational(1, 3), {}, {}},
        {ActivationKind::leaky_relu, -2, {}, {}},   {ActivationKind::clip, 0, Rational(-1), Rational(2)},
        {ActivationKind::clip, 0, {}, Rational(2)}, {ActivationKind::sign, 0, {}, {}},
        {ActivationKind::signum, 0, {}, {}},        {ActivationKind::hardlim, 0, {}, {}},
        {ActivationKind::identity, 0, {}, {}}};
    for (const Activation& activation : activations) {
        for (const Relation relation : {Relation::less, Relation::less_equal, Relation::equal}) {
            for (const bool negated : {false, true}) {
                for (const Rational& threshold : {Rational(0), Rational(1), Rational(-1), Rational(1, 2)}) {
                    const model::Query query = one_neuron(activation, threshold, relation, negated);
                    for (const Purpose purpose : {Purpose::search, Purpose::textbook}) {
                        const Encoding encoding = encode(query, purpose);
                        for (int step = -6; step <= 12; ++step) {  // 3x - 1 meets every breakpoint exactly
                            const std::vector<Rational> inputs{Rational(Rational(step) / 6)};
                            const std::vector<Rational> values = model::evaluate(query.network, inputs);
                            EXPECT_EQ(encoding_holds(encoding, values), model::satisfies(query, values, {}))
                                << model::to_string(activation) << " at " << inputs[0];
                        }
                    }
                }
            }
        }
    }
}

TEST(Encoding, ForbidsOutputsThatTheNetworkDoesNotGive) {
    for (const ActivationKind kind :
         {ActivationKind::relu, ActivationKind::sign, ActivationKind::signum, ActivationKind::hardlim}) {
        model::Query query = one_neuron({kind, 0, {}, {}}, 100, Relation::less_equal, false);
        const Encoding encoding = encode(query);
        for (int step = -6; step <= 6; ++step) {
            const std::vector<Rational> inputs{Rational(Rational(step) / 3)};
            std::vector<Rational> values = model::evaluate(query.network, inputs);
            EXPECT_TRUE(encoding_holds(encoding, values));
            values[2] += Rational(1, 7);
            EXPECT_FALSE(encoding_holds(encoding, values));
        }
    }
}

TEST(Encoding, LeavesOutWhatNoConditionNeeds) {
    model::Query query = one_neuron({ActivationKind::relu, 0, {}, {}}, 1, Relation::less, false);
    query.output_condition = query.formulas.atom(LinearForm({{Variable(0), 1}}, -1), Relation::less);
    EXPECT_TRUE(encode(query, Purpose::search).phases.empty());
    EXPECT_EQ(encode(query, Purpose::textbook).phases.size(), 1U);
}

TEST(Encoding, MaxPoolIsTheMaximumAndNothingElse) {
    model::Query query;
    const model::LayerId x = query.network.add_input("x", {3});
    model::MaxPoolLayer pool;
    pool.source = x;
    pool.member = {0, 1, 2};
    pool.begin.push_back(3);
    const model::LayerId m = query.network.add_max_pool("m", {1}, std::move(pool));
    query.output_condition =
        query.formulas.atom(LinearForm({{query.network.variable(m, 0), 1}}, -100), Relation::less_equal);
    const Encoding encoding = encode(query);
    Random random(1);
    for (int round = 0; round < 200; ++round) {
        std::vector<Rational> values(4);
        for (int i = 0; i < 3; ++i) values[static_cast<std::size_t>(i)] = random.integer(-2, 2);
        values[3] = random.integer(-2, 2);
        const Rational maximum = std::max({values[0], values[1], values[2]});
        EXPECT_EQ(encoding_holds(encoding, values), values[3] == maximum);
    }
}

TEST(Encoding, DomainValuesAreAllowedAndNothingBetween) {
    model::Query query;
    const model::LayerId x = query.network.add_input("x", {1});
    query.domains.emplace_back(
        query.network.variable(x, 0),
        model::Domain{model::DomainKind::integer, {}, {}, {Rational(-1), Rational(1), Rational(4)}});
    const Encoding encoding = encode(query);
    for (int step = -10; step <= 20; ++step) {
        const Rational value = Rational(step) / 2;
        EXPECT_EQ(encoding_holds(encoding, {value}), value == -1 || value == 1 || value == 4) << value;
    }
}

/// Four neurons whose pre-activations are z, 2z, -3z and z + 1, z = 3x - 1, and the condition Σ weight·neuron <= 1.
model::Query multiples(const Activation& activation, std::vector<int> weights) {
    model::Query query;
    const model::LayerId x = query.network.add_input("x", {1});
    model::AffineLayer affine;
    affine.terms.push_back({x, model::DenseMap{4, 1, model::NumberArray(std::vector<double>{3, 6, -9, 3})}});
    affine.bias = model::NumberArray(std::vector<double>{-1, -2, 3, 0});
    const model::LayerId z = query.network.add_affine("a", {4}, std::move(affine));
    const model::LayerId n = query.network.add_activation("n", z, activation);
    std::vector<LinearTerm> terms;
    for (std::size_t i = 0; i < 4; ++i) terms.push_back({query.network.variable(n, i), weights[i]});
    query.output_condition = query.formulas.atom(LinearForm(std::move(terms), -1), Relation::less_equal);
    return query;
}

TEST(Encoding, NeuronsOfMultiplesAreOne) {
    for (const Activation& activation :
         {Activation{}, Activation{ActivationKind::leaky_relu, Rational(1, 4), {}, {}},
          Activation{ActivationKind::leaky_relu, -2, {}, {}}, Activation{ActivationKind::leaky_relu, 3, {}, {}}}) {
        for (const std::vector<int>& weights : {std::vector<int>{1, 2, -1, 1}, {-3, 1, 1, -1}, {0, 1, 1, 0}}) {
            const model::Query query = multiples(activation, weights);
            const Encoding encoding = encode(query);
            EXPECT_EQ(encoding.phases.size(), weights[0] == 0 ? 1U : 2U);
            EXPECT_EQ(encode(query, Purpose::textbook).phases.size(), 4U) << "told as it was written";
            for (int x = -20; x <= 20; ++x) {
                const std::vector<Rational> input{Rational(x) / 6};
                const std::vector<Rational> values = model::evaluate(query.network, input);
                EXPECT_EQ(encoding_holds(encoding, values), model::satisfies(query, values, {})) << x;
            }
        }
    }
}

TEST(Encoding, OtherSlopesAndKindsAreNotOne) {
    EXPECT_EQ(encode(multiples({ActivationKind::hardlim, 0, {}, {}}, {1, 1, 1, 1})).phases.size(), 4U);
    EXPECT_EQ(encode(multiples({ActivationKind::clip, 0, Rational(0), Rational(1)}, {1, 1, 1, 1})).phases.size(), 4U);
}

}  // namespace
}  // namespace sinew::search
