// SPDX-License-Identifier: Apache-2.0
#include "integer/implied_rows.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace sinew::integer {
namespace {

TEST(ImpliedRows, TheLoadsOfAllCoresAreTheLoadsOfAllJobs) {
    // job j on core c: variable 3j + c; load of core c: variable 12 + c.
    const std::vector<long> size = {5, 7, 11, 2};
    std::vector<LinearEquation> equations;
    for (std::size_t c = 0; c < 3; ++c) {
        LinearEquation load{{{IntVar(12 + c), 1}}, 0};
        for (std::size_t j = 0; j < 4; ++j) load.terms.push_back({IntVar(3 * j + c), -size[j]});
        equations.push_back(load);
    }
    for (std::size_t j = 0; j < 4; ++j)
        equations.push_back({{{IntVar(3 * j), 1}, {IntVar(3 * j + 1), 1}, {IntVar(3 * j + 2), 1}}, 1});
    std::vector<std::uint8_t> is_kept(15, 0);
    for (std::size_t c = 0; c < 3; ++c) is_kept[12 + c] = 1;
    const std::vector<LinearEquation> implied = implied_equations(equations, is_kept);
    ASSERT_EQ(implied.size(), 1U);
    ASSERT_EQ(implied.front().terms.size(), 3U);
    const Integer factor = implied.front().terms.front().coefficient;
    for (const Term& term : implied.front().terms) EXPECT_EQ(term.coefficient, factor);
    EXPECT_EQ(implied.front().right, 25 * factor);
    is_kept[0] = 1;  // one more variable changes nothing of it
    EXPECT_EQ(implied_equations(equations, is_kept).size(), 1U);
}

TEST(ImpliedRows, HoldAtEverySolutionAndKeepToTheirVariables) {
    Random random(61);
    std::size_t implied_count = 0;
    for (int i = 0; i < 2'000; ++i) {
        const std::size_t variables = 3 + random.below(6);
        std::vector<Integer> point;
        std::vector<std::uint8_t> is_kept;
        for (std::size_t v = 0; v < variables; ++v) {
            point.emplace_back(random.integer(-20, 20));
            is_kept.push_back(random.chance(0.5) ? 1 : 0);
        }
        std::vector<LinearEquation> equations(1 + random.below(variables));
        for (LinearEquation& equation : equations)
            for (std::size_t v = 0; v < variables; ++v) {
                if (random.chance(0.5)) continue;
                equation.terms.push_back({IntVar(v), random.integer(-4, 4)});
                equation.right += equation.terms.back().coefficient * point[v];
            }
        for (const LinearEquation& equation : implied_equations(equations, is_kept)) {
            ++implied_count;
            Integer sum;
            for (const Term& term : equation.terms) {
                ASSERT_EQ(is_kept[term.variable.index()], 1);
                sum += term.coefficient * point[term.variable.index()];
            }
            ASSERT_EQ(sum, equation.right);
        }
    }
    EXPECT_GT(implied_count, 300U);
}

}  // namespace
}  // namespace sinew::integer
