// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sinew/sinew.hpp>

namespace sinew {
namespace {

std::string name(std::size_t number) {
    return std::string(1, static_cast<char>('a' + number));
}

TEST(Substitution, puts_expressions_in_the_place_of_symbols) {
    const Expression both = substitute(2 * symbol(0) - symbol(1) + 3,
                                       [](std::size_t number) { return number == 0 ? symbol(1) / 2 + 1 : symbol(1); });
    EXPECT_TRUE(terms(both).empty());
    EXPECT_EQ(constant(both), 5);
    const auto one = terms(substitute(3 * symbol(4) - 1, [](std::size_t) { return symbol(7) / 6; }));
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one.front(), (std::pair<std::size_t, Rational>(7, Rational(1, 2))));
}

TEST(Substitution, asks_the_same_question_of_a_model_and_of_a_query) {
    const Condition wanted = (symbol(0) >= 2 * symbol(1) || symbol(0) == 3) && !(symbol(1) < 2) && symbol(0) != 5;
    Model model;
    const std::vector<Expression> x{model.add_variable("", 0, 4), model.add_variable("", 0, 9)};
    model.add(substitute(wanted, [&](std::size_t number) { return x[number]; }));
    model.minimize(x[0] + x[1]);
    const Solution of_model = model.solve();
    ASSERT_EQ(of_model.status(), Status::optimal);
    EXPECT_EQ(of_model.objective(), 5);
    Query query;
    const std::vector<Expression> y = query.add_reals("y", 2, 0, 9);
    query.add(substitute(wanted, [&](std::size_t number) { return y[number]; }));
    query.minimize(y[0] + y[1]);
    const Solution of_query = query.solve();
    ASSERT_EQ(of_query.status(), Status::optimal);
    EXPECT_EQ(of_query.objective(), 5);
}

TEST(Substitution, keeps_long_chains_and_shared_parts) {
    Condition chain(true);
    for (int i = 0; i < 200'000; ++i) chain = chain && symbol(0) >= 1;
    const Condition moved = substitute(chain, [](std::size_t) { return symbol(1); });
    EXPECT_LE(to_text(moved, name, 50).size(), 80U);
    Condition doubled = symbol(0) < 1;
    for (int i = 0; i < 100; ++i) doubled = doubled && doubled;  // 2^100 without sharing
    (void)substitute(doubled, [](std::size_t) { return symbol(1); });
}

TEST(Substitution, writes_as_people_do) {
    EXPECT_EQ(to_text(2 * symbol(0) - symbol(1) / 2 - 1, name), "2 a - 1/2 b - 1");
    EXPECT_EQ(to_text(Expression(), name), "0");
    EXPECT_EQ(to_text(symbol(0) >= 2, name), "a >= 2");
    EXPECT_EQ(to_text(symbol(0) > symbol(1), name), "b < a");
    EXPECT_EQ(to_text(symbol(0) + 1 <= 0, name), "a + 1 <= 0");
    EXPECT_EQ(to_text((symbol(0) < 1 || symbol(1) == 0) && !(symbol(0) < 0), name),
              "(a < 1 or b == 0) and not (a < 0)");
    EXPECT_EQ(to_text(Condition(false), name), "false");
    EXPECT_THROW((void)symbol(std::size_t{1} << 32), UsageError);
}

}  // namespace
}  // namespace sinew
