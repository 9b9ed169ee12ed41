// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "model/evaluate.hpp"
#include "read/dnn/read_dnn.hpp"

namespace sinew {
namespace {

constexpr const char* example = R"(
dnn = {
    'a00': [1, '1x0 - 1x1'],                 # phase variable, pre-activation
    'a01': [2, '1x0 + 1x1'],
    'a10': [3, '0.5n00 - 0.2n01 + 0.1'],
    'a11': [4, '-0.5n00 + 0.1n01', 'hardlim'],
    'y0': '1n10 - 1n11',
    'y1': '-1n10 + 1n11',
}
conditions = { 'in': '(and (x0 < 0) (x1 > 1))', 'out': '(y0 > y1)' }
domains = { 'x0': 'int [0, 255]', 'x1': 'real [-1, 1]', 'x2': 'int {-1, 1}' }
precision = 1000
reading   = 'literal'
objective = 'minimize 3x0 + y1'
)";

TEST(DnnExample, IsReadAsWritten) {
    const model::Query query = read::parse_dnn(example, "example.dnn");
    EXPECT_EQ(query.network.variable_count(), 3 + 4 + 4 + 2);
    std::unordered_map<std::string, Variable> by_name;
    for (const auto& [variable, name] : query.names) by_name[name] = variable;
    ASSERT_EQ(by_name.size(), 13);
    EXPECT_EQ(query.phase_numbers.at(by_name["a00"]), 1);
    EXPECT_EQ(query.phase_numbers.at(by_name["a11"]), 4);
    EXPECT_EQ(query.outputs, (std::vector<Variable>{by_name["y0"], by_name["y1"]}));

    const std::vector<Rational> values = model::evaluate(query.network, std::vector<Rational>{3, 1, 0});
    EXPECT_EQ(values[by_name["a00"].index()], 2);
    EXPECT_EQ(values[by_name["n01"].index()], 4);
    EXPECT_EQ(values[by_name["a10"].index()], Rational(3, 10));
    EXPECT_EQ(values[by_name["a11"].index()], Rational(-3, 5));
    EXPECT_EQ(values[by_name["n11"].index()], 0);
    EXPECT_EQ(values[by_name["y0"].index()], Rational(3, 10));
    EXPECT_EQ(values[by_name["y1"].index()], Rational(-3, 10));
    EXPECT_TRUE(query.formulas.holds(query.output_condition, values, {}));
    EXPECT_FALSE(query.formulas.holds(query.input_condition, values, {}));

    ASSERT_EQ(query.domains.size(), 3);
    EXPECT_EQ(query.domains[0].second.kind, model::DomainKind::integer);
    EXPECT_EQ(*query.domains[0].second.upper, 255);
    EXPECT_EQ(query.domains[2].second.values, (std::vector<Rational>{-1, 1}));
    ASSERT_TRUE(query.precision.has_value());
    EXPECT_EQ(query.precision->steps, 1000);
    EXPECT_EQ(query.precision->reading, model::PrecisionReading::literal);
    ASSERT_TRUE(query.objective.has_value());
    EXPECT_EQ(query.objective->form.coefficient(by_name["x0"]), 3);
}

}  // namespace
}  // namespace sinew
