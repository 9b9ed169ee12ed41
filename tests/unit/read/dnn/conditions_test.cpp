// SPDX-License-Identifier: Apache-2.0
// Conditions of another file than the network's, tables without names, JSON, conditions without quotes.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/describe.hpp"
#include "read/dnn/read_dnn.hpp"

namespace sinew::read {
namespace {

constexpr const char* network = "dnn = {'a0': 'x0 - x1', 'y0': 'n0', 'y1': 'x1 - n0'}\n";

/// Whether the conditions of `query` hold at the inputs x0, x1 (their neurons follow).
bool holds(const model::Query& query, const Rational& x0, const Rational& x1) {
    std::vector<Rational> values(query.network.variable_count());
    const auto at = [&](const char* name) -> Rational& {
        for (const auto& [variable, text] : query.names)
            if (text == name) return values[variable.index()];
        throw std::logic_error(name);
    };
    at("x0") = x0;
    at("x1") = x1;
    at("a0") = x0 - x1;
    at("n0") = x0 > x1 ? Rational(x0 - x1) : Rational(0);
    at("y0") = at("n0");
    at("y1") = x1 - at("n0");
    return query.formulas.holds(query.input_condition, values, {}) &&
           query.formulas.holds(query.output_condition, values, {});
}

model::Query asked(const std::string& base, const std::string& conditions) {
    model::Query query = parse_dnn(base, "net.dnn");
    const DnnText text(conditions, "conditions");
    text.ask(query, NetworkNames(query, false));
    return query;
}

class Styles : public testing::TestWithParam<const char*> {};

TEST_P(Styles, of_the_same_conditions) {
    const model::Query query = asked(network, GetParam());
    EXPECT_TRUE(holds(query, 2, 1));
    EXPECT_FALSE(holds(query, 2, -1));
    EXPECT_FALSE(holds(query, 1, 2));
    EXPECT_FALSE(holds(query, 0, 0));
    EXPECT_NE(query.input_condition, query.output_condition);
}

const char* const styles[] = {
    "conditions = { 'in': '(and (x0 > 0) (x1 >= 0))', 'out': '(y0 > 0)' }",
    "conditions = { \"in\": \"x0 > 0 and x1 >= 0\", \"out\": \"y0 > 0\" }",
    "{ 'in': 'x0 > 0 and x1 >= 0', 'out': 'y0 > 0' }",
    "# what is asked\n{ 'out': '''y0\n > 0''',  # a comment\n  'in': ['x0 > 0', '(>= x1 0)'], }",
    "{\"conditions\": {\"in\": \"x0 > 0 and x1 >= 0\", \"out\": \"y0 > 0\"}}",
    "{\r\n  \"in\": [\"x0 > 0\", \"x1 >= 0\"],\r\n  \"out\": [\"y0 > 0\"]\r\n}\r\n",
    "x0 > 0\nx1 >= 0\ny0 > 0\n",
    "x0 > 0   # positive\n\n# the other\nx1 >= 0\r\n(> y0\n   0)",
    "x0 > 0 and\nx1 >=\n 0\ny0 > 0",
    "(and (x0 > 0)\n     (x1 >= 0))\n(y0 > 0)",
    "in: x0 > 0, x1 >= 0; out: y0 > 0",
    "in:\n  x0 > 0\n  x1 >= 0\nout:\n  y0 > 0",
    "0 < x0\n0 <= |x1|\n|y0| -0 > 0",
};
INSTANTIATE_TEST_SUITE_P(All, Styles, testing::ValuesIn(styles));

TEST(ConditionsOfAnotherFile, take_the_place_of_a_side) {
    const std::string base = std::string(network) + "conditions = {'in': 'x0 > 100', 'out': 'y0 > 0'}";
    EXPECT_TRUE(holds(asked(base, "x0 < 100"), 2, 1));
    EXPECT_FALSE(holds(asked(base, "x0 < 100"), 1, 2));
    EXPECT_FALSE(holds(asked(base, "y0 < 100"), 2, 1));
    EXPECT_TRUE(holds(asked(base, "y0 < 1000\nx1 > 0"), 1, 2));
}

TEST(ConditionsOfAnotherFile, domains_objective_and_neurons) {
    const model::Query query = asked(std::string(network) + "domains = {'x0': 'real [0, 1]'}",
                                     "domains = {'x0': 'int [0, 5]', 'x1': 'real [0, 1]'}\nobjective = 'maximize y0'\n"
                                     "conditions = {'out': 'a0 > 0 and n0 > 0'}");
    ASSERT_EQ(query.domains.size(), 2U);
    EXPECT_EQ(query.domains[0].second.kind, model::DomainKind::integer);
    EXPECT_TRUE(query.objective.has_value());
    EXPECT_TRUE(holds(query, 2, 1));
    EXPECT_FALSE(holds(query, 1, 2));
}

TEST(NamelessTables, are_what_their_keys_say) {
    const model::Query query =
        parse_dnn("{'a0': 'x0 - x1', 'y0': 'n0', 'y1': 'x1 - n0'}\n{'x0': 'real [0, 9]'}\n{'out': 'y0 > 0'}", "file");
    EXPECT_EQ(query.domains.size(), 1U);
    EXPECT_TRUE(holds(query, 2, 1));
    const model::Query json = parse_dnn(
        R"({"dnn": {"a0": [1, "1x0 - 1x1", "relu"], "y0": "n0", "y1": [[0, "x0"]]}, "conditions": {"out": "y0 > 0"},)"
        R"( "domains": {"x0": "real [0, 9]"}, "precision": 100})",
        "file.json");
    EXPECT_EQ(json.phase_numbers.size(), 1U);
    EXPECT_TRUE(json.precision.has_value());
}

struct Mistake {
    const char* conditions;
    std::size_t line;
    std::size_t column;
    const char* message;
};
class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, stand_where_they_are) {
    try {
        asked(network, GetParam().conditions);
        FAIL() << GetParam().conditions;
    } catch (const InputError& error) {
        EXPECT_EQ(error.location().line, GetParam().line) << error.what();
        EXPECT_EQ(error.location().column, GetParam().column) << error.what();
        EXPECT_NE(std::string(error.what()).find(GetParam().message), std::string::npos) << error.what();
    }
}

const Mistake mistakes[] = {
    {"x0 > 0\nx2 > 0", 2, 1, "nothing called 'x2' (did you mean"},
    {"x0 > 0\nx1 >", 2, 5, "the text ends here"},
    {"(and (x0 > 0)", 1, 14, "the text ends here"},
    {"x0 > 0\nx1 1", 2, 4, "found '1'"},
    {"x0 > 0 $", 1, 8, "unexpected character '$'"},
    {"x0 > 0\nx1", 2, 1, "a number stands where a condition"},
    {"{'in': 'x0 > 0', 'uot': 'y0 > 0'}", 1, 19, "did you mean out?"},
    {"{'conditons': {}}", 1, 3, "did you mean conditions?"},
    {"{}", 1, 1, "an empty table"},
    {"{'in': 'x0 > 0'}\nconditions = {'out': 'y0 > 0'}", 2, 1, "given twice"},
    {"domains = {'y0': 'real [0, 1]'}", 1, 13, "only inputs have domains"},
    {"{'in': ['x0 > 0', 3]}", 1, 19, "this is no condition"},
    {"|x9| < 0 and \n x0 > 1", 1, 1, "nothing called '|x9|'"},
};
INSTANTIATE_TEST_SUITE_P(All, Mistakes, testing::ValuesIn(mistakes));

TEST(BareConditions, a_sign_after_a_name_with_an_index_is_a_difference) {
    model::Query query;
    const auto layer = query.network.add_input("in.put", {3});
    NetworkNames names(query, true);
    NamedTensor tensor{"in.put", {1, 3}, {}};
    for (std::size_t i = 0; i < 3; ++i) tensor.elements.push_back(query.network.variable(layer, i));
    names.add(std::move(tensor));
    const std::vector<Rational> values{10, 20, 30};
    const auto value = [&](std::string_view text) {
        return DnnText::bare(text, "text").expression(names).value(values);
    };
    EXPECT_EQ(value("in.put[1]-1"), 19);
    EXPECT_EQ(value("2|in.put|[1] - in.put_0"), 30);
    EXPECT_EQ(value("2\"in.put\"[0,2]-'in.put'[0]"), 50);
    // Two operands each, not three.
    for (const char* text :
         {"(< in.put[1]-1 2)", "(< |in.put|[1]-1 2)", "(< 2|in.put|[1] 2)", "(< 2\"in.put\"[1] 2)"}) {
        model::Query asked;
        asked.network.add_input("in.put", {3});
        DnnText::bare(text, "text").ask(asked, names, DnnText::Side::input);
        EXPECT_EQ(asked.formulas.node(asked.input_condition).kind, model::FormulaKind::atom) << text;
    }
}

TEST(BareConditions, int_with_a_bracket_is_a_domain) {
    const model::Query query = parse_dnn("dnn={'y0':'x0'}\ndomains={'x0':'int[0, 5]'}", "file");
    EXPECT_EQ(query.domains[0].second.kind, model::DomainKind::integer);
}

}  // namespace
}  // namespace sinew::read
