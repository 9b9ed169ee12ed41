// SPDX-License-Identifier: Apache-2.0
#include "model/evaluate_enclosed.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "exact/transcendental.hpp"
#include "model/evaluate.hpp"

namespace sinew::model {
namespace {

Activation of(ActivationKind kind) {
    return {kind, 0, {}, {}};
}

/// x -> tanh -> 3·n - 1 -> last activation, one of each.
Query chain(ActivationKind first, Activation last) {
    Query query;
    const LayerId input = query.network.add_input("x", {1});
    const LayerId middle = query.network.add_activation("n", input, of(first));
    AffineLayer affine;
    affine.terms.push_back({middle, DenseMap{1, 1, NumberArray(std::vector<double>{3})}});
    affine.bias = NumberArray(std::vector<double>{-1});
    query.network.add_activation("y", query.network.add_affine("a", {1}, std::move(affine)), std::move(last));
    return query;
}

TEST(EvaluateEnclosed, ContainsWhatMorePrecisionSays) {
    Random random(1);
    for (const ActivationKind first : {ActivationKind::tanh, ActivationKind::sigmoid})
        for (const Activation& last :
             {of(ActivationKind::tanh), of(ActivationKind::sigmoid), of(ActivationKind::relu),
              of(ActivationKind::hardlim), of(ActivationKind::sign), of(ActivationKind::identity),
              Activation{ActivationKind::leaky_relu, Rational(-3), {}, {}},
              Activation{ActivationKind::clip, 0, Rational(0), Rational(1, 2)}}) {
            const Query query = chain(first, last);
            for (int trial = 0; trial < 50; ++trial) {
                const Rational x = Rational(random.integer(-300, 300)) / 100;
                const EnclosedValues coarse = evaluate_enclosed(query.network, {&x, 1}, 20);
                const EnclosedValues fine = evaluate_enclosed(query.network, {&x, 1}, 400);
                for (std::size_t v = 0; v < 4; ++v) {
                    const Rational distance = abs(coarse.middle[v] - fine.middle[v]);
                    EXPECT_LE(distance, Rational(coarse.radius[v]) + Rational(fine.radius[v])) << x << " " << v;
                    EXPECT_LE(coarse.radius[v], 2);
                    EXPECT_LE(fine.radius[v], 1e-100);
                }
                EXPECT_EQ(coarse.radius[0], 0);
                EXPECT_EQ(coarse.radius[1] == 0, x == 0);
            }
        }
}

TEST(EvaluateEnclosed, ExactWhereValuesAreRational) {
    const Query query = chain(ActivationKind::sigmoid, of(ActivationKind::relu));
    const Rational zero = 0;
    const EnclosedValues values = evaluate_enclosed(query.network, {&zero, 1}, 64);
    EXPECT_EQ(values.middle[1], Rational(1, 2));
    EXPECT_EQ(values.middle[3], Rational(1, 2));
    for (const double radius : values.radius) EXPECT_EQ(radius, 0);
}

TEST(EvaluateEnclosed, ConditionsAreDecidedOnlyWhereTheyAre) {
    Query query = chain(ActivationKind::tanh, of(ActivationKind::identity));
    const Variable y(3);
    const Rational one = 1;
    const auto ask = [&](const Rational& value, Relation relation) {
        query.output_condition = query.formulas.atom(LinearForm({{y, 1}}, -value), relation);
        return decide_at(query, {&one, 1}, {});
    };
    const Enclosure tanh = enclose_tanh(1, 1000);  // y = 3·tanh(1) - 1
    EXPECT_EQ(ask(3 * tanh.upper - 1, Relation::less), Certainty::yes);
    EXPECT_EQ(ask(3 * tanh.lower - 1, Relation::less), Certainty::no);
    EXPECT_EQ(ask(3 * tanh.lower - 1, Relation::equal), Certainty::no);
    EXPECT_EQ(ask(3 * enclose_tanh(1, 5000).upper - 1, Relation::less), Certainty::unknown) << "not at 2048 bits";
    query.output_condition = query.formulas.disjunction(
        {query.output_condition, query.formulas.atom(LinearForm({{y, 1}}, -2), Relation::less)});
    EXPECT_EQ(decide_at(query, {&one, 1}, {}), Certainty::yes) << "one true part is enough";
    query.domains = {{Variable(0), Domain{DomainKind::real, Rational(2), Rational(3), {}}}};
    EXPECT_EQ(decide_at(query, {&one, 1}, {}), Certainty::no) << "outside of the domain";
}

TEST(EvaluateEnclosed, AWitnessIsCheckedAnew) {
    Query query = chain(ActivationKind::tanh, of(ActivationKind::identity));
    query.output_condition = query.formulas.atom(LinearForm({{Variable(3), -1}}, 1), Relation::less);  // y > 1
    const Rational one = 1;
    EnclosedValues values = evaluate_enclosed(query.network, {&one, 1}, 100);
    Witness witness{values.middle, {}, values.radius};
    EXPECT_TRUE(confirms(query, witness));
    Witness wrong = witness;
    wrong.values[1] += Rational(1, 1000);
    EXPECT_FALSE(confirms(query, wrong)) << "a value that is not the network's";
    wrong = witness;
    wrong.radii[0] = 1e-30;
    EXPECT_FALSE(confirms(query, wrong)) << "an input that is not exact";
    wrong = witness;
    wrong.radii.clear();
    EXPECT_FALSE(confirms(query, wrong)) << "no enclosures";
    wrong = witness;
    wrong.values[0] = 0;
    EXPECT_FALSE(confirms(query, wrong)) << "other inputs";
}

}  // namespace
}  // namespace sinew::model
