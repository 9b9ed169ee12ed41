// SPDX-License-Identifier: Apache-2.0
#include "read/marabou/read_ipq.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"

using namespace sinew;
using namespace sinew::read;

namespace {
// x0, x1 in [-1, 1]; x2 = x0 - x1 + 1/2; x3 = sign(x2); x4 = relu(x0); x5 = 2 x3 + x4; x5 <= 2; x3 + x4 >= 0.
constexpr const char* query_text =
    "6\n3\n3\n2\n2\n2\n0,0\n1,1\n1\n0,5\n"
    "0,-1.0\n1,-1.0\n3,-1.0\n0,1.0\n1,1.0\n5,2.0\n"
    "0,0,-0.5,0,1.0,1,-1.0,2,-1.0\n"
    "1,0,0.0,3,2.0,4,1.0,5,-1.0\n"
    "0,sign,3,2\n1,relu,4,0\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}
std::string error_of(const std::string& text) {
    try {
        parse_ipq(text, "q.ipq");
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}
}  // namespace

TEST(ReadIpq, variables_become_layers) {
    const model::Query query = parse_ipq(query_text, "q.ipq");
    ASSERT_EQ(query.outputs.size(), 1U);
    const auto output_at = [&](const Rational& a, const Rational& b) {
        const std::vector<Rational> values = model::evaluate(query.network, std::vector<Rational>{a, b});
        return values[query.outputs[0].index()];
    };
    EXPECT_EQ(output_at(1, 0), 3);
    EXPECT_EQ(output_at(Rational(-1, 2), 0), 2);  // sign(0) = 1
    EXPECT_EQ(output_at(Rational(-3, 4), 0), -2);
    const auto holds = [&](const Rational& a, const Rational& b) {
        return model::satisfies(query, model::evaluate(query.network, std::vector<Rational>{a, b}), {});
    };
    EXPECT_FALSE(holds(1, 0));               // x5 = 3
    EXPECT_TRUE(holds(Rational(-1, 2), 0));  // x5 = 2
    EXPECT_FALSE(holds(-2, 0));              // outside its domain
    EXPECT_EQ(query.name(query.outputs[0]), "x5");
}

TEST(ReadIpq, equations_that_define_nothing_are_conditions) {
    // type 2 is <=, type 1 is >=
    const std::string text = replaced(replaced(query_text, "\n3\n3\n2\n2\n", "\n3\n3\n3\n2\n"), "0,sign,3,2",
                                      "2,1,0.0,3,1.0,4,1.0\n0,sign,3,2");
    const model::Query query = parse_ipq(text, "q.ipq");
    const auto holds = [&](const Rational& a, const Rational& b) {
        return model::satisfies(query, model::evaluate(query.network, std::vector<Rational>{a, b}), {});
    };
    EXPECT_TRUE(holds(Rational(-1, 2), 0));
    EXPECT_FALSE(holds(-1, 1));  // x3 + x4 = -1
}

TEST(ReadIpq, errors_name_the_line) {
    EXPECT_EQ(error_of(query_text), "no error");
    EXPECT_NE(error_of(replaced(query_text, "0,sign,3,2", "0,softmax,2,0,1,3,2")).find(":19"), std::string::npos);
    EXPECT_NE(error_of(replaced(query_text, "0,sign,3,2", "0,sign,3,9")).find(":19"), std::string::npos);
    EXPECT_NE(error_of(replaced(query_text, "0,0,-0.5,0,1.0", "0,0,-0.5,0,x")).find(":17"), std::string::npos);
    EXPECT_NE(error_of(replaced(query_text, "0,0,-0.5,0,1.0", "0,3,-0.5,0,1.0")).find(":17"), std::string::npos);
    EXPECT_NE(error_of(replaced(query_text, "0,0,-0.5,0,1.0,", "0,0,-0.5,0,")).find(":17"), std::string::npos);
    EXPECT_NE(error_of(std::string(query_text) + "7\n").find(":21"), std::string::npos);
    // Numbers that no word holds, or that are none, are no variables.
    for (const char* variable :
         {"99999999999999999999", "18446744073709551618", "4294967298", "-2", "2.0", "+2", " 2", ""})
        EXPECT_NE(error_of(replaced(query_text, "0,sign,3,2", std::string("0,sign,3,") + variable)).find(":19"),
                  std::string::npos)
            << variable;
    const std::string whole = query_text;
    for (std::size_t size = 0; size + 1 < whole.size(); size += 3)
        EXPECT_NE(error_of(whole.substr(0, size)), "no error");
}

namespace {
/// x0 in [-1, 1] and what follows: `equations` and `constraints` lines, 5 variables, the output is x2.
model::Query small(const std::string& counts, const std::string& bounds, const std::string& lines) {
    return parse_ipq("5\n" + counts + "\n1\n0,0\n1\n0,2\n" + bounds + lines, "q.ipq");
}
Rational output_at(const model::Query& query, const Rational& x) {
    return model::evaluate(query.network, std::vector<Rational>{x})[query.outputs.at(0).index()];
}
bool holds_at_all(const model::Query& query, const std::vector<Rational>& inputs) {
    return model::satisfies(query, model::evaluate(query.network, inputs), {});
}
bool holds_at(const model::Query& query, const Rational& x) {
    return model::satisfies(query, model::evaluate(query.network, std::vector<Rational>{x}), {});
}
}  // namespace

TEST(ReadIpq, relu_with_the_variable_of_its_distance) {
    // x1 = 2 x0, x2 = relu(x1), x3 = x2 - x1 <= 1
    const model::Query query = small("1\n2\n1\n1", "0,-1\n0,1\n3,1\n", "0,0,0,1,-1,0,2\n0,relu,2,1,3\n");
    EXPECT_EQ(output_at(query, Rational(1, 2)), 1);
    EXPECT_EQ(output_at(query, -1), 0);
    EXPECT_TRUE(holds_at(query, Rational(-1, 2)));
    EXPECT_FALSE(holds_at(query, -1));
}

TEST(ReadIpq, absolute_values) {
    // x1 = 2 x0 - 1, x2 = |x1| >= 1, x3 = x2 - x1, x4 = x2 + x1 <= 3
    const model::Query query =
        small("2\n2\n1\n1", "0,-1\n2,1\n0,1\n4,3\n", "0,0,1,1,-1,0,2\n0,absoluteValue,2,1,3,4\n");
    EXPECT_EQ(output_at(query, Rational(1, 4)), Rational(1, 2));
    EXPECT_EQ(output_at(query, 1), 1);
    EXPECT_EQ(output_at(query, -1), 3);
    EXPECT_TRUE(holds_at(query, -1));
    EXPECT_TRUE(holds_at(query, 1));
    EXPECT_FALSE(holds_at(query, Rational(1, 4)));
}

TEST(ReadIpq, two_inequalities_are_an_equation) {
    for (const char* lines :
         {"0,1,0,1,-1,0,2\n1,2,0,1,-1,0,2\n0,relu,2,1\n", "0,2,0,0,2,1,-1\n1,1,0,1,-1,0,2\n0,relu,2,1\n",
          "0,2,0,1,-1,0,2\n1,2,0,0,-2,1,1\n0,relu,2,1\n"}) {
        const model::Query query = small("1\n1\n2\n1", "0,-1\n0,1\n", lines);
        EXPECT_EQ(output_at(query, Rational(1, 2)), 1) << lines;
        EXPECT_TRUE(holds_at(query, 1));
    }
    // The same half twice is none, and leaves x1 free.
    const model::Query open = small("1\n1\n2\n1", "0,-1\n0,1\n", "0,1,0,1,-1,0,2\n1,1,0,1,-1,0,2\n0,relu,2,1\n");
    ASSERT_EQ(open.network.input_variables().size(), 2U);
    EXPECT_EQ(open.name(open.network.input_variables()[1]), "x1");
    EXPECT_TRUE(holds_at_all(open, {1, -2}));  // 2 x0 >= x1
    EXPECT_FALSE(holds_at_all(open, {-1, 0}));
}

TEST(ReadIpq, what_nothing_speaks_of_is_free_within_its_bounds) {
    const std::string lines = "0,0,0,1,-1,0,2\n0,relu,3,1\n";  // the output x2 is free
    const model::Query query = small("2\n2\n1\n1", "0,-1\n2,0\n0,1\n2,1\n", lines);
    EXPECT_TRUE(query.outputs.empty());
    EXPECT_TRUE(holds_at(query, 1));
    EXPECT_FALSE(holds_at(small("2\n2\n1\n1", "0,-1\n2,1\n0,1\n2,0\n", lines), 1));
}

TEST(ReadIpq, constraints_of_another_form) {
    const auto error = [](const std::string& constraint) {
        try {
            small("1\n1\n1\n1", "0,-1\n0,1\n", "0,0,0,1,-1,0,2\n" + constraint + "\n");
        } catch (const InputError& wrong) {
            return std::string(wrong.what());
        }
        return std::string("no error");
    };
    EXPECT_EQ(error("0,sigmoid,2,1"), "no error");
    EXPECT_NE(error("0,relu,2,1,3,4").find("index,relu,output,input,aux"), std::string::npos);
    EXPECT_NE(error("0,absoluteValue,2,1,3").find("the line has 5 cells"), std::string::npos);
    EXPECT_NE(error("0,sigmoid,2,1,3").find("the line has 5 cells"), std::string::npos);
    EXPECT_NE(error("0,relu,2,1,5").find("no variable 5"), std::string::npos);
    EXPECT_NE(error("0,foo,2,1").find("absoluteValue, sign, disj"), std::string::npos);
    EXPECT_NE(error("0,disj,2,1").find("ends too early"), std::string::npos);
    EXPECT_NE(error("0,disj,1,1,l,2,0,0,7").find("after its last disjunct"), std::string::npos);
    EXPECT_NE(error("0,disj,1,0,1,x,1,1,2,0").find("no relation"), std::string::npos);
    EXPECT_NE(error("0,softmax,1,1,2").find("exponentials"), std::string::npos);
    EXPECT_NE(error("0,bilinear,0,1,2").find("equal bounds"), std::string::npos);
    EXPECT_NE(error("0,max,2,1,e,1").find("the line has 6 cells"), std::string::npos);
    EXPECT_NE(error("0,max,2,e,0,0").find("a maximum of nothing"), std::string::npos);
    EXPECT_NE(error("0,leaky_relu,2,1").find("slope"), std::string::npos);
}

TEST(ReadIpq, leaky_relu_and_maximum) {
    // x1 = 2 x0 - 1, x2 = leaky(x1), x3 = x2 - x1, x4 = x2 - x1/4 <= 1/2
    const model::Query leaky = small("1\n2\n1\n1", "0,-1\n0,1\n4,0.5\n", "0,0,1,1,-1,0,2\n0,leaky_relu,2,1,0.25,3,4\n");
    EXPECT_EQ(output_at(leaky, -1), Rational(-3, 4));
    EXPECT_EQ(output_at(leaky, 1), 1);
    EXPECT_TRUE(holds_at(leaky, -1));
    EXPECT_FALSE(holds_at(leaky, 1));  // x4 = 3/4
    // x1 = 2 x0, x2 = max(x0, x1), and of 1/2 where that has been eliminated
    const std::string bounds = "0,-1\n0,1\n";
    EXPECT_EQ(output_at(small("1\n1\n1\n1", bounds, "0,0,0,1,-1,0,2\n0,max,2,0,1\n"), Rational(-1, 2)),
              Rational(-1, 2));
    EXPECT_EQ(output_at(small("1\n1\n1\n1", bounds, "0,0,0,1,-1,0,2\n0,max,2,0,1,e,0,0\n"), Rational(1, 8)),
              Rational(1, 4));
    const model::Query eliminated = small("1\n1\n1\n1", bounds, "0,0,0,1,-1,0,2\n0,max,2,0,1,e,1,0.5\n");
    EXPECT_EQ(output_at(eliminated, Rational(1, 8)), Rational(1, 2));
    EXPECT_EQ(output_at(eliminated, 1), 2);
    // A maximum of nothing but what has been eliminated is that number.
    const model::Query number = small("1\n1\n0\n1", bounds, "0,max,2,e,1,0.5\n");
    EXPECT_TRUE(holds_at_all(number, {0, Rational(1, 2)}));
    EXPECT_FALSE(holds_at_all(number, {0, 1}));
}

TEST(ReadIpq, disjunctions) {
    // x1 = 2 x0, x2 = relu(x1); x2 >= 3/2, or x1 <= -1 and x0 + x1 = -3
    for (const char* line :
         {"1,disj,2,1,l,2,1.5,0,1,u,1,-1,1,e,2,1,0,1,1,-3,\n", "1,disj,2,1,2,1,1.5,0,1,1,2,-1,1,e,2,1,0,1,1,-3\n"}) {
        const model::Query query =
            small("1\n1\n1\n2", "0,-1\n0,1\n", std::string("0,0,0,1,-1,0,2\n0,relu,2,1\n") + line);
        EXPECT_TRUE(holds_at(query, 1)) << line;
        EXPECT_TRUE(holds_at(query, -1));
        EXPECT_FALSE(holds_at(query, Rational(1, 2)));
        EXPECT_FALSE(holds_at(query, Rational(-3, 4)));
    }
    // Inequalities of disjuncts, and a last number that is missing.
    const model::Query query =
        small("1\n1\n1\n2", "0,-1\n0,1\n", "0,0,0,1,-1,0,2\n0,relu,2,1\n1,disj,2,0,1,g,2,1,0,-1,2,0.25,1,u,0,-0.5\n");
    EXPECT_TRUE(holds_at(query, Rational(-1, 2)));
    EXPECT_FALSE(holds_at(query, Rational(1, 2)));  // x0 - x2 = -1/2
}

TEST(ReadIpq, rounding_is_half_away_from_zero) {
    // x1 = 2 x0, x2 = round(x1), which is an input of its own
    const model::Query query = small("1\n1\n1\n1", "0,-3\n0,3\n", "0,0,0,1,-1,0,2\n0,round,2,1\n");
    ASSERT_EQ(query.network.input_variables().size(), 2U);
    for (const auto& [x, rounded] : std::vector<std::pair<Rational, int>>{{Rational(1, 4), 1},
                                                                          {Rational(-1, 4), -1},
                                                                          {Rational(3, 4), 2},
                                                                          {Rational(1, 5), 0},
                                                                          {0, 0},
                                                                          {Rational(-7, 10), -1}})
        for (int value = -3; value <= 3; ++value)
            EXPECT_EQ(holds_at_all(query, {x, value}), value == rounded) << x << " " << value;
}

TEST(ReadIpq, products_with_a_fixed_factor) {
    // x1 = 3, x2 = x0 x1
    const model::Query query = small("2\n2\n0\n1", "0,-1\n1,3\n0,1\n1,3\n", "0,bilinear,1,0,2\n");
    EXPECT_EQ(output_at(query, Rational(1, 3)), 1);
}

TEST(ReadIpq, outputs_that_are_determined_twice_have_to_agree) {
    // x1 = 2 x0, x2 = relu(x1), x2 = |x0|
    const model::Query query = small("1\n1\n1\n2", "0,-1\n0,1\n", "0,0,0,1,-1,0,2\n0,relu,2,1\n1,absoluteValue,2,0\n");
    EXPECT_TRUE(holds_at(query, 0));
    EXPECT_FALSE(holds_at(query, 1));
    EXPECT_FALSE(holds_at(query, -1));
}

TEST(ReadIpq, bounds_at_infinity_are_none) {
    const std::string largest = std::to_string(std::numeric_limits<double>::max());
    for (const std::string& word :
         {std::string("inf"), std::string("Infinity"), std::string("1.7976931348623157e+308"), largest}) {
        const model::Query query =
            small("2\n2\n1\n1", "0,-1\n2,-" + word + "\n0,1\n2," + word + "\n", "0,0,0,1,-1,0,2\n0,relu,2,1\n");
        EXPECT_TRUE(holds_at(query, 1)) << word;
    }
    EXPECT_NE(error_of(replaced(query_text, "5,2.0", "5,-inf")).find("the upper bound of variable 5 is -inf"),
              std::string::npos);
    EXPECT_NE(error_of(replaced(query_text, "5,2.0", "5,nan")).find("'nan' is no number"), std::string::npos);
}
