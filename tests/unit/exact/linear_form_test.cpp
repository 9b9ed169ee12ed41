// SPDX-License-Identifier: Apache-2.0
// Linear forms against maps from variable to coefficient.
#include "exact/linear_form.hpp"

#include <map>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew {
namespace {

using Reference = std::map<std::size_t, Rational>;  // no zeros

void expect_same(const LinearForm& form, const Reference& terms, const Rational& constant) {
    ASSERT_EQ(form.terms().size(), terms.size());
    auto at = form.terms().begin();
    for (const auto& [variable, coefficient] : terms) {
        ASSERT_EQ(at->variable.index(), variable);
        ASSERT_EQ(at->coefficient, coefficient);
        ++at;
    }
    ASSERT_EQ(form.constant(), constant);
    ASSERT_EQ(form.is_constant(), terms.empty());
}

void add_to(Reference& sum, std::size_t variable, const Rational& coefficient) {
    sum[variable] += coefficient;
    if (sum[variable] == 0) sum.erase(variable);
}

LinearForm random_form(sinew::Random& random, Reference& terms, Rational& constant) {
    std::vector<LinearTerm> list;
    const std::int64_t count = random.integer(0, 8);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto variable = static_cast<std::size_t>(random.integer(0, 5));
        const Rational coefficient = Rational(random.integer(-2, 2)) / Rational(random.integer(1, 3));
        list.push_back({Variable(variable), coefficient});
        add_to(terms, variable, coefficient);
    }
    constant = Rational(random.integer(-3, 3));
    return LinearForm(std::move(list), constant);
}

TEST(LinearForm, arithmetic_agrees_with_a_map) {
    sinew::Random random(1);
    for (int round = 0; round < 2000; ++round) {
        Reference left_terms, right_terms;
        Rational left_constant, right_constant;
        LinearForm left = random_form(random, left_terms, left_constant);
        const LinearForm right = random_form(random, right_terms, right_constant);
        expect_same(left, left_terms, left_constant);
        const Rational factor = Rational(random.integer(-2, 2)) / 2;
        left.add(right, factor);
        for (const auto& [variable, coefficient] : right_terms) add_to(left_terms, variable, factor * coefficient);
        left_constant += factor * right_constant;
        expect_same(left, left_terms, left_constant);
        for (std::size_t v = 0; v < 7; ++v) {
            const auto known = left_terms.find(v);
            EXPECT_EQ(left.coefficient(Variable(v)), known == left_terms.end() ? Rational(0) : known->second);
        }
        std::vector<Rational> point;
        for (int v = 0; v < 6; ++v) point.push_back(Rational(random.integer(-5, 5)) / 4);
        Rational value = left_constant;
        for (const auto& [variable, coefficient] : left_terms) value += coefficient * point[variable];
        EXPECT_EQ(left.value(point), value);
        left.scale(factor);
        for (auto at = left_terms.begin(); at != left_terms.end();) {
            at->second *= factor;
            at = at->second == 0 ? left_terms.erase(at) : std::next(at);
        }
        expect_same(left, left_terms, left_constant * factor);
    }
}

TEST(LinearForm, a_form_minus_itself_is_zero) {
    const LinearForm form({{Variable(3), 2}, {Variable(1), Rational(1, 3)}}, 7);
    EXPECT_EQ(form - form, LinearForm());
    LinearForm same = form;
    same.add(same, -1);
    EXPECT_EQ(same, LinearForm()) << "a form may be added to itself";
    EXPECT_TRUE(LinearForm(Variable(2), 0).is_constant());
    EXPECT_EQ((form + LinearForm(Variable(1), Rational(-1, 3))).coefficient(Variable(1)), 0);
}

}  // namespace
}  // namespace sinew
