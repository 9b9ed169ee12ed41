// SPDX-License-Identifier: Apache-2.0
// Formula builders against truth tables, and against deep and wide inputs.
#include "model/formula.hpp"

#include <functional>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew::model {
namespace {

class Formula : public ::testing::Test {
  protected:
    FormulaStore store;
    FormulaId a = store.boolean(BooleanVariable(0));
    FormulaId b = store.boolean(BooleanVariable(1));
    FormulaId c = store.boolean(BooleanVariable(2));

    void expect_table(FormulaId formula, const std::function<bool(bool, bool, bool)>& meaning) {
        for (int bits = 0; bits < 8; ++bits) {
            const std::vector<bool> truth = {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
            EXPECT_EQ(store.holds(formula, {}, truth), meaning(truth[0], truth[1], truth[2])) << bits;
        }
    }
};

TEST_F(Formula, connectives_have_their_truth_tables) {
    expect_table(store.negation(a), [](bool x, bool, bool) { return !x; });
    expect_table(store.conjunction({a, b, c}), [](bool x, bool y, bool z) { return x && y && z; });
    expect_table(store.disjunction({a, b, c}), [](bool x, bool y, bool z) { return x || y || z; });
    expect_table(store.implication(a, b), [](bool x, bool y, bool) { return !x || y; });
    expect_table(store.equivalence(a, b), [](bool x, bool y, bool) { return x == y; });
    expect_table(store.exclusive_or(a, b), [](bool x, bool y, bool) { return x != y; });
    expect_table(store.if_then_else(a, b, c), [](bool x, bool y, bool z) { return x ? y : z; });
}

/// Every formula of two levels over constants, variables and their negations.
TEST_F(Formula, simplification_keeps_the_meaning) {
    using Meaning = std::function<bool(bool, bool, bool)>;
    struct Known {
        FormulaId id;
        Meaning meaning;
    };
    std::vector<Known> all = {{store.constant(true), [](bool, bool, bool) { return true; }},
                              {store.constant(false), [](bool, bool, bool) { return false; }},
                              {a, [](bool x, bool, bool) { return x; }},
                              {b, [](bool, bool y, bool) { return y; }},
                              {c, [](bool, bool, bool z) { return z; }}};
    sinew::Random random(1);
    for (int i = 0; i < 4000; ++i) {
        const auto pick = [&] { return all[random.below(all.size())]; };
        const Known p = pick(), q = pick(), r = pick();
        Known made;
        switch (random.below(7)) {
            case 0:
                made = {store.negation(p.id), [=](bool x, bool y, bool z) { return !p.meaning(x, y, z); }};
                break;
            case 1:
                made = {store.conjunction({p.id, q.id, r.id}), [=](bool x, bool y, bool z) {
                            return p.meaning(x, y, z) && q.meaning(x, y, z) && r.meaning(x, y, z);
                        }};
                break;
            case 2:
                made = {store.disjunction({p.id, q.id, r.id}), [=](bool x, bool y, bool z) {
                            return p.meaning(x, y, z) || q.meaning(x, y, z) || r.meaning(x, y, z);
                        }};
                break;
            case 3:
                made = {store.implication(p.id, q.id),
                        [=](bool x, bool y, bool z) { return !p.meaning(x, y, z) || q.meaning(x, y, z); }};
                break;
            case 4:
                made = {store.equivalence(p.id, q.id),
                        [=](bool x, bool y, bool z) { return p.meaning(x, y, z) == q.meaning(x, y, z); }};
                break;
            case 5:
                made = {store.exclusive_or(p.id, q.id),
                        [=](bool x, bool y, bool z) { return p.meaning(x, y, z) != q.meaning(x, y, z); }};
                break;
            default:
                made = {store.if_then_else(p.id, q.id, r.id), [=](bool x, bool y, bool z) {
                            return p.meaning(x, y, z) ? q.meaning(x, y, z) : r.meaning(x, y, z);
                        }};
        }
        expect_table(made.id, made.meaning);
        if (all.size() < 60) all.push_back(made);  // small, or the meanings nest too deep to be called
    }
}

TEST_F(Formula, equal_nodes_are_shared_and_trivial_ones_vanish) {
    EXPECT_EQ(store.conjunction({a, b}), store.conjunction({b, a, a}));
    EXPECT_EQ(store.conjunction({a, store.conjunction({b, c})}), store.conjunction({a, b, c}));
    EXPECT_EQ(store.negation(store.negation(a)), a);
    EXPECT_EQ(store.conjunction({}), store.constant(true));
    EXPECT_EQ(store.disjunction({}), store.constant(false));
    EXPECT_EQ(store.conjunction({a}), a);
    EXPECT_EQ(store.conjunction({a, store.negation(a)}), store.constant(false));
    EXPECT_EQ(store.disjunction({a, b, store.negation(a)}), store.constant(true));
    EXPECT_EQ(store.conjunction({a, store.constant(false)}), store.constant(false));
    const LinearForm form(Variable(0), 2);
    EXPECT_EQ(store.atom(form, Relation::less), store.atom(form, Relation::less));
    EXPECT_NE(store.atom(form, Relation::less), store.atom(form, Relation::less_equal));
    LinearForm shifted = form;
    shifted.add_constant(1);
    EXPECT_NE(store.atom(form, Relation::less), store.atom(shifted, Relation::less));
}

TEST_F(Formula, atoms_compare_exactly) {
    const Rational tiny = Rational(1) / Integer("1000000000000000000000000000000");
    const LinearForm form({{Variable(0), 3}, {Variable(1), -1}}, 0);
    const FormulaId less = store.atom(form, Relation::less);
    const FormulaId less_equal = store.atom(form, Relation::less_equal);
    const FormulaId equal = store.atom(form, Relation::equal);
    const auto check = [&](const Rational& x, const Rational& y, bool strict, bool weak, bool same) {
        const std::vector<Rational> values = {x, y};
        EXPECT_EQ(store.holds(less, values, {}), strict);
        EXPECT_EQ(store.holds(less_equal, values, {}), weak);
        EXPECT_EQ(store.holds(equal, values, {}), same);
    };
    check(Rational(1, 3), 1, false, true, true);
    check(Rational(1, 3) - tiny, 1, true, true, false);
    check(Rational(1, 3) + tiny, 1, false, false, false);
}

TEST_F(Formula, constant_atoms_are_constants) {
    for (const Relation relation : {Relation::less, Relation::less_equal, Relation::equal})
        for (long value = -1; value <= 1; ++value) {
            const bool truth = relation == Relation::less         ? value < 0
                               : relation == Relation::less_equal ? value <= 0
                                                                  : value == 0;
            EXPECT_EQ(store.atom(LinearForm(Rational(value)), relation), store.constant(truth));
        }
}

constexpr std::size_t deep = 100000;

TEST_F(Formula, a_hundred_thousand_nested_connectives) {
    FormulaId formula = a;
    for (std::size_t i = 0; i < deep; ++i) {
        const FormulaId fresh = store.boolean(BooleanVariable(i + 3));
        formula =
            i % 2 == 0 ? store.conjunction({formula, fresh}) : store.negation(store.disjunction({formula, fresh}));
    }
    std::vector<bool> truth(deep + 3, false);
    EXPECT_FALSE(store.holds(formula, {}, truth) && store.holds(store.negation(formula), {}, truth));
    EXPECT_LT(store.size(), 4 * deep);
}

/// ((a and b) and c) and … : flattening must not copy the list at every step.
TEST_F(Formula, a_long_chain_of_one_connective_is_not_quadratic) {
    FormulaId chain = a;
    std::size_t children = 0;
    for (std::size_t i = 0; i < deep; ++i) {
        chain = store.conjunction({chain, store.boolean(BooleanVariable(i + 3))});
        children += store.node(chain).children.size();
    }
    EXPECT_LT(children, 40 * deep);
    std::vector<bool> truth(deep + 3, true);
    EXPECT_TRUE(store.holds(chain, {}, truth));
    truth[deep / 2] = false;
    EXPECT_FALSE(store.holds(chain, {}, truth));
}

TEST_F(Formula, a_wide_connective) {
    std::vector<FormulaId> operands;
    for (std::size_t i = 0; i < deep; ++i) operands.push_back(store.boolean(BooleanVariable(i)));
    const FormulaId all = store.conjunction(operands);
    EXPECT_EQ(store.node(all).children.size(), deep);
    EXPECT_TRUE(store.holds(all, {}, std::vector<bool>(deep, true)));
}

}  // namespace
}  // namespace sinew::model
