// SPDX-License-Identifier: Apache-2.0
// Every written form of terms and conditions, each against what it must be worth.
#include <gtest/gtest.h>

#include "model/evaluate.hpp"
#include "read/dnn/read_dnn.hpp"

namespace sinew {
namespace {

/// y0 of the network { 'a0': 'x0 + x1', 'y0': expression } at x0, x1.
Rational value(const std::string& expression, const Rational& x0, const Rational& x1) {
    const model::Query query = read::parse_dnn(
        "dnn = {'a0': 'x0 + x1', 'y0': " + expression + "}\ndomains = {'x0': 'real', 'x1': 'real'}", "test.dnn");
    const auto values = model::evaluate(query.network, std::vector<Rational>{x0, x1});
    return values[query.outputs.at(0).index()];
}

bool truth(const std::string& condition, const Rational& x0, const Rational& x1) {
    const model::Query query =
        read::parse_dnn("dnn = {'a0': 'x0 + x1'}\nconditions = {'in': '''" + condition + "'''}\n", "test.dnn");
    const auto values = model::evaluate(query.network, std::vector<Rational>{x0, x1});
    return query.formulas.holds(query.input_condition, values, {});
}

TEST(DnnForms, terms) {
    struct Row {
        const char* text;
        Rational at_6_and_minus_1;
    };
    const Row rows[] = {
        {"'2x0'", 12},
        {"'2*x0'", 12},
        {"'2.1*x0'", Rational(63, 5)},
        {"'.5x0'", 3},
        {"'5.x0'", 30},
        {"'-x0'", -6},
        {"'+x0'", 6},
        {"'- -x0'", 6},
        {"'1/3 x0'", 2},
        {"'1/3x0'", 2},
        {"'1 / 3 x0'", 2},
        {"'1/3*x0'", 2},
        {"'x0/3'", 2},
        {"'x0 / 2/3'", 1},
        {"'12/2/3'", 2},
        {"'1e-3*x0'", Rational(3, 500)},
        {"'1E+2x0'", 600},
        {"'2(x0 + x1)'", 10},
        {"'2 (x0 + x1)'", 10},
        {"'2*(x0 + x1)*3'", 30},
        {"'(x0 + x1)*2'", 10},
        {"'x0 - x1 - 1'", 6},
        {"'x0 -1'", 5},
        {"'x0-1'", 5},
        {"'x0 - (x1 - 1)'", 8},
        {"'-(x0 - 2(x1 + 1))'", -6},
        {"'3'", 3},
        {"'0x0'", 0},
        {"'x0 - x0'", 0},
        {"'n0 + a0'", 10},
        {"\"2x0\"", 12},
        {"'''2x0\n + 1'''", 13},
        {"\"\"\"2x0\"\"\"", 12},
        {"[(0.5, 'x0'), (-0.2, 'x1'), 3]", Rational(31, 5)},
        {"[(0.5, 'x0'), (1/2, 'x1'), -3,]", Rational(-1, 2)},
        {"[3]", 3},
        {"['2x0', 1]", 13},
    };
    for (const Row& row : rows) EXPECT_EQ(value(row.text, 6, -1), row.at_6_and_minus_1) << row.text;
}

TEST(DnnForms, conditions) {
    struct Row {
        const char* text;
        bool at_2_and_minus_1;
    };
    const Row rows[] = {
        {"(x0 < 3)", true},
        {"(< x0 3)", true},
        {"x0 < 2", false},
        {"(<= x0 2)", true},
        {"(= x0 2)", true},
        {"x0 == 2", true},
        {"(>= x0 3)", false},
        {"(> x0 x1)", true},
        {"(!= x0 2)", false},
        {"(distinct x0 x1 0)", true},
        {"(distinct x0 x1 -1)", false},
        {"(< -2 x1 0 x0 3)", true},
        {"(< -2 x1 0 x0 2)", false},
        {"-2 < x1 <= -1 < x0", true},
        {"(< x1 -1)", false},     // two operands: x1 and -1
        {"(< x1 - 1 -1)", true},  // x1 - 1 and -1
        {"(> x0 2 x1)", false},   // three operands
        {"(> x0 2x1)", true},     // two
        {"x0 > 2 x1", true},      // infix: a product
        {"(> 2(x0 + x1) 1)", true},
        {"(and (x0 < 3) (x1 < 0))", true},
        {"(or (x0 < 1) (x1 > 0))", false},
        {"(x0 < 1) or (x1 < 0) and (x0 > 1)", true},
        {"(x0 > 1) or (x1 < 0) and (x0 < 1)", true},
        {"not x0 < 1 and x1 < 0", true},
        {"(not (x0 < 3))", false},
        {"(nand (x0 < 3) (x1 < 0))", false},
        {"(x0 < 3) nand (x1 > 0)", true},
        {"(nor (x0 > 3) (x1 > 0))", true},
        {"(x0 < 3) nor (x1 > 0)", false},
        {"(xor (x0 < 3) (x1 < 0) (x1 < 5))", true},
        {"(x0 < 3) xor (x1 < 0)", false},
        {"(xnor (x0 < 3) (x1 < 0))", true},
        {"(x0 < 3) xnor (x1 > 0)", false},
        {"(=> (x0 < 3) (x1 > 0))", false},
        {"(-> (x0 > 3) (x1 > 0))", true},
        {"(x0 > 3) => (x1 > 0) => (x0 = 0)", true},
        {"(x0 < 3) -> (x1 < 0)", true},
        {"(=> (x0 < 3) (x1 < 0) (x0 = 0))", false},
        {"(ite (x0 < 3) (x1 > 0) true)", false},
        {"(ite (x0 < 3) x1 5) < 0", true},
        {"(< (ite (x0 > 3) 1 2(ite (x1 < 0) x1 0)) -1)", true},
        {"((x0 < 3) = (x1 < 0))", true},
        {"(= (x0 < 3) (x1 > 0))", false},
        {"(x0 < 3) != (x1 > 0)", true},
        {"true", true},
        {"(and true false)", false},
        {"((((x0)) < ((3))))", true},
        {"(n0 = 1)", true},
        {"(a0 >= 1)", true},
    };
    for (const Row& row : rows) EXPECT_EQ(truth(row.text, 2, -1), row.at_2_and_minus_1) << row.text;
}

TEST(DnnForms, domains) {
    const model::Query query = read::parse_dnn(
        "domains = {'x0': 'int [0, 255]', 'x1': \"real [-1/2, 1e2]\", 'x2': 'int {1, -1, 1}', 'x3': 'real', "
        "'x4': 'real [-inf, 3]', 'x10': 'int'}\ndnn = {}",
        "test.dnn");
    ASSERT_EQ(query.domains.size(), 6);
    EXPECT_EQ(query.network.input_variables().size(), 6);
    EXPECT_EQ(query.name(query.network.input_variables()[5]), "x10");  // by number, not by text
    EXPECT_EQ(*query.domains[1].second.lower, Rational(-1, 2));
    EXPECT_EQ(*query.domains[1].second.upper, 100);
    EXPECT_EQ(query.domains[2].second.values, (std::vector<Rational>{-1, 1}));
    EXPECT_FALSE(query.domains[3].second.lower || query.domains[3].second.upper);
    EXPECT_FALSE(query.domains[4].second.lower);
    EXPECT_EQ(*query.domains[4].second.upper, 3);
    EXPECT_EQ(query.domains[5].second.kind, model::DomainKind::integer);
}

TEST(DnnForms, activations_as_the_model_writes_them) {
    const char* names[] = {"relu",          "purelin",         "hardlim",          "sign",    "signum",
                           "satlin",        "satlins",         "tansig",           "sigmoid", "clip(0, 6)",
                           "clip(-inf, 3)", "clip(-1/2, inf)", "leaky_relu(1/100)"};
    for (const char* name : names) {
        const model::Query query = read::parse_dnn(std::string("dnn = {'a0': [1, 'x0', '") + name + "']}", "test.dnn");
        const auto& layer = std::get<model::ActivationLayer>(query.network.layers().back().operation);
        EXPECT_EQ(model::to_string(layer.activation), name);
    }
}

}  // namespace
}  // namespace sinew
