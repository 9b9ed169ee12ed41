// SPDX-License-Identifier: Apache-2.0
#include "read/opb/read_opb.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sinew::read {
namespace {

using model::PbRelation;

TEST(ReadOpb, AnObjectiveAndConstraints) {
    const model::PseudoBoolean problem = read_opb_text(
        "* #variable= 4 #constraint= 3 #equal= 1 intsize= 5\n* a comment\n"
        "min: +1 x1 -2 ~x2 ;\n"
        "+1 x1 +4 x2 -2 x4 >= -2;\r\n* between\n-1 x1 +1 x3 = 1 ;\n3 x2 2 x4\n <= 4;\n",
        "f");
    EXPECT_EQ(problem.variable_count, 4U);
    EXPECT_EQ(problem.named_count, 4U);
    EXPECT_TRUE(problem.has_objective);
    EXPECT_FALSE(problem.maximise);
    EXPECT_EQ(problem.objective_literals, (std::vector<std::int32_t>{1, -2}));
    EXPECT_EQ(problem.objective_coefficients, (std::vector<std::int64_t>{1, -2}));
    EXPECT_EQ(problem.literals, (std::vector<std::int32_t>{1, 2, 4, 1, 3, 2, 4}));
    EXPECT_EQ(problem.coefficients, (std::vector<std::int64_t>{1, 4, -2, -1, 1, -3, -2}));
    EXPECT_EQ(problem.relations, (std::vector{PbRelation::at_least, PbRelation::equal, PbRelation::at_least}));
    EXPECT_EQ(problem.bounds, (std::vector<std::int64_t>{-2, 1, -4}));
}

TEST(ReadOpb, WhatIsLenientlyRead) {
    const model::PseudoBoolean problem = read_opb_text("max: x1 - 2 x2;\nx1 + x2 > 0; - x1 < 5;", "f");
    EXPECT_TRUE(problem.maximise);
    EXPECT_EQ(problem.objective_coefficients, (std::vector<std::int64_t>{-1, 2}));
    EXPECT_EQ(problem.coefficients, (std::vector<std::int64_t>{1, 1, 1}));
    EXPECT_EQ(problem.bounds, (std::vector<std::int64_t>{1, -4}));
    EXPECT_EQ(read_opb_text("", "f").variable_count, 0U);
    EXPECT_EQ(read_opb_text(">= 1;", "f").constraint_count(), 1U);
}

TEST(ReadOpb, ConstraintsMayHaveLabels) {
    const model::PseudoBoolean problem =
        read_opb_text("min: +1 x1 ;\n@C1 +1 x1 +1 x2 >= 1 ;\n@second\n+1 x2 >= 1;", "f");
    EXPECT_EQ(problem.constraint_count(), 2U);
    for (const char* text : {"@ +1 x1 >= 1;", "@C1", "@C1 min: x1;", "+1 x1 @C1 >= 1;", "@;"})
        EXPECT_THROW(read_opb_text(text, "f"), InputError) << text;
}

TEST(ReadOpb, ProductsAreVariablesOfTheirOwn) {
    const model::PseudoBoolean problem = read_opb_text(
        "* #variable= 3 #constraint= 2\n+1 x1 ~x2 +2 ~x2 x1 +1 x3 x3 >= 1;\n+5 x1 ~x1 -1 x2 >= -1;\n", "f");
    EXPECT_EQ(problem.named_count, 3U);
    EXPECT_EQ(problem.variable_count, 4U);
    EXPECT_EQ(problem.constraint_count(), 5U);
    EXPECT_EQ(problem.literals, (std::vector<std::int32_t>{4, 4, 3, 2, 4, -1, 2, -4, 1, -4, -2}));
}

/// Numbers of more than 18 digits were read as octal where they began with 0.
TEST(ReadOpb, LeadingZerosMeanNothing) {
    const std::string zeros(40, '0');
    EXPECT_EQ(read_opb_text("+" + zeros + "10 x1 >= " + zeros + "9;", "f").coefficients,
              (std::vector<std::int64_t>{10}));
    EXPECT_EQ(read_opb_text("-" + zeros + "10 x1 >= -" + zeros + "12;", "f").bounds, (std::vector<std::int64_t>{-12}));
    EXPECT_EQ(read_opb_text("+0" + std::string(30, '9') + " x1 >= 1;", "f").coefficients,
              (std::vector<std::int64_t>{1}));
    EXPECT_EQ(read_opb_text("+1 x1 >= " + zeros + ";", "f").bounds, (std::vector<std::int64_t>{0}));
    for (const char* name : {"x01", "x00", "x0", "x99999999999", "x99999999999999999999999"})
        EXPECT_THROW(read_opb_text(std::string("+1 ") + name + " >= 1;", "f"), InputError) << name;
}

TEST(ReadOpb, NumbersFarApartAreRenumbered) {
    const model::PseudoBoolean problem =
        read_opb_text("min: +1 x9 x200000000 ;\n+2 ~x268435456 -1 x3 >= 1 ;\n+1 x9 x3 +1 x9 >= 1 ;\n", "f");
    EXPECT_EQ(problem.names, (std::vector<std::int32_t>{3, 9, 200000000, 268435456}));
    EXPECT_EQ(problem.named_count, 4U);
    EXPECT_EQ(problem.variable_count, 6U);
    EXPECT_EQ(problem.objective_literals, (std::vector<std::int32_t>{5}));
    EXPECT_EQ(std::vector<std::int32_t>(problem.literals.begin(), problem.literals.begin() + 4),
              (std::vector<std::int32_t>{-4, 1, 6, 2}));
}

TEST(ReadOpb, LargeNumbersAreNormalisedOrRefused) {
    // 10^30 x1 + 2·10^30 x2 ≥ 10^30 says x1 + x2 ≥ 1; the second saturates to its degree.
    const std::string huge = "1" + std::string(30, '0');
    const model::PseudoBoolean problem =
        read_opb_text(huge + " x1 2" + huge.substr(1) + " x2 >= " + huge + ";" + huge + " x3 1 x4 >= 2;", "f");
    EXPECT_EQ(problem.coefficients, (std::vector<std::int64_t>{1, 1, 2, 1}));
    EXPECT_EQ(problem.bounds, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(read_opb_text("-" + huge + " x1 >= -" + huge + ";", "f").bounds, (std::vector<std::int64_t>{0}));
    EXPECT_THROW(read_opb_text("min: " + huge + " x1;", "f"), InputError);
    EXPECT_THROW(read_opb_text(huge + " x1 1 x2 >= " + huge + ";", "f"), InputError);
    // An equality becomes both of its halves.
    const model::PseudoBoolean equal = read_opb_text(huge + " x1 -" + huge + " x2 = 0;", "f");
    EXPECT_EQ(equal.constraint_count(), 2U);
    EXPECT_EQ(equal.literals, (std::vector<std::int32_t>{1, -2, -1, 2}));
}

struct BadText {
    std::string text;
    std::size_t line;
    std::size_t column;
    std::string words;
};

TEST(ReadOpb, ErrorsSayWhereAndWhat) {
    const std::vector<BadText> cases = {
        {"* #variable= x #constraint= 1\n", 1, 14, "number of variables"},
        {"* #variable= 99999999999 #constraint= 1\n", 1, 14, "larger"},
        {"* #variable= 1 #constraint= 2\n+1 x1 >= 0;\n", 3, 1, "announces 2 constraints, but there are 1"},
        {"* #variable= 1 #constraint= 1\n+1 x2 >= 0;\n", 2, 4, "beyond the 1"},
        {"+1 x1 >= 1", 1, 11, "ends here"},
        {"+1 x1 >= ;", 1, 10, "an integer"},
        {"+1 x1 1;", 1, 8, "a variable"},
        {"+1 x1;", 1, 6, ">="},
        {"+1 x1 >= 1 +1 x2;", 1, 12, ";"},
        {"+1 y1 >= 1;", 1, 4, "a variable"},
        {"+1 x >= 1;", 1, 5, "number of a variable"},
        {"+1 x0 >= 1;", 1, 4, "x0"},
        {"+1 ~ x1 >= 1;", 1, 5, "a variable"},
        {"+ >= 1;", 1, 3, "an integer or a variable"},
        {"+1 x999999999999 >= 1;", 1, 5, "larger"},
        {"min: +1 x1;\nmin: +1 x1;\n", 2, 1, "an objective already"},
        {"+1 x1 >= 1;\nmin: +1 x1;\n", 2, 1, "before the constraints"},
        {"min: +1 x1 >= 1;", 1, 12, ";"},
        {"soft: 6 ;\n[2] +1 x1 >= 1;\n", 1, 1, "soft"},
        {"+1152921504606846977 x1 +1 x2 >= 1152921504606846977;", 1, 1, "2^60"},
        {std::string("+1 x1\0 >= 1;", 12), 1, 6, "found"},
        {"+" + std::string(20000, '7') + " x1 >= 1;", 1, 2, "digits"},
    };
    for (const BadText& bad : cases) {
        try {
            (void)read_opb_text(bad.text, "f.opb");
            ADD_FAILURE() << "accepted: " << bad.text.substr(0, 80);
        } catch (const InputError& error) {
            EXPECT_EQ(error.location().line, bad.line) << bad.text.substr(0, 80) << "\n" << error.what();
            EXPECT_EQ(error.location().column, bad.column) << bad.text.substr(0, 80) << "\n" << error.what();
            EXPECT_NE(std::string(error.what()).find(bad.words), std::string::npos) << error.what();
        }
    }
}

}  // namespace
}  // namespace sinew::read
