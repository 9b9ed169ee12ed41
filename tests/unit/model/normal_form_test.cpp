// SPDX-License-Identifier: Apache-2.0
#include "model/normal_form.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew::model {
namespace {

/// Formulas over three variables and two Booleans, each of the last few nodes used again.
std::vector<FormulaId> random_formulas(Query& query, Random& random) {
    FormulaStore& store = query.formulas;
    std::vector<FormulaId> made;
    for (int i = 0; i < 6; ++i)
        made.push_back(store.atom(LinearForm({{Variable(random.below(3)), random.chance(0.5) ? 1 : -2}}, i - 3),
                                  static_cast<Relation>(random.below(3))));
    for (std::size_t b = 0; b < 2; ++b) made.push_back(store.boolean(BooleanVariable(b)));
    const auto any = [&] { return made[random.below(made.size())]; };
    for (int i = 0; i < 12; ++i) {
        const std::vector<FormulaId> operands{any(), random.chance(0.5) ? store.negation(any()) : any(), any()};
        made.push_back(random.chance(0.5) ? store.conjunction(operands) : store.disjunction(operands));
    }
    return made;
}

bool truth(const NormalForm& normal, const Query& query, std::span<const Rational> values,
           const std::vector<bool>& booleans) {
    std::vector<bool> of_node;
    for (const NormalForm::Node& node : normal.nodes()) {
        const auto holds = [&](std::uint32_t child) { return of_node[child]; };
        const auto children = normal.children(node);
        if (node.kind == NormalForm::Kind::all)
            of_node.push_back(std::all_of(children.begin(), children.end(), holds));
        else if (node.kind == NormalForm::Kind::any)
            of_node.push_back(std::any_of(children.begin(), children.end(), holds));
        else
            of_node.push_back(query.formulas.holds(node.formula, values, booleans) == node.positive);
    }
    return of_node.back();
}

TEST(NormalForm, IsTrueWhereBothConditionsAre) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Random random(seed);
        Query query;
        const std::vector<FormulaId> made = random_formulas(query, random);
        query.input_condition = made[random.below(made.size())];
        query.output_condition = query.formulas.negation(made.back());
        const NormalForm normal(query);
        for (int i = 0; i < 50; ++i) {
            const std::vector<Rational> values{random.integer(-3, 3), random.integer(-3, 3), random.integer(-3, 3)};
            const std::vector<bool> booleans{random.chance(0.5), random.chance(0.5)};
            EXPECT_EQ(truth(normal, query, values, booleans),
                      query.formulas.holds(query.input_condition, values, booleans) &&
                          query.formulas.holds(query.output_condition, values, booleans))
                << seed;
        }
    }
}

TEST(NormalForm, UsesFollowNegations) {
    Query query;
    const FormulaId a = query.formulas.boolean(BooleanVariable(0));
    const FormulaId b = query.formulas.boolean(BooleanVariable(1));
    const FormulaId unused = query.formulas.boolean(BooleanVariable(2));
    query.output_condition = query.formulas.exclusive_or(a, b);
    query.input_condition = query.formulas.negation(query.formulas.conjunction({a, b}));
    const std::vector<std::uint8_t> use = uses(query);
    EXPECT_EQ(use[a.index()], used_positively | used_negatively);
    EXPECT_EQ(use[query.input_condition.index()], used_positively);
    EXPECT_EQ(use[query.formulas.conjunction({a, b}).index()], used_negatively);
    EXPECT_EQ(use[unused.index()], 0);
}

/// A literal as DIMACS has it.
struct Number {
    int value = 0;
    Number operator~() const { return {-value}; }
};

TEST(NormalForm, ClausesDefineConnectives) {
    for (const bool conjunction : {false, true}) {
        std::vector<std::vector<Number>> clauses;
        const std::vector<Number> members{{2}, {-3}};
        define<Number>({1}, conjunction, members, [&](std::vector<Number> clause) { clauses.push_back(clause); });
        for (unsigned bits = 0; bits < 8; ++bits) {
            const auto holds = [&](Number l) { return ((bits >> (std::abs(l.value) - 1) & 1U) != 0) == (l.value > 0); };
            const bool all = std::all_of(clauses.begin(), clauses.end(), [&](const std::vector<Number>& clause) {
                return std::any_of(clause.begin(), clause.end(), holds);
            });
            const bool defined = conjunction ? holds({2}) && holds({-3}) : holds({2}) || holds({-3});
            EXPECT_EQ(all, holds({1}) == defined) << bits;
        }
    }
}

}  // namespace
}  // namespace sinew::model
