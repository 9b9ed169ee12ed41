// SPDX-License-Identifier: Apache-2.0
#include "read/marabou/read_ipq.hpp"

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
    EXPECT_NE(error_of(replaced(query_text, "0,sign,3,2", "0,max,3,2")).find(":19"), std::string::npos);
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
    // x2 is determined by nothing.
    EXPECT_NE(error_of(replaced(query_text, "0,0,-0.5,0,1.0,1,-1.0,2,-1.0", "0,0,-0.5,0,1.0,1,-1.0,0,-1.0")),
              "no error");
}

namespace {
/// x0 in [-1, 1] and what follows: `equations` and `constraints` lines, 5 variables, the output is x2.
model::Query small(const std::string& counts, const std::string& bounds, const std::string& lines) {
    return parse_ipq("5\n" + counts + "\n1\n0,0\n1\n0,2\n" + bounds + lines, "q.ipq");
}
Rational output_at(const model::Query& query, const Rational& x) {
    return model::evaluate(query.network, std::vector<Rational>{x})[query.outputs.at(0).index()];
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
    // The same half twice is none, and leaves x1 open.
    EXPECT_THROW(small("1\n1\n2\n1", "0,-1\n0,1\n", "0,1,0,1,-1,0,2\n1,1,0,1,-1,0,2\n0,relu,2,1\n"), InputError);
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
    EXPECT_NE(error("0,disj,2,1").find("absoluteValue or sigmoid"), std::string::npos);
}
