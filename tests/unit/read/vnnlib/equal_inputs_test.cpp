// SPDX-License-Identifier: Apache-2.0
#include "read/vnnlib/equal_inputs.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "read/vnnlib/question.hpp"

namespace sinew::read {
namespace {

LinearForm line(std::size_t x, Rational a, std::size_t y, Rational b, Rational c) {
    return LinearForm({{Variable(x), std::move(a)}, {Variable(y), std::move(b)}}, std::move(c));
}

TEST(EqualInputs, lines_are_followed_to_the_first_of_their_class) {
    vnnlib::EqualInputs inputs(4, std::vector<bool>(4, false));
    EXPECT_TRUE(inputs.join(line(2, 1, 1, -2, -3)));              // x2 = 2 x1 + 3
    EXPECT_TRUE(inputs.join(line(3, 1, 2, 1, 0)));                // x3 = -x2
    EXPECT_TRUE(inputs.join(line(3, 1, 0, Rational(-1, 2), 0)));  // x3 = x0 / 2
    EXPECT_EQ(inputs.form(2), LinearForm({{Variable(0), Rational(-1, 2)}}, 0));
    EXPECT_EQ(inputs.form(1), LinearForm({{Variable(0), Rational(-1, 4)}}, Rational(-3, 2)));
    inputs.bound(1, true, false, -2);
    EXPECT_EQ(inputs.domain(0).upper, Rational(2));
    EXPECT_FALSE(inputs.fixed(3));
    inputs.bound(3, true, false, 1);
    EXPECT_EQ(inputs.fixed(3), Rational(1));
    EXPECT_FALSE(inputs.contradicts());
    EXPECT_TRUE(inputs.join(line(0, 1, 3, -1, 0)));  // x0 = x3 = x0 / 2
    EXPECT_TRUE(inputs.contradicts());
}

TEST(EqualInputs, integers_stay) {
    vnnlib::EqualInputs inputs(4, {false, true, true, true});
    EXPECT_TRUE(inputs.join(line(0, 2, 1, -1, 0)));  // the real is half of the integer
    EXPECT_EQ(inputs.representative(0), 1U);
    EXPECT_FALSE(inputs.join(line(1, 2, 2, -1, 0)));  // an integer that is the half of another is a condition
    EXPECT_TRUE(inputs.join(line(1, 1, 3, 1, -5)));
    inputs.bound(3, true, false, Rational(9, 2));
    inputs.bound(1, true, false, Rational(-1, 2));
    EXPECT_EQ(inputs.fixed(1), Rational(0));
    EXPECT_EQ(inputs.fixed(3), Rational(5));
}

TEST(EqualInputs, sums_bound_what_has_no_bound) {
    vnnlib::EqualInputs inputs(3, std::vector<bool>(3, false));
    inputs.bound(0, true, false, -1);
    EXPECT_TRUE(inputs.bound_by(line(0, 1, 1, -1, 0)));  // x0 <= x1
    EXPECT_EQ(inputs.domain(1).lower, Rational(-1));
    EXPECT_FALSE(inputs.domain(1).upper);
    EXPECT_FALSE(inputs.bound_by(line(0, 1, 1, -1, 0)));
    const LinearForm sum({{Variable(0), 1}, {Variable(1), 2}, {Variable(2), Rational(1, 2)}}, -5);
    EXPECT_FALSE(inputs.bound_by(LinearForm({{Variable(0), -1}, {Variable(2), 1}}, 0)) && inputs.domain(2).upper);
    EXPECT_TRUE(inputs.bound_by(sum));  // x2 / 2 <= 5 - x0 - 2 x1 <= 8
    EXPECT_EQ(inputs.domain(2).upper, Rational(16));
    EXPECT_FALSE(inputs.domain(0).upper);
}

TEST(NetworkFiles, lists_are_read_as_python_writes_them) {
    const std::vector<NetworkFile> two = parse_network_list("[('f', 'a b.onnx'), (\"g\",\"c.onnx\")]");
    ASSERT_EQ(two.size(), 2U);
    EXPECT_EQ(two[0].name, "f");
    EXPECT_EQ(two[0].path, "a b.onnx");
    EXPECT_EQ(two[1].path, "c.onnx");
    EXPECT_EQ(parse_network_list("net.onnx")[0].path, "net.onnx");
    for (const char* text : {"[", "[]", "[('f')]", "[('f', 'a')", "[('f', 'a'),, ('g', 'b')]", "[('f', 'a')] x"})
        EXPECT_THROW(parse_network_list(text), UsageError) << text;
    EXPECT_EQ(parse_network_file("f=a=b.onnx").path, "a=b.onnx");
    EXPECT_THROW(parse_network_file("=a"), UsageError);
}

TEST(Versions, are_told_by_the_first_command) {
    EXPECT_TRUE(is_vnnlib2("; text\n(vnnlib-version <2.0>)"));
    EXPECT_TRUE(is_vnnlib2("( vnnlib-version < 2.0 > )"));
    EXPECT_TRUE(is_vnnlib2("(declare-network f (declare-input X real [1]))"));
    EXPECT_FALSE(is_vnnlib2("(vnnlib-version <1.0>)"));
    EXPECT_FALSE(is_vnnlib2("(declare-const X_0 Real)"));
    EXPECT_FALSE(is_vnnlib2(""));
}

}  // namespace
}  // namespace sinew::read
