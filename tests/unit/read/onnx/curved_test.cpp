// SPDX-License-Identifier: Apache-2.0
// Products of tensors and functions that are not piecewise linear.
#include <array>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "model/evaluate_enclosed.hpp"
#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

/// Outputs by enclosures; exact ones have radius 0.
std::vector<double> values_of(const ModelBuilder& model, const std::vector<Rational>& inputs, bool exact = false) {
    const OnnxNetwork network = parse_onnx(model.bytes(), "f");
    const model::EnclosedValues values = model::evaluate_enclosed(network.query.network, inputs, 100);
    std::vector<double> result;
    for (const Variable output : network.outputs) {
        result.push_back(values.middle[output.index()].get_d());
        EXPECT_LT(values.radius[output.index()], 1e-20);
        if (exact) {
            EXPECT_EQ(values.radius[output.index()], 0);
        }
    }
    return result;
}

void expect_near(const std::vector<double>& actual, const std::vector<double>& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(actual[i], expected[i], 1e-7 * (1 + std::fabs(expected[i]))) << i;
}

TEST(TensorProducts, multiply_with_broadcasting) {
    ModelBuilder model;
    model.input("x", {2, 3}).input("y", {1, 3}).node("Mul", {"x", "y"}, {"z"}).output("z");
    expect_near(values_of(model, {1, 2, 3, 4, 5, 6, 7, 8, 9}, true), {7, 16, 27, 28, 40, 54});
    ModelBuilder squares;
    squares.input("x", {1, 3}).node("Mul", {"x", "x"}, {"z"}).output("z");
    expect_near(values_of(squares, {1, -2, 3}, true), {1, 4, 9});
    // Two views of one layer are multiplied where they are.
    ModelBuilder views;
    views.input("x", {2, 2}).node("Transpose", {"x"}, {"t"}).node("Mul", {"x", "t"}, {"z"}).output("z");
    expect_near(values_of(views, {1, 2, 3, 4}, true), {1, 6, 6, 16});
    EXPECT_EQ(parse_onnx(views.bytes(), "f").query.network.layer_count(), 2U);
}

TEST(TensorProducts, divide) {
    ModelBuilder model;
    model.input("x", {1, 2}).input("y", {1, 1}).node("Div", {"x", "y"}, {"z"}).output("z");
    expect_near(values_of(model, {3, -1, 4}, true), {0.75, -0.25});
    ModelBuilder constant;
    constant.input("x", {1, 2}).constant("c", Array({1, 2}, {6, 8})).node("Div", {"c", "x"}, {"z"}).output("z");
    expect_near(values_of(constant, {3, 4}, true), {2, 2});
}

TEST(TensorProducts, multiply_matrices) {
    ModelBuilder model;
    model.input("x", {1, 2, 3}).input("y", {2, 3, 2}).node("MatMul", {"x", "y"}, {"z"}).output("z");
    std::vector<Rational> inputs;
    for (int i = 0; i < 18; ++i) inputs.emplace_back(i % 7 - 3);
    std::vector<double> expected;
    for (int b = 0; b < 2; ++b)
        for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 2; ++j) {
                double sum = 0;
                for (int k = 0; k < 3; ++k)
                    sum += inputs[static_cast<std::size_t>(i * 3 + k)].get_d() *
                           inputs[static_cast<std::size_t>(6 + b * 6 + k * 2 + j)].get_d();
                expected.push_back(sum);
            }
    expect_near(values_of(model, inputs, true), expected);
    ModelBuilder vectors;
    vectors.input("x", {3}).input("y", {3}).node("MatMul", {"x", "y"}, {"z"}).output("z");
    expect_near(values_of(vectors, {1, 2, 3, 4, 5, 6}, true), {32});
}

TEST(Powers, are_exact_for_whole_exponents) {
    const auto power = [](const Rational& exponent, bool exact) {
        ModelBuilder model;
        model.input("x", {1, 2}).constant("p", Array({}, {exponent})).node("Pow", {"x", "p"}, {"z"}).output("z");
        return values_of(model, {3, Rational(1, 4)}, exact);
    };
    expect_near(power(1, true), {3, 0.25});
    expect_near(power(2, true), {9, 0.0625});
    expect_near(power(3, true), {27, 0.015625});
    expect_near(power(-2, true), {1.0 / 9, 16});
    expect_near(power(Rational(1, 2), false), {std::sqrt(3.0), 0.5});
    expect_near(power(Rational(-1, 2), false), {1 / std::sqrt(3.0), 2});
    EXPECT_THROW(power(Rational(5, 4), false), InputError);
}

TEST(SmoothOperators, are_what_they_are_defined_as) {
    const double x[] = {-1.5, -0.25, 0, 0.75, 2};
    const auto check = [&](
                           const char* type, int opset, const std::function<double(double)>& f,
                           const std::function<void(ModelBuilder&)>& more = [](ModelBuilder&) {}) {
        ModelBuilder model(opset);
        model.input("x", {1, 5}).node(type, {"x"}, {"y"}).output("y");
        more(model);
        std::vector<double> expected;
        for (const double value : x) expected.push_back(f(value));
        SCOPED_TRACE(type);
        expect_near(values_of(model, {Rational(-3, 2), Rational(-1, 4), 0, Rational(3, 4), 2}), expected);
    };
    check("Exp", 13, [](double s) { return std::exp(s); });
    check("Sin", 13, [](double s) { return std::sin(s); });
    check("Cos", 13, [](double s) { return std::cos(s); });
    check("Erf", 13, [](double s) { return std::erf(s); });
    check("Softplus", 13, [](double s) { return std::log1p(std::exp(s)); });
    check("Elu", 13, [](double s) { return s > 0 ? s : std::exp(s) - 1; });
    check(
        "Celu", 13, [](double s) { return s > 0 ? s : 0.5 * (std::exp(s / 0.5) - 1); },
        [](ModelBuilder& m) { m.set_real("alpha", 0.5F); });
    check("Selu", 13, [](double s) { return 1.0507010 * (s > 0 ? s : 1.6732632 * (std::exp(s) - 1)); });
    check("HardSwish", 14, [](double s) { return s * std::min(std::max(s / 6 + 0.5, 0.0), 1.0); });
    check("Mish", 18, [](double s) { return s * std::tanh(std::log1p(std::exp(s))); });
    check("Gelu", 20, [](double s) { return 0.5 * s * (1 + std::erf(s / std::sqrt(2.0))); });
    check(
        "Gelu", 20, [](double s) { return 0.5 * s * (1 + std::tanh(0.7978845608 * (s + 0.044715 * s * s * s))); },
        [](ModelBuilder& m) { m.set_text("approximate", "tanh"); });
    check("Swish", 24, [](double s) { return s / (1 + std::exp(-s)); });
    ModelBuilder positive;
    positive.input("x", {1, 2}).node("Log", {"x"}, {"l"}).node("Sqrt", {"x"}, {"s"}).node("Reciprocal", {"x"}, {"r"});
    positive.node("Add", {"l", "s"}, {"a"}).node("Add", {"a", "r"}, {"y"}).output("y");
    expect_near(values_of(positive, {2, 5}),
                {std::log(2.0) + std::sqrt(2.0) + 0.5, std::log(5.0) + std::sqrt(5.0) + 0.2});
}

TEST(SmoothOperators, softmax_inside_is_one_over_sums_of_exponentials) {
    for (const char* type : {"Softmax", "LogSoftmax"}) {
        ModelBuilder model;
        model.input("x", {1, 2, 3}).node(type, {"x"}, {"y"}).output("y");
        std::vector<double> expected;
        for (const std::array<double, 3>& row : {std::array{1.0, 2.0, 4.0}, std::array{-1.0, 0.5, 0.0}}) {
            double sum = 0;
            for (const double value : row) sum += std::exp(value);
            for (const double value : row)
                expected.push_back(type[0] == 'S' ? std::exp(value) / sum : value - std::log(sum));
        }
        expect_near(values_of(model, {1, 2, 4, -1, Rational(1, 2), 0}), expected);
    }
}

TEST(SmoothOperators, layer_normalization) {
    ModelBuilder model(17);
    model.input("x", {2, 2}).constant("s", Array({2}, {2, 3})).constant("b", Array({2}, {1, -1}));
    model.node("LayerNormalization", {"x", "s", "b"}, {"y"}).set_real("epsilon", 0.25F).output("y");
    const double deviation = std::sqrt(1.25);
    const double other = std::sqrt(4.25);
    expect_near(values_of(model, {1, 3, 5, 1}), {-2 / deviation + 1, 3 / deviation - 1, 4 / other + 1, -6 / other - 1});
}

}  // namespace
}  // namespace sinew::read::test
