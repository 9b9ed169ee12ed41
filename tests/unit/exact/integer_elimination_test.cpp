// SPDX-License-Identifier: Apache-2.0
#include "exact/integer_elimination.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew {
namespace {

using WholeAnswer = IntegerElimination::Answer;
using WholeEquation = std::pair<std::vector<IntegerTerm>, Integer>;

/// The certificate's combination of the equations: integer coefficients, and a right-hand side that is none.
void expect_contradiction(const std::vector<WholeEquation>& equations, std::size_t unknowns,
                          const std::vector<EquationMultiplier>& certificate) {
    std::vector<Rational> left(unknowns);
    Rational right;
    for (const EquationMultiplier& multiplier : certificate) {
        const auto& [terms, constant] = equations[multiplier.equation];
        for (const IntegerTerm& term : terms) left[term.index] += multiplier.factor * Rational(term.coefficient);
        right += multiplier.factor * Rational(constant);
    }
    for (const Rational& coefficient : left) ASSERT_EQ(coefficient.get_den(), 1);
    ASSERT_NE(right.get_den(), 1);
}

TEST(IntegerElimination, parity) {
    IntegerElimination system(2);
    ASSERT_EQ(system.add_equation(std::vector<IntegerTerm>{{0, 2}, {1, -2}}, 1), WholeAnswer::contradiction);
    ASSERT_EQ(system.certificate().size(), 1U);
    EXPECT_EQ(system.certificate().front().factor, Rational(1, 2));
}

/// x + y = z, x - y = w, z + w = 2k + 1: only all three together are odd.
TEST(IntegerElimination, parity_after_elimination) {
    const std::vector<WholeEquation> equations = {
        {{{0, 1}, {1, 1}, {2, -1}}, 0}, {{{0, 1}, {1, -1}, {3, -1}}, 0}, {{{2, 1}, {3, 1}, {4, -2}}, 1}};
    IntegerElimination system(5);
    EXPECT_EQ(system.add_equation(equations[0].first, equations[0].second), WholeAnswer::consistent);
    EXPECT_EQ(system.add_equation(equations[1].first, equations[1].second), WholeAnswer::consistent);
    ASSERT_EQ(system.add_equation(equations[2].first, equations[2].second), WholeAnswer::contradiction);
    EXPECT_EQ(system.certificate().size(), 3U);
    expect_contradiction(equations, 5, system.certificate());
}

TEST(IntegerElimination, a_remainder_becomes_a_form) {
    // 3x + 5y = 7 has the solutions of one parameter.
    IntegerElimination system(2);
    const std::vector<WholeEquation> equations = {{{{0, 3}, {1, 5}}, 7}};
    ASSERT_EQ(system.add_equation(equations[0].first, equations[0].second), WholeAnswer::consistent);
    for (int parameter = -5; parameter <= 5; ++parameter) {
        const std::vector<Integer> values(2, Integer(parameter));
        const auto value = [&](std::size_t x) {
            Integer sum = system.form(x).constant;
            for (const IntegerTerm& term : system.form(x).terms) sum += term.coefficient * values[term.index];
            return sum;
        };
        EXPECT_EQ(3 * value(0) + 5 * value(1), 7);
    }
}

/// A system has a solution exactly if the elimination says so: its certificate or its parameters prove it.
TEST(IntegerElimination, random_systems_are_proven_either_way) {
    Random random(3);
    int solvable = 0;
    constexpr int rounds = 3000;
    for (int round = 0; round < rounds; ++round) {
        const std::size_t unknowns = 1 + random.below(6);
        const std::size_t count = 1 + random.below(5);
        const std::int64_t largest = random.chance(0.2) ? 1'000'000'000'000 : 12;
        IntegerElimination system(unknowns);
        std::vector<WholeEquation> equations;
        bool consistent = true;
        for (std::size_t i = 0; i < count && consistent; ++i) {
            WholeEquation equation;
            for (std::size_t k = 0, n = random.below(5); k < n; ++k)
                equation.first.push_back({random.below(unknowns), random.integer(-largest, largest)});
            equation.second = random.integer(-largest, largest);
            if (random.chance(0.7)) {  // a right-hand side that has a solution by itself
                equation.second = 0;
                for (const IntegerTerm& term : equation.first)
                    equation.second += term.coefficient * static_cast<long>(term.index * 7 % 5);
            }
            equations.push_back(equation);
            consistent = system.add_equation(equation.first, equation.second) == WholeAnswer::consistent;
        }
        if (!consistent) {
            expect_contradiction(equations, unknowns, system.certificate());
            continue;
        }
        ++solvable;
        // Any parameters give a solution.
        std::vector<Integer> parameters;
        for (std::size_t i = 0; i < unknowns; ++i) parameters.emplace_back(random.integer(-9, 9));
        std::vector<Integer> values;
        for (std::size_t x = 0; x < unknowns; ++x) {
            Integer value = system.form(x).constant;
            for (const IntegerTerm& term : system.form(x).terms) value += term.coefficient * parameters[term.index];
            values.push_back(value);
        }
        for (const auto& [terms, right] : equations) {
            Integer sum = 0;
            for (const IntegerTerm& term : terms) sum += term.coefficient * values[term.index];
            ASSERT_EQ(sum, right);
        }
        // A form in parameters differs from the form in unknowns by multiples of the equations: for any values at all.
        std::vector<IntegerTerm> asked;
        for (std::size_t x = 0; x < unknowns; ++x) asked.push_back({x, random.integer(-5, 5)});
        const ParameterForm form = system.reduce(asked);
        Rational at_solution(form.constant);
        for (const IntegerTerm& term : form.terms) at_solution += Rational(term.coefficient * parameters[term.index]);
        Rational direct;
        for (const IntegerTerm& term : asked) direct += Rational(term.coefficient * values[term.index]);
        ASSERT_EQ(at_solution, direct);
    }
    EXPECT_GT(solvable, rounds / 4);
    EXPECT_LT(solvable, rounds - rounds / 8);
}

}  // namespace
}  // namespace sinew
