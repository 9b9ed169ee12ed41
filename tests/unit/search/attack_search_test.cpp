// SPDX-License-Identifier: Apache-2.0
#include "search/attack_search.hpp"

#include <gtest/gtest.h>

#include "engine/turns.hpp"
#include "model/evaluate.hpp"

namespace sinew::search {
namespace {

using model::FormulaId;
using model::Relation;

/// y = relu(x - 1/2), x in [0, 1].
model::Query ramp() {
    model::Query query;
    const model::LayerId x = query.network.add_input("x", {1});
    model::AffineLayer affine;
    affine.terms.push_back({x, model::DenseMap{1, 1, model::NumberArray(std::vector<double>{1})}});
    affine.bias = model::NumberArray(std::vector<double>{-0.5});
    const model::LayerId pre = query.network.add_affine("s", {1}, affine);
    const model::LayerId y = query.network.add_activation("y", pre, model::Activation{});
    model::Domain domain;
    domain.lower = 0;
    domain.upper = 1;
    query.domains.emplace_back(Variable(0), domain);
    query.outputs.push_back(query.network.variable(y, 0));
    return query;
}

/// variable >= value.
FormulaId at_least(model::Query& query, Variable variable, const Rational& value) {
    LinearForm form(value);
    form.add(LinearForm(variable), -1);
    return query.formulas.atom(form, Relation::less_equal);
}

FormulaId at_most(model::Query& query, Variable variable, const Rational& value) {
    LinearForm form(-value);
    form.add(LinearForm(variable), 1);
    return query.formulas.atom(form, Relation::less_equal);
}

engine::Progress turn(AttackSearch& attack, engine::Knowledge& knowledge, Effort effort, const Limits& limits = {}) {
    return attack.advance({limits.within_effort(effort), 1}, knowledge);
}

TEST(AttackSearch, AGlanceFindsWhatIsEasyAndClaimsNothingElse) {
    for (const double wanted : {0.4, 0.5, 0.6}) {
        model::Query query = ramp();
        query.output_condition = at_least(query, query.outputs[0], to_rational(wanted));
        const auto attack = AttackSearch::make(query, Settings{});
        ASSERT_TRUE(attack);
        engine::Knowledge knowledge(query);
        for (int i = 0; i < 5 && knowledge.answer() == Answer::unknown; ++i) turn(*attack, knowledge, 100'000);
        ASSERT_EQ(knowledge.answer(), wanted <= 0.5 ? Answer::sat : Answer::unknown) << wanted;
        if (knowledge.answer() != Answer::sat) continue;
        EXPECT_EQ(knowledge.decided_by(), "attack");
        EXPECT_TRUE(model::satisfies(query, knowledge.witness()->values, {}));
    }
}

TEST(AttackSearch, ManyDisjunctsThatBoundInputsHaveTheirOwnDescents) {
    constexpr int pieces = 1000;
    // Piece i: x in a thousandth of its own and y at least 1 more than is there, but in the last piece but two.
    model::Query query = ramp();
    std::vector<FormulaId> all;
    for (int i = 0; i < pieces; ++i) {
        const Rational begin(i, pieces);
        const Rational end(i + 1, pieces);
        const Rational wanted = i == pieces - 3 ? Rational(i, pieces) - Rational(1, 2) : Rational(2);
        all.push_back(query.formulas.conjunction({at_least(query, Variable(0), begin), at_most(query, Variable(0), end),
                                                  at_least(query, query.outputs[0], wanted)}));
    }
    query.output_condition = query.formulas.disjunction(all);
    const auto attack = AttackSearch::make(query, Settings{});
    ASSERT_TRUE(attack);
    engine::Knowledge knowledge(query);
    for (int i = 0; i < 2000 && knowledge.answer() == Answer::unknown; ++i) turn(*attack, knowledge, 10'000'000);
    ASSERT_EQ(knowledge.answer(), Answer::sat);
    EXPECT_TRUE(model::satisfies(query, knowledge.witness()->values, {}));
    double regions = 0;
    const Statistics statistics = attack->statistics();
    for (const auto& [name, value] : statistics.figures())
        if (name == "attack_regions") regions = value;
    EXPECT_EQ(regions, pieces);
}

TEST(AttackSearch, EndsAtOnceAtALimitAndTakesNoQueryWithoutBounds) {
    model::Query query = ramp();
    query.output_condition = at_least(query, query.outputs[0], Rational(1));
    const auto attack = AttackSearch::make(query, Settings{});
    engine::Knowledge knowledge(query);
    const std::atomic<bool> stop{true};
    EXPECT_EQ(turn(*attack, knowledge, 1'000'000, Limits().until(stop)), engine::Progress::paused);
    EXPECT_EQ(knowledge.answer(), Answer::unknown);
    query.domains.clear();
    EXPECT_FALSE(AttackSearch::make(query, Settings{}));
}

TEST(AttackSearch, DeepFormulasAreNotMultipliedOut) {
    model::Query query = ramp();
    FormulaId deep = at_least(query, query.outputs[0], Rational(2));
    for (int i = 0; i < 20'000; ++i)
        deep = i % 2 == 0 ? query.formulas.conjunction({deep, at_least(query, Variable(0), Rational(i, 40'000))})
                          : query.formulas.disjunction({deep, at_least(query, query.outputs[0], Rational(2 + i))});
    query.output_condition = deep;
    EXPECT_FALSE(disjuncts(query, 100'000));
    const auto attack = AttackSearch::make(query, Settings{});
    engine::Knowledge knowledge(query);
    EXPECT_EQ(turn(*attack, knowledge, 1000), engine::Progress::paused);
}

}  // namespace
}  // namespace sinew::search
