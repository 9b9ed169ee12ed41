// SPDX-License-Identifier: Apache-2.0
// Products, sums and scalings against their definitions, element by element.
#include <gtest/gtest.h>

#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

/// numpy.matmul for two or more axes each.
Array product(const Array& a, const Array& b) {
    Index shape = a.shape.size() >= b.shape.size() ? a.shape : b.shape;
    for (std::size_t back = 3; back <= shape.size(); ++back) {
        const auto extent = [&](const Array& of) {
            return back <= of.shape.size() ? of.shape[of.shape.size() - back] : 1;
        };
        shape[shape.size() - back] = std::max(extent(a), extent(b));
    }
    const std::size_t inner = a.shape.back();
    shape[shape.size() - 2] = a.shape[a.shape.size() - 2];
    shape.back() = b.shape.back();
    Array result(shape);
    for_each_index(shape, [&](const Index& at) {
        for (std::size_t k = 0; k < inner; ++k) {
            Index left = at;
            Index right = at;
            left.back() = k;
            right[right.size() - 2] = k;
            // The last two axes are not broadcast: their extents are compared before.
            result[at] += a.broadcast(left) * b.broadcast(right);
        }
    });
    return result;
}

struct MatMulCase {
    Index a, b;
};

class MatMul : public ::testing::TestWithParam<MatMulCase> {};

TEST_P(MatMul, is_the_sum_of_products) {
    Random random(1);
    const auto& [left, right] = GetParam();
    const Array a = random_array(random, left);
    const Array b = random_array(random, right);
    const std::vector<Rational> expected = product(a, b).data;
    ModelBuilder first;
    first.input("x", left).constant("w", b).node("MatMul", {"x", "w"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(first, a.data), expected);
    ModelBuilder second;
    second.input("x", right).constant("w", a).node("MatMul", {"w", "x"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(second, b.data), expected);
}

INSTANTIATE_TEST_SUITE_P(Shapes, MatMul,
                         ::testing::Values(MatMulCase{{1, 4}, {4, 3}}, MatMulCase{{3, 4}, {4, 1}},
                                           MatMulCase{{3, 4}, {4, 5}}, MatMulCase{{1, 1, 3, 4}, {4, 2}},
                                           MatMulCase{{2, 3, 4}, {4, 2}}, MatMulCase{{2, 3, 4}, {2, 4, 2}},
                                           MatMulCase{{3, 4}, {2, 4, 2}}, MatMulCase{{2, 1, 2, 3}, {3, 3, 2}},
                                           MatMulCase{{1, 1, 1, 4}, {1, 4, 3}}));

TEST(MatMulVectors, lose_their_axis) {
    Random random(2);
    const Array matrix = random_array(random, {3, 4});
    const Array row = random_array(random, {3});
    const Array column = random_array(random, {4});
    std::vector<Rational> times_column(3);
    std::vector<Rational> row_times(4);
    for (std::size_t r = 0; r < 3; ++r)
        for (std::size_t c = 0; c < 4; ++c) {
            times_column[r] += matrix[{r, c}] * column.data[c];
            row_times[c] += row.data[r] * matrix[{r, c}];
        }
    ModelBuilder a;
    a.input("x", {4}).constant("w", matrix).node("MatMul", {"w", "x"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(a, column.data), times_column);
    ModelBuilder b;
    b.input("x", {3}).constant("w", matrix).node("MatMul", {"x", "w"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(b, row.data), row_times);
    ModelBuilder c;
    c.input("x", {3, 4}).constant("w", column).node("MatMul", {"x", "w"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(c, matrix.data), times_column);
}

Array transposed(const Array& a) {
    Array result({a.shape[1], a.shape[0]});
    for_each_index(a.shape, [&](const Index& at) { result[{at[1], at[0]}] = a[at]; });
    return result;
}

TEST(Gemm, all_transpositions_factors_and_addends) {
    Random random(3);
    for (int round = 0; round < 64; ++round) {
        const bool trans_a = (round & 1) != 0;
        const bool trans_b = (round & 2) != 0;
        const bool tensor_left = (round & 4) != 0;
        const std::size_t m = (round & 8) != 0 ? 1 : 3;
        const std::size_t n = (round & 16) != 0 ? 1 : 2;
        const Array a = random_array(random, trans_a ? Index{4, m} : Index{m, 4});
        const Array b = random_array(random, trans_b ? Index{n, 4} : Index{4, n});
        const std::vector<Index> addends = {{m, n}, {n}, {1, n}, {m, 1}, {1}, {}};
        const Array c = random_array(random, addends[static_cast<std::size_t>(round) % addends.size()]);
        Array expected = product(trans_a ? transposed(a) : a, trans_b ? transposed(b) : b);
        for_each_index(expected.shape, [&](const Index& at) { expected[at] = expected[at] / 2 + 3 * c.broadcast(at); });
        ModelBuilder model;
        model.input("x", tensor_left ? a.shape : b.shape).constant("w", tensor_left ? b : a).constant("c", c);
        model.node("Gemm",
                   tensor_left ? std::vector<std::string>{"x", "w", "c"} : std::vector<std::string>{"w", "x", "c"},
                   {"y"});
        model.set("transA", trans_a).set("transB", trans_b).set_real("alpha", 0.5F).set_real("beta", 3).output("y");
        EXPECT_EQ(outputs_of(model, tensor_left ? a.data : b.data), expected.data) << round;
    }
}

TEST(Gemm, permuted_and_partial_inputs_reach_their_weights) {
    Random random(4);
    const Array x = random_array(random, {2, 3});
    const Array w = random_array(random, {6, 2});
    ModelBuilder permuted;
    permuted.input("x", {2, 3}).constant("w", w).node("Transpose", {"x"}, {"t"}).node("Flatten", {"t"}, {"f"});
    permuted.set("axis", 0).node("Gemm", {"f", "w"}, {"y"}).output("y");
    Array expected = product(Array({1, 6}, transposed(x).data), w);
    EXPECT_EQ(outputs_of(permuted, x.data), expected.data);

    ModelBuilder partial;  // row 1, twice
    partial.input("x", {2, 3}).constant("w", w).integers("i", {1, 1}).node("Gather", {"x", "i"}, {"t"});
    partial.node("Flatten", {"t"}, {"f"}).set("axis", 0).node("Gemm", {"f", "w"}, {"y"}).output("y");
    std::vector<Rational> twice;
    for (int i = 0; i < 2; ++i)
        for (std::size_t c = 0; c < 3; ++c) twice.push_back(x[{1, c}]);
    EXPECT_EQ(outputs_of(partial, x.data), product(Array({1, 6}, twice), w).data);
}

/// A large matrix of mostly zeros is kept without them, however it is stored and whatever its tensor looks like.
TEST(Gemm, mostly_zeros) {
    Random random(5);
    for (int round = 0; round < 8; ++round) {
        const bool trans_b = (round & 1) != 0;
        const bool moved = (round & 2) != 0;
        const bool dense = (round & 4) != 0;
        Array w({72, 60});
        for (Rational& number : w.data)
            if (dense || random.chance(0.1)) number = random.integer(-3, 3);
        const Array x = random_array(random, {8, 9});
        const Array vector({1, 72}, moved ? transposed(x).data : x.data);
        ModelBuilder model;
        model.input("x", {8, 9}).constant("w", trans_b ? transposed(w) : w);
        if (moved) model.node("Transpose", {"x"}, {"t"});
        model.node("Flatten", {moved ? "t" : "x"}, {"f"}).set("axis", 0);
        model.node("Gemm", {"f", "w"}, {"y"}).set("transB", trans_b).output("y");
        const OnnxNetwork made = parse_onnx(model.bytes(), "f");
        EXPECT_EQ(outputs_of(made, x.data), product(vector, w).data) << round;
        const auto& affine = std::get<model::AffineLayer>(made.query.network.layers().back().operation);
        EXPECT_EQ(std::holds_alternative<model::SparseMap>(affine.terms[0].map), !dense) << round;
    }
}

TEST(Fusion, a_bias_joins_the_product_before_it_only_where_nobody_else_reads_that) {
    Random random(5);
    const Array w = random_array(random, {3, 2});
    const Array b = random_array(random, {2});
    ModelBuilder fused;
    fused.input("x", {1, 3}).constant("w", w).constant("b", b);
    fused.node("MatMul", {"x", "w"}, {"p"}).node("Add", {"b", "p"}, {"y"}).output("y");
    EXPECT_EQ(parse_onnx(fused.bytes(), "f").query.network.layer_count(), 2U);

    ModelBuilder shared;  // y = p + b, z = p
    shared.input("x", {1, 3}).constant("w", w).constant("b", b);
    shared.node("MatMul", {"x", "w"}, {"p"}).node("Add", {"b", "p"}, {"y"}).output("y").output("p");
    const Array x = random_array(random, {1, 3});
    std::vector<Rational> expected;
    const std::vector<Rational> p = product(x, w).data;
    for (std::size_t i = 0; i < 2; ++i) expected.push_back(p[i] + b.data[i]);
    expected.insert(expected.end(), p.begin(), p.end());
    EXPECT_EQ(outputs_of(shared, x.data), expected);
}

struct ElementwiseCase {
    std::string type;
    Index left, right;
};

class Elementwise : public ::testing::TestWithParam<ElementwiseCase> {};

Rational combined(const std::string& type, const Rational& a, const Rational& b) {
    return type == "Add"   ? Rational(a + b)
           : type == "Sub" ? Rational(a - b)
           : type == "Mul" ? Rational(a * b)
                           : Rational(a / b);
}

TEST_P(Elementwise, broadcasts) {
    Random random(6);
    const auto& [type, left, right] = GetParam();
    const Array a = random_array(random, left, 1, 9);
    const Array b = random_array(random, right, 1, 9);
    Index shape(std::max(left.size(), right.size()));
    for (std::size_t back = 1; back <= shape.size(); ++back)
        shape[shape.size() - back] = std::max(back <= left.size() ? left[left.size() - back] : 1,
                                              back <= right.size() ? right[right.size() - back] : 1);
    std::vector<Rational> expected;
    for_each_index(shape,
                   [&](const Index& at) { expected.push_back(combined(type, a.broadcast(at), b.broadcast(at))); });
    ModelBuilder constant_right;
    constant_right.input("x", left).constant("c", b).node(type, {"x", "c"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(constant_right, a.data), expected);
    if (type != "Div") {
        ModelBuilder constant_left;
        constant_left.input("x", right).constant("c", a).node(type, {"c", "x"}, {"y"}).output("y");
        EXPECT_EQ(outputs_of(constant_left, b.data), expected);
    }
    std::vector<Rational> both = a.data;
    both.insert(both.end(), b.data.begin(), b.data.end());
    ModelBuilder tensors;
    tensors.input("x", left).input("z", right).node(type, {"x", "z"}, {"y"}).output("y");
    if (type != "Div") {  // quotients: curved_test.cpp
        EXPECT_EQ(outputs_of(tensors, both), expected);
    }
    ModelBuilder folded;  // both constant: the sum with the input shows the folded values
    folded.input("x", shape)
        .constant("a", a)
        .constant("b", b)
        .node(type, {"a", "b"}, {"c"})
        .node("Add", {"x", "c"}, {"y"});
    folded.output("y");
    EXPECT_EQ(outputs_of(folded, std::vector<Rational>(expected.size())), expected);
}

std::vector<ElementwiseCase> elementwise_cases() {
    std::vector<ElementwiseCase> result;
    for (const char* type : {"Add", "Sub", "Mul", "Div"}) {
        result.push_back({type, {1, 2, 3}, {1, 2, 3}});
        result.push_back({type, {2, 3}, {3}});
        result.push_back({type, {2, 3}, {2, 1}});
        result.push_back({type, {2, 1}, {1, 3}});
        result.push_back({type, {3}, {1, 2, 3}});
        result.push_back({type, {2, 2}, {}});
    }
    return result;
}

INSTANTIATE_TEST_SUITE_P(Shapes, Elementwise, ::testing::ValuesIn(elementwise_cases()));

TEST(Elementwise, chains_of_constants_become_one_layer) {
    // ((x - 3) / 255) · 7 + 1, exactly, though 1/255 is no double
    ModelBuilder model;
    model.input("x", {1, 2})
        .constant("a", Array({2}, {3, 5}))
        .constant("b", Array({}, {255}))
        .constant("c", Array({1}, {7}));
    model.constant("d", Array({}, {1}));
    model.node("Sub", {"x", "a"}, {"1"}).node("Div", {"1", "b"}, {"2"}).node("Mul", {"c", "2"}, {"3"});
    model.node("Add", {"3", "d"}, {"4"}).node("Neg", {"4"}, {"5"}).node("Relu", {"5"}, {"6"}).output("5");
    const OnnxNetwork network = parse_onnx(model.bytes(), "f");
    EXPECT_EQ(network.query.network.layer_count(), 2U);
    EXPECT_EQ(outputs_of(network, {10, -1000}), (std::vector<Rational>{Rational(-304, 255), Rational(452, 17)}));
}

TEST(Residual, sums_of_branches) {
    Random random(7);
    const Array w = random_array(random, {3, 3});
    const Array v = random_array(random, {3, 3});
    const Array x = random_array(random, {1, 3});
    const std::vector<Rational> p = product(x, w).data;
    const std::vector<Rational> q = product(x, v).data;
    for (const char* type : {"Add", "Sub"}) {
        ModelBuilder model;
        model.input("x", {1, 3}).constant("w", w).constant("v", v);
        model.node("MatMul", {"x", "w"}, {"p"}).node("MatMul", {"x", "v"}, {"q"}).node(type, {"p", "q"}, {"s"});
        model.node(type, {"s", "x"}, {"y"}).output("y");
        const OnnxNetwork network = parse_onnx(model.bytes(), "f");
        EXPECT_EQ(network.query.network.layer_count(), 2U) << "one layer with three terms";
        std::vector<Rational> expected;
        for (std::size_t i = 0; i < 3; ++i) expected.push_back(combined(type, combined(type, p[i], q[i]), x.data[i]));
        EXPECT_EQ(outputs_of(network, x.data), expected) << type;
    }
    ModelBuilder twice;  // x + x is one tensor read twice
    twice.input("x", {1, 3}).node("Add", {"x", "x"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(twice, {1, 2, 3}), (std::vector<Rational>{2, 4, 6}));
}

}  // namespace
}  // namespace sinew::read::test
