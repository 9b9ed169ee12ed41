// SPDX-License-Identifier: Apache-2.0
#include "read/vnnlib/vnnlib.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"

namespace sinew::read {
namespace {

/// Two inputs, two outputs y0 = x0 + x1, y1 = x0 - x1.
class Vnnlib : public ::testing::Test {
  protected:
    void SetUp() override {
        const model::LayerId input = query_.network.add_input("x", {2});
        model::AffineLayer affine;
        affine.bias = model::NumberArray(2);
        affine.terms.emplace_back(input, model::DenseMap{2, 2, model::NumberArray(std::vector<double>{1, 1, 1, -1})});
        const model::LayerId output = query_.network.add_affine("y", {2}, std::move(affine));
        for (std::size_t i = 0; i < 2; ++i) {
            inputs_.push_back(query_.network.variable(input, i));
            outputs_.push_back(query_.network.variable(output, i));
        }
        query_.outputs = outputs_;
    }
    void parse(const std::string& assertions) {
        parse_vnnlib(declarations_ + assertions, "f", inputs_, outputs_, query_);
    }
    std::string error(const std::string& assertions) {
        try {
            parse(assertions);
        } catch (const InputError& caught) {
            return caught.what();
        }
        return "no error";
    }
    bool holds(const Rational& x0, const Rational& x1) {
        const std::vector<Rational> values = model::evaluate(query_.network, std::vector<Rational>{x0, x1});
        return model::satisfies(query_, values, {});
    }

    model::Query query_;
    std::vector<Variable> inputs_;
    std::vector<Variable> outputs_;
    std::string declarations_ =
        "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-fun Y_1 () Real)\n";
};

TEST_F(Vnnlib, ChoicesAnnotationsAndExclusiveOr) {
    parse(
        "(define-fun most ((a Real) (b Real)) Real (ite (>= a b) a b))\n"
        "(assert (! (<= X_0 1) :named upper))\n"
        "(assert (>= (+ (most Y_0 Y_1) (ite (< X_1 0) 1 (- 1))) 2))\n"
        "(assert (xor (> X_0 0) (> X_1 0)))\n(assert (ite (> X_0 0) (> Y_1 0) (> Y_0 (- 10))))\n");
    EXPECT_TRUE(holds(Rational(1, 2), Rational(-1, 2)));  // the most is 1, and 1 is added
    EXPECT_FALSE(holds(Rational(1, 4), Rational(-1, 4)));
    EXPECT_FALSE(holds(-1, 2));  // the most is 1, and 1 is taken off
    EXPECT_TRUE(holds(-1, 4));
    EXPECT_FALSE(holds(1, 2));  // both above 0
    EXPECT_FALSE(holds(2, -1));
    // The domain is that of the annotated bound.
    ASSERT_EQ(query_.domains.size(), 1U);
    EXPECT_EQ(query_.domains[0].second.upper, 1);
}

TEST_F(Vnnlib, ChoicesInSums) {
    std::string sum = "(+";
    for (int i = 0; i < 8; ++i) sum += " (* 2 (ite (> X_0 " + std::to_string(i) + ") 1 0))";
    parse("(assert (= " + sum + ") Y_0))\n");
    EXPECT_TRUE(holds(Rational(5, 2), Rational(7, 2)));
    EXPECT_FALSE(holds(Rational(5, 2), Rational(5, 2)));
    std::string error_text = error("(assert (> " + sum + sum.substr(2) + ") " + sum + ")))\n");
    EXPECT_NE(error_text, "no error");
}

TEST_F(Vnnlib, LetAndDefinitions) {
    parse(
        "(define-fun difference () Real (- Y_0 Y_1))\n(define-const half Real 0.5)\n"
        "(define-fun above ((a Real) (b Real)) Bool (> a (+ b half)))\n"
        "(assert (let ((X_0 X_1) (s (+ X_0 X_1))) (and (>= X_0 0) (above s 1))))\n"
        "(assert (let ((d difference)) (let ((d (* 2 d)) (e d)) (not (= d e)))))\n");
    const std::vector<Rational> outputs_at = model::evaluate(query_.network, std::vector<Rational>{2, 1});
    const bool differ = outputs_at[outputs_[0].index()] != outputs_at[outputs_[1].index()];
    EXPECT_EQ(holds(2, 1), differ);
    EXPECT_FALSE(holds(2, -1));              // X_0 is bound to X_1 there
    EXPECT_FALSE(holds(Rational(1, 2), 1));  // the sum is 3/2, not above it
    EXPECT_EQ(holds(Rational(1, 2) + Rational(1, 100), 1), [&] {
        const auto values = model::evaluate(query_.network, std::vector<Rational>{Rational(51, 100), 1});
        return values[outputs_[0].index()] != values[outputs_[1].index()];
    }());
}

/// The words of a body are those of its definition, not what stands at their places in the command that uses it.
TEST_F(Vnnlib, BodiesNameInputsAndNumbers) {
    parse(
        "(define-fun far ((a Real)) Bool (> (+ a X_1) 2.5))\n"
        "(assert (and (<= X_0 1) (<= X_0 2) (<= X_1 3) (far X_0)))\n");
    EXPECT_TRUE(holds(0, 3));
    EXPECT_FALSE(holds(0, 2));
    EXPECT_FALSE(holds(1, 1));
    EXPECT_TRUE(holds(1, 2));
}

TEST_F(Vnnlib, DefinitionsThatAreWrong) {
    EXPECT_EQ(error("(define-fun X_0 () Real 1)"),
              "f:2:13: 'X_0' is an input or output, and cannot be defined (expected another name)");
    EXPECT_EQ(error("(define-fun d () Bool (- Y_0 Y_1))"),
              "f:2:23: the body is not of the sort that the definition promises");
    EXPECT_EQ(error("(define-fun d () Real)"),
              "f:2:1: a definition has another form (expected (define-fun name (parameters) sort term))");
    EXPECT_EQ(error("(define-fun d ((a Real)) Real (+ a e))(define-const e Real 1)(assert (< (d X_0) 1))"),
              "f:2:36: 'e' names no input and no output (expected X_0, X_1, ... or Y_0, Y_1, ...)");
    EXPECT_EQ(error("(assert (let ((d 1)) e))"),
              "f:2:22: 'e' names no input and no output (expected X_0, X_1, ... or Y_0, Y_1, ...)");
    EXPECT_EQ(error("(assert (and (let ((d X_0)) (< d 1)) (< d 1)))"),
              "f:2:41: 'd' names no input and no output (expected X_0, X_1, ... or Y_0, Y_1, ...)");
}

/// Twice as large in each line: the sums are joined, so that the text's length alone counts.
TEST_F(Vnnlib, NestedLetsDoNotExplode) {
    std::string text = "(assert ";
    std::string end;
    std::string last = "(+ X_0 X_1)";
    for (int i = 0; i < 300; ++i) {
        const std::string name = "t" + std::to_string(i);
        text += "(let ((" + name + " (+ " + last + " " + last + " (* -1 " + last + ")))) ";
        end += ")";
        last = name;
    }
    parse(text + "(<= " + last + " 1)" + end + ")");
    EXPECT_TRUE(holds(0, 1));
    EXPECT_FALSE(holds(1, 1));
}

TEST_F(Vnnlib, SimpleBoundsBecomeDomains) {
    parse(
        "(assert (>= X_0 -0.5)) (assert (<= X_0 1/3)) (assert (and (<= X_1 2) (<= (* 2 X_1) 3) (<= -1 X_1)))\n"
        "(assert (<= Y_0 Y_1))");
    ASSERT_EQ(query_.domains.size(), 2U);
    EXPECT_EQ(query_.domains[0].first, inputs_[0]);
    EXPECT_EQ(*query_.domains[0].second.lower, Rational(-1, 2));
    EXPECT_EQ(*query_.domains[0].second.upper, Rational(1, 3));
    EXPECT_EQ(*query_.domains[1].second.lower, -1);
    EXPECT_EQ(*query_.domains[1].second.upper, Rational(3, 2));
    EXPECT_EQ(query_.input_condition, query_.formulas.constant(true));
    EXPECT_TRUE(holds(0, -1));
    EXPECT_FALSE(holds(0, 1));
}

TEST_F(Vnnlib, StrictBoundsAndNegationsAreConditions) {
    parse("(assert (< X_0 1)) (assert (not (<= X_1 0))) (assert (not (< X_1 1)))");
    ASSERT_EQ(query_.domains.size(), 1U);
    EXPECT_EQ(*query_.domains[0].second.lower, 1);
    EXPECT_NE(query_.input_condition, query_.formulas.constant(true));
    EXPECT_EQ(query_.output_condition, query_.formulas.constant(true));
    EXPECT_FALSE(holds(1, 1));
    EXPECT_TRUE(holds(Rational(99, 100), 1));
}

TEST_F(Vnnlib, ADisjunctionOfBoxesBoundsItsHull) {
    parse("(assert (or (and (>= X_0 0) (<= X_0 1) (<= X_1 5)) (and (>= X_0 3) (<= X_0 4) (>= X_1 5) (<= X_1 6))))");
    ASSERT_EQ(query_.domains.size(), 2U);
    EXPECT_EQ(*query_.domains[0].second.lower, 0);
    EXPECT_EQ(*query_.domains[0].second.upper, 4);
    EXPECT_FALSE(query_.domains[1].second.lower.has_value());
    EXPECT_EQ(*query_.domains[1].second.upper, 6);
    EXPECT_TRUE(holds(1, -100));
    EXPECT_FALSE(holds(2, 5));
    EXPECT_TRUE(holds(3, 5));
}

TEST_F(Vnnlib, ContradictoryBoundsAreAFalseCondition) {
    parse("(assert (<= X_0 0)) (assert (>= X_0 1))");
    EXPECT_EQ(query_.input_condition, query_.formulas.constant(false));
    EXPECT_TRUE(query_.domains.empty());
}

TEST_F(Vnnlib, LinearArithmeticOnBothSides) {
    parse("(assert (=> (> (+ X_0 (* 2 X_1) (- 1)) (- (/ Y_0 2) Y_1 -3)) (= X_0 X_1)))");
    // x0 + 2 x1 - 1 > (x0 + x1)/2 - (x0 - x1) + 3  <=>  1.5 x0 + 0.5 x1 > 4
    EXPECT_TRUE(holds(2, 2));
    EXPECT_TRUE(holds(3, 3));
    EXPECT_FALSE(holds(3, 2));
    EXPECT_TRUE(holds(2, 1));
}

TEST_F(Vnnlib, ErrorsPoint) {
    EXPECT_EQ(error("(assert (<= X_7 1))"), "f:2:13: X_7: the network has 2 inputs");
    EXPECT_EQ(error("(assert (<= z 1))"),
              "f:2:13: 'z' names no input and no output (expected X_0, X_1, ... or Y_0, Y_1, ...)");
    // Each was read as X_0.
    EXPECT_EQ(error("(assert (<= X_99999999999999999999 1))"),
              "f:2:13: X_99999999999999999999: the network has 2 inputs");
    EXPECT_EQ(error("(assert (<= (+ X_18446744073709551616 X_0) 1))"),
              "f:2:16: X_18446744073709551616: the network has 2 inputs");
    EXPECT_EQ(error("(assert (<= 1 Y_99999999999999999999))"),
              "f:2:15: Y_99999999999999999999: the network has 2 outputs");
    EXPECT_EQ(error("(declare-const X_99999999999999999999 Real)"),
              "f:2:16: X_99999999999999999999: the network has 2 inputs");
    for (const char* name : {"X_00", "Y_01", "X_-1", "X_", "X_1.0"})
        EXPECT_EQ(error(std::string("(assert (<= ") + name + " 1))"),
                  std::string("f:2:13: '") + name +
                      "' names no input and no output (expected X_0, X_1, ... or Y_0, Y_1, ...)");
    EXPECT_EQ(error("(declare-const X_00 Real)"),
              "f:2:16: 'X_00' names no input and no output (expected X_0, X_1, ... or Y_0, Y_1, ...)");
    for (const char* word : {"inf", "-inf", "+Inf", "Infinity", "NaN"})
        EXPECT_EQ(error(std::string("(assert (<= X_0 ") + word + "))"),
                  std::string("f:2:17: '") + word +
                      "' is no number of VNN-LIB (expected a decimal number; what has no bound is left out)");
    EXPECT_EQ(
        error("(assert (<= X_0 1 (foo)))"),
        "f:2:20: the operator foo is not one of VNN-LIB 1.0 (expected and, or, not, =>, xor, ite, <, <=, >, >=, =, "
        "distinct, +, -, *, /, let, !)");
    EXPECT_EQ(error("(assert (* X_0 X_1))"),
              "f:2:16: a product of two terms with variables is not linear (expected a constant as one factor)");
    EXPECT_EQ(error("(assert (and (<= X_0 1) X_1))"), "f:2:25: a number as an argument of 'and' (expected a Bool)");
    EXPECT_EQ(error("(assert (or))"), "f:2:9: or needs an operand");
    EXPECT_EQ(error("(assert (+ X_0 1))"), "f:2:9: this is a number (expected a formula)");
    EXPECT_EQ(error("(assert (<= X_0 (/ 1 0)))"),
              "f:2:22: a division by zero, which SMT-LIB leaves open (expected a divisor other than 0)");
    EXPECT_EQ(error("(assert (<= X_0 1e99999))"), "f:2:17: the number 1e99999 is too large or too small");
    EXPECT_EQ(error("(assert)"), "f:2:1: assert takes one formula");
    EXPECT_EQ(error("(assert (<= X_0 1)"), "f:2:1: 1 parenthesis is never closed, the innermost one here");
    EXPECT_EQ(error("(declare-const X_0 Real)"), "f:2:16: X_0 is declared twice");
    EXPECT_EQ(error("(maximize X_0)"),
              "f:2:1: the command maximize is not one of VNN-LIB 1.0 (expected declare-const, "
              "declare-fun, define-fun or assert)");
    declarations_ = "(declare-const X_0 Int)";
    EXPECT_EQ(error(""), "f:1:20: the sort Int is not supported (expected Real)");
    declarations_ = "(declare-const X_0 Real)";
    EXPECT_EQ(error("(assert (<= Y_0 1))"), "f:1:37: Y_0 is not declared");
    EXPECT_EQ(error(""), "f: 1 of the network's 2 inputs are declared: the file belongs to another network");
    declarations_ = "";
    EXPECT_EQ(error(" ; nothing\n"), "f: the file is empty (expected VNN-LIB declarations and assertions)");
}

TEST_F(Vnnlib, DeepNestingIsNoProblem) {
    std::string text = "(assert ";
    constexpr int depth = 100000;
    for (int i = 0; i < depth; ++i) text += i % 2 == 0 ? "(and (<= Y_0 1) " : "(or (<= Y_1 1) ";
    text += "(<= Y_1 Y_0)" + std::string(depth + 1, ')');
    parse(text);
    EXPECT_TRUE(holds(0, 0));
    std::string sum = "(assert (<= 0 ";
    for (int i = 0; i < depth; ++i) sum += i % 2 == 0 ? "(- X_0 " : "(+ X_1 ";
    parse_vnnlib(declarations_ + sum + "Y_0" + std::string(depth + 2, ')'), "f", inputs_, outputs_, query_);
    std::string same = "(assert ";
    for (int i = 0; i < depth; ++i) same += "(and (<= Y_0 " + std::to_string(i) + ") ";
    parse_vnnlib(declarations_ + same + "(<= Y_1 Y_0)" + std::string(depth + 1, ')'), "f", inputs_, outputs_, query_);
    EXPECT_TRUE(holds(0, 0));
    EXPECT_FALSE(holds(1, 0));
}

}  // namespace
}  // namespace sinew::read
