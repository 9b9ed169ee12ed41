// SPDX-License-Identifier: Apache-2.0
// Every kind of mistake is reported where it stands, in words.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "read/dnn/read_dnn.hpp"

namespace sinew {
namespace {

struct ErrorRow {
    const char* text;
    std::size_t line;
    std::size_t column;
    const char* message;  ///< a part of it
};

class DnnErrors : public testing::TestWithParam<ErrorRow> {};

TEST_P(DnnErrors, stand_where_the_mistake_is) {
    const ErrorRow& row = GetParam();
    try {
        read::parse_dnn(row.text, "bad.dnn");
        FAIL() << "no error for " << row.text;
    } catch (const InputError& error) {
        EXPECT_EQ(error.location().line, row.line) << error.what();
        EXPECT_EQ(error.location().column, row.column) << error.what();
        EXPECT_NE(std::string(error.what()).find(row.message), std::string::npos) << error.what();
    }
}

const ErrorRow error_rows[] = {
    {"", 1, 1, "says nothing"},
    {"# only a comment\n", 2, 1, "says nothing"},
    {"network = {}", 1, 1, "found 'network'"},
    {"dnn = {}\ndnn = {}", 2, 1, "twice; the first is at line 1"},
    {"dnn = 3", 1, 7, "no table"},
    {"dnn = {'a0': 'x0', 'a0': 'x0'}", 1, 21, "'a0' is given twice"},
    {"dnn = {'n0': 'x0'}", 1, 9, "an entry 'a0'"},
    {"dnn = {'z0': 'x0'}", 1, 9, "cannot be declared"},
    {"dnn = {'a': 'x0'}", 1, 9, "cannot be declared"},
    {"dnn = {'a0_': 'x0'}", 1, 9, "cannot be declared"},
    {"dnn = {'a0': [1, 'n0']}", 1, 9, "cycle: a0 -> a0"},
    {"dnn = {'a0': 'n1', 'a1': 'n2',\n 'a2': 'n1'}", 1, 21, "cycle: a1 -> a2 -> a1"},
    {"dnn = {'a0': [1, 'x0'], 'a1': [1, 'x0']}", 1, 32, "phase number 1 is given twice"},
    {"dnn = {'a0': [0, 'x0']}", 1, 15, "phase number 0"},
    {"dnn = {'a0': [-4, 'x0']}", 1, 15, "phase number -4"},
    {"dnn = {'a0': [1.5, 'x0']}", 1, 15, "phase number"},
    {"dnn = {'a0': [1]}", 1, 14, "pre-activation is missing"},
    {"dnn = {'a0': [1, 'x0', 'relu', 4]}", 1, 32, "too many parts"},
    {"dnn = {'a0': [1, 'x0', 'softmax']}", 1, 25, "unknown activation 'softmax'"},
    {"dnn = {'a0': [1, 'x0', 'clip(1)']}", 1, 25, "unknown activation 'clip' with 1 parameter"},
    {"dnn = {'a0': ['x0', 'clip(1, -1)']}", 1, 22, "a clip whose lower bound 1 is above its upper bound -1"},
    {"dnn = {'y0': 'x0'}\ndomains = {'x0': 'real [2, 1]'}", 2, 18, "a real domain without a number"},
    {"dnn = {'y0': 'x0'}\ndomains = {'x0': 'int [5, 1]'}", 2, 18, "an int domain without an integer"},
    {"dnn = {'y0': 'x0'}\ndomains = {'x0': 'int [1/3, 2/3]'}", 2, 18, "an int domain without an integer"},
    {"dnn = {'y0': 'n7'}", 1, 15, "'n7' is not declared"},
    {"dnn = {'y0': 'nan x0'}", 1, 19, "found 'x0'"},
    {"dnn = {'y0': 'nan'}", 1, 15, "'nan' is not a number"},
    {"dnn = {'y0': '1 + inf'}", 1, 19, "'inf' is not a number"},
    {"dnn = {'y0': [(nan, 'x0')]}", 1, 16, "nan"},
    {"dnn = {'y0': 'x0 * x1'}", 1, 18, "not linear"},
    {"dnn = {'y0': '1/x0'}", 1, 17, "not linear"},
    {"dnn = {'y0': 'x0/0'}", 1, 17, "division by zero"},
    {"dnn = {'y0': '1/0 x0'}", 1, 15, "division by zero"},
    {"dnn = {'y0': '1e200000x0'}", 1, 15, "out of range"},
    {"dnn = {'y0': ''}", 1, 14, "empty text"},
    {"dnn = {'y0': 'x0 < 1'}", 1, 15, "a condition stands where a number"},
    {"dnn = {'y0': 'x0\n'}", 1, 14, "never closed"},
    {"dnn = {'y0': '''x0", 1, 14, "never closed"},
    {"dnn = {'y0': 'x0 x1'}", 1, 18, "found 'x1'"},
    {"dnn = {'y0': 'x0 $'}", 1, 18, "unexpected character '$'"},
    {"dnn = {'y0': '\x01'}", 1, 15, "unexpected byte 0x01"},
    {"dnn = {'y0': 'x0'", 1, 18, "the file ends here (expected '}' or ',')"},
    {"dnn = {'y0' 'x0'}", 1, 13, "a quote begins here (expected ':')"},
    {"domains = {'y0': 'real'}", 1, 13, "only inputs have domains"},
    {"domains = {'x0': 'float'}", 1, 18, "no domain"},
    {"domains = {'x0': 'int {0.5}'}", 1, 24, "no integer"},
    {"domains = {'x0': 'real [a, 1]'}", 1, 25, "constant"},
    {"conditions = {'in': '(x0 < 1)'}", 1, 23, "there are conditions and no network"},
    {"dnn={'y0':'x0'}\nconditions = {'into': '(x0 < 1)'}", 2, 16, "unknown condition 'into'"},
    {"dnn={'y0':'x0'}\nconditions = {'in': 'x0'}", 2, 22, "a number stands where a condition"},
    {"dnn={'y0':'x0'}\nconditions = {'in': '(and)'}", 2, 26, "expected an expression"},
    {"dnn={'y0':'x0'}\nconditions = {'in': '(not)'}", 2, 26, "expected"},
    {"dnn={'y0':'x0'}\nconditions = {'in': '(< x0)'}", 2, 22, "1 operand"},
    {"dnn={'y0':'x0'}\nconditions = {'in': '(ite (x0 < 1) true)'}", 2, 22, "'ite' with 2 operands"},
    {"dnn={'y0':'x0'}\nconditions = {'in': '(x0 = (x0 < 1))'}", 2, 23, "a number stands where a condition"},
    {"dnn={'y0':'x0'}\nconditions = {'in': '1 != x0 != 2'}", 2, 24, "(distinct a b c)"},
    {"precision = 0", 1, 13, "precision 0 makes no sense"},
    {"reading = 'scaled'", 1, 11, "without a precision"},
    {"precision = 10\nreading = 'loose'", 2, 11, "unknown reading"},
    {"dnn={'y0':'x0'}\nobjective = 'y0'", 2, 13, "no objective"},
};
INSTANTIATE_TEST_SUITE_P(All, DnnErrors, testing::ValuesIn(error_rows));

TEST(DnnErrorsOfSize, the_names_in_a_message_are_cut) {
    const std::string text = "dnn = {'y0': '" + std::string(10'000'000, 'n') + "'}";
    try {
        read::parse_dnn(text, "long.dnn");
        FAIL();
    } catch (const InputError& error) {
        EXPECT_LT(std::string(error.what()).size(), 400);
    }
}

}  // namespace
}  // namespace sinew
