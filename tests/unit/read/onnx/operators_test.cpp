// SPDX-License-Identifier: Apache-2.0
// Operators with exact outputs: comparisons and choices, maxima, roundings, indices, sums over letters; and that what
// an operator makes of constants is what it makes of a tensor with the same numbers.
#include <functional>

#include <gtest/gtest.h>

#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

using Numbers = std::vector<Rational>;
using Finish = std::function<void(ModelBuilder&)>;
constexpr auto int64_type = onnx::TensorProto::INT64;
constexpr auto int32_type = onnx::TensorProto::INT32;
constexpr auto bool_type = onnx::TensorProto::BOOL;
constexpr auto float_type = onnx::TensorProto::FLOAT;
const Rational one_half(1, 2);

/// The outputs of one operator that reads x, of this shape, and other constants.
Numbers of(
    const std::string& type, const Index& shape, const Numbers& x, const Finish& finish = [](ModelBuilder&) {},
    std::vector<std::string> inputs = {"x"}, std::int64_t opset = 17) {
    ModelBuilder model(opset);
    model.input("x", shape).node(type, inputs, {"y"}).output("y");
    finish(model);
    return outputs_of(model, x);
}

/// The same with x a constant: computed when the file is read.
Numbers of_constant(
    const std::string& type, const Index& shape, const Numbers& x, const Finish& finish = [](ModelBuilder&) {},
    std::vector<std::string> inputs = {"x"}, std::int64_t opset = 17) {
    ModelBuilder model(opset);
    model.input("unused", {1}).constant("x", Array(shape, x)).node(type, inputs, {"y"}).output("y");
    finish(model);
    return outputs_of(model, {0});
}

Finish constant(const std::string& name, const Index& shape, const Numbers& values) {
    return [=](ModelBuilder& model) { model.constant(name, Array(shape, values)); };
}

TEST(Operators, of_constants_are_what_they_are_of_tensors) {
    struct Case {
        std::string type;
        Index shape;
        Finish finish = [](ModelBuilder&) {};
        std::vector<std::string> inputs = {"x"};
        std::int64_t opset = 17;
    };
    const auto set = [](const char* name, std::int64_t value) {
        return [=](ModelBuilder& model) { model.set(name, value); };
    };
    const auto list = [](const char* name, const Integers& values) {
        return [=](ModelBuilder& model) { model.set_list(name, values); };
    };
    const std::vector<Case> cases = {
        {"Relu", {2, 6}},
        {"Abs", {12}},
        {"Neg", {3, 4}},
        {"Sign", {12}},
        {"LeakyRelu", {12}, [](ModelBuilder& m) { m.set_real("alpha", 0.25F); }},
        {"ThresholdedRelu", {12}, [](ModelBuilder& m) { m.set_real("alpha", 1.0F); }},
        {"PRelu", {1, 3, 2, 2}, constant("s", {3, 1, 1}, {one_half, 2, -1}), {"x", "s"}},
        {"Clip", {12}, constant("l", {}, {-1}), {"x", "l"}},
        {"Max", {2, 6}, constant("c", {6}, {0, 1, 2, -1, 3, 0}), {"x", "c"}},
        {"Min", {2, 6}, constant("c", {6}, {0, 1, 2, -1, 3, 0}), {"c", "x"}},
        {"Max", {2, 6}, constant("c", {}, {1}), {"x", "c", "x"}},
        {"Sum", {2, 6}, constant("c", {6}, {0, 1, 2, -1, 3, 0}), {"x", "c", "x"}},
        {"Mean", {2, 6}, constant("c", {6}, {0, 1, 2, -1, 3, 0}), {"x", "c", "x"}},
        {"ReduceMax", {2, 3, 2}, list("axes", {1})},
        {"ReduceMin", {2, 3, 2}, list("axes", {-1, 0})},
        {"ReduceL1", {2, 3, 2}, list("axes", {2})},
        {"ReduceMean", {2, 3, 2}, list("axes", {1})},
        {"ReduceSum",
         {2, 3, 2},
         [](ModelBuilder& m) {
             m.integers("a", {1, 2});
         },
         {"x", "a"}},
        {"ArgMax", {2, 3, 2}, set("axis", 1)},
        {"ArgMax", {2, 3, 2}, set("select_last_index", 1)},
        {"ArgMin", {2, 3, 2}, set("axis", -1)},
        {"Greater", {2, 6}, constant("c", {6}, {0, 1, 2, -1, 3, 0}), {"x", "c"}},
        {"GreaterOrEqual", {2, 6}, constant("c", {}, {1}), {"x", "c"}},
        {"Less", {2, 6}, constant("c", {}, {1}), {"x", "c"}},
        {"LessOrEqual", {2, 6}, constant("c", {}, {1}), {"c", "x"}},
        {"Equal", {2, 6}, constant("c", {}, {1}), {"x", "c"}},
        {"Tile",
         {2, 6},
         [](ModelBuilder& m) {
             m.integers("r", {2, 3});
         },
         {"x", "r"}},
        {"Transpose", {2, 6}},
        {"MaxPool", {1, 1, 3, 4}, list("kernel_shape", {2, 2})},
        {"AveragePool", {1, 1, 3, 4}, list("kernel_shape", {3, 2})},
        {"GlobalAveragePool", {1, 2, 6}},
        {"GlobalMaxPool", {1, 2, 6}},
        {"Conv", {1, 1, 12}, constant("w", {2, 1, 3}, {1, 2, 3, -1, one_half, 0}), {"x", "w"}},
        {"ConvTranspose", {1, 1, 12}, constant("w", {1, 2, 3}, {1, 2, 3, -1, one_half, 0}), {"x", "w"}},
        {"MatMul", {3, 4}, constant("w", {4, 2}, {1, 2, 3, -1, one_half, 0, 7, -2}), {"x", "w"}},
        {"MatMul", {4, 3}, constant("w", {2, 4}, {1, 2, 3, -1, one_half, 0, 7, -2}), {"w", "x"}},
        {"Gemm", {3, 4}, constant("w", {4, 2}, {1, 2, 3, -1, one_half, 0, 7, -2}), {"x", "w"}},
        {"Einsum",
         {3, 4},
         [](ModelBuilder& m) {
             m.set_text("equation", "ij,jk->ki").constant("w", Array({4, 2}, {1, 2, 3, -1, one_half, 0, 7, -2}));
         },
         {"x", "w"}},
        {"HardSigmoid", {12}},
        {"Trilu", {3, 4}, set("upper", 0)},
        {"Resize",
         {1, 1, 3, 4},
         [](ModelBuilder& m) {
             m.set_text("mode", "linear").constant("s", Array({4}, {1, 1, 2, one_half}));
         },
         {"x", "", "s"}},
    };
    const Numbers x = {-3, -one_half, 0, one_half, 3, 1, 1, -2, 2, 0, 4, -1};
    for (const Case& one : cases)
        EXPECT_EQ(of(one.type, one.shape, x, one.finish, one.inputs, one.opset),
                  of_constant(one.type, one.shape, x, one.finish, one.inputs, one.opset))
            << one.type;
}

TEST(Operators, weights_that_are_computed_in_the_graph) {
    const auto outputs = [](const std::function<void(ModelBuilder&)>& make) {
        ModelBuilder model;
        model.input("x", {1, 2}).constant("w", Array({2, 3}, {one_half, -one_half, 0, -3, 1, -1}));
        make(model);
        model.node("MatMul", {"x", "v"}, {"y"}).output("y");
        return outputs_of(model, {1, 2});
    };
    EXPECT_EQ(outputs([](ModelBuilder& m) { m.node("Sign", {"w"}, {"v"}); }), (Numbers{-1, 1, -2}));
    // Larq's sign, which is 1 at 0.
    EXPECT_EQ(outputs([](ModelBuilder& m) {
                  m.constant("c", Array({}, {one_half}));
                  m.node("Sign", {"w"}, {"s"}).node("Add", {"s", "c"}, {"a"}).node("Sign", {"a"}, {"v"});
              }),
              (Numbers{-1, 1, -1}));
    EXPECT_EQ(outputs([](ModelBuilder& m) {
                  m.constant("l", Array({}, {-1})).constant("h", Array({}, {1}));
                  m.node("Clip", {"w", "l", "h"}, {"v"});
              }),
              (Numbers{Rational(-3, 2), Rational(3, 2), -2}));
    // w / Σ|w|, by rows: thirds are exact.
    EXPECT_EQ(outputs([](ModelBuilder& m) {
                  m.node("ReduceL1", {"w"}, {"n"}).set_list("axes", {1}).node("Div", {"w", "n"}, {"v"});
              }),
              (Numbers{one_half - Rational(6, 5), -one_half + Rational(2, 5), Rational(-2, 5)}));
}

TEST(Operators, roots_of_constants_are_exact_where_they_are_rational) {
    EXPECT_EQ(of_constant("Sqrt", {3}, {4, Rational(1, 4), 0}), (Numbers{2, one_half, 0}));
    EXPECT_EQ(of_constant("Sqrt", {1}, {2}), (Numbers{to_rational(std::sqrt(2.0))}));
    EXPECT_EQ(of_constant("Reciprocal", {1}, {3}), (Numbers{Rational(1, 3)}));
}

TEST(Operators, comparisons_of_tensors_at_equality) {
    const auto zero = constant("c", {}, {0});
    EXPECT_EQ(of("Greater", {1, 3}, {-1, 0, 1}, zero, {"x", "c"}), (Numbers{0, 0, 1}));
    EXPECT_EQ(of("GreaterOrEqual", {1, 3}, {-1, 0, 1}, zero, {"x", "c"}), (Numbers{0, 1, 1}));
    EXPECT_EQ(of("Less", {1, 3}, {-1, 0, 1}, zero, {"x", "c"}), (Numbers{1, 0, 0}));
    EXPECT_EQ(of("LessOrEqual", {1, 3}, {-1, 0, 1}, zero, {"x", "c"}), (Numbers{1, 1, 0}));
    EXPECT_EQ(of("Equal", {1, 3}, {-1, 0, 1}, zero, {"x", "c"}), (Numbers{0, 1, 0}));
    EXPECT_EQ(
        of("Greater", {2, 2}, {1, 2, 2, 2}, [](ModelBuilder& m) { m.node("Transpose", {"x"}, {"t"}); }, {"x", "t"}),
        (Numbers{0, 0, 0, 0}));
}

TEST(Operators, booleans) {
    const auto both = [](const std::string& type) {
        ModelBuilder model(17);
        model.input("x", {1, 4}).input("z", {1, 4}).constant("c", Array({}, {0}));
        model.node("Greater", {"x", "c"}, {"a"}).node("Greater", {"z", "c"}, {"b"}).node(type, {"a", "b"}, {"y"});
        model.output("y");
        return outputs_of(model, {0, 0, 1, 1, 0, 1, 0, 1});
    };
    EXPECT_EQ(both("And"), (Numbers{0, 0, 0, 1}));
    EXPECT_EQ(both("Or"), (Numbers{0, 1, 1, 1}));
    EXPECT_EQ(both("Xor"), (Numbers{0, 1, 1, 0}));
    EXPECT_EQ(both("Equal"), (Numbers{1, 0, 0, 1}));
    const auto with_constant = [](const std::string& type) {
        ModelBuilder model(17);
        model.input("x", {1, 4}, bool_type).integers("k", {4}, {0, 1, 0, 1}, bool_type);
        model.node(type, {"x", "k"}, {"b"}).node("Not", {"b"}, {"y"}).output("y");
        return outputs_of(model, {0, 0, 1, 1});
    };
    EXPECT_EQ(with_constant("And"), (Numbers{1, 1, 1, 0}));
    EXPECT_EQ(with_constant("Or"), (Numbers{1, 0, 0, 0}));
    EXPECT_EQ(with_constant("Xor"), (Numbers{1, 0, 0, 1}));
}

TEST(Operators, where_as_a_relu_and_as_a_step) {
    const auto chosen = [](const std::string& comparison, const std::vector<std::string>& values) {
        ModelBuilder model(17);
        model.input("x", {1, 5}).constant("z", Array({}, {0})).constant("o", Array({}, {1}));
        model.constant("q", Array({}, {Rational(1, 4)})).node("Mul", {"x", "q"}, {"s"});
        model.node(comparison, {"x", "z"}, {"c"}).node("Where", {"c", values[0], values[1]}, {"y"}).output("y");
        return parse_onnx(model.bytes(), "f");
    };
    const Numbers x = {-3, -one_half, 0, one_half, 3};
    const auto is_continuous = [](const OnnxNetwork& network) {
        // The comparison's own step is not among what the output needs.
        const auto& last = network.query.network.layers().back().operation;
        for (const model::AffineTerm& term : std::get<model::AffineLayer>(last).terms) {
            const auto* source =
                std::get_if<model::ActivationLayer>(&network.query.network.layer(term.source).operation);
            if (source != nullptr && source->activation.kind == model::ActivationKind::hardlim) return false;
        }
        return true;
    };
    const OnnxNetwork relu = chosen("Greater", {"x", "z"});
    EXPECT_EQ(outputs_of(relu, x), (Numbers{0, 0, 0, one_half, 3}));
    EXPECT_TRUE(is_continuous(relu));
    EXPECT_EQ(outputs_of(chosen("Less", {"x", "z"}), x), (Numbers{-3, -one_half, 0, 0, 0}));
    const OnnxNetwork leaky = chosen("GreaterOrEqual", {"x", "s"});
    EXPECT_EQ(outputs_of(leaky, x), (Numbers{Rational(-3, 4), Rational(-1, 8), 0, one_half, 3}));
    EXPECT_TRUE(is_continuous(leaky));
    EXPECT_EQ(outputs_of(chosen("Greater", {"o", "z"}), x), (Numbers{0, 0, 0, 1, 1}));
    EXPECT_EQ(outputs_of(chosen("GreaterOrEqual", {"o", "z"}), x), (Numbers{0, 0, 1, 1, 1}));
    EXPECT_EQ(outputs_of(chosen("Less", {"o", "x"}), x), (Numbers{1, 1, 0, one_half, 3}));
}

TEST(Operators, where_of_a_constant_condition) {
    ModelBuilder model(17);
    model.input("x", {2, 2}).integers("c", {2, 1}, {1, 0}, bool_type).constant("z", Array({2}, {7, 8}));
    model.node("Where", {"c", "x", "z"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(model, {1, 2, 3, 4}), (Numbers{1, 2, 7, 8}));
}

TEST(Operators, where_of_values_that_have_nothing_to_do_with_the_condition_needs_bounds) {
    ModelBuilder model(17);
    model.input("x", {1, 3}).constant("z", Array({}, {0})).constant("w", Array({3, 3}, {0, 1, 0, 0, 0, 1, 1, 0, 0}));
    model.node("MatMul", {"x", "w"}, {"v"}).node("Greater", {"x", "z"}, {"c"}).node("Where", {"c", "v", "x"}, {"y"});
    model.output("y");
    EXPECT_THROW(parse_onnx(model.bytes(), "f"), UnboundedSteps);
    OnnxOptions inside;
    model::Domain domain;
    domain.lower = -5;
    domain.upper = 5;
    inside.domains.assign(3, domain);
    // v = x moved by one place
    EXPECT_EQ(outputs_of(parse_onnx(model.bytes(), "f", inside), {1, -2, 3}), (Numbers{3, -2, -2}));
    EXPECT_EQ(outputs_of(parse_onnx(model.bytes(), "f", inside), {5, 5, -5}), (Numbers{-5, 5, -5}));
}

TEST(Operators, maxima_between_tensors_and_constants) {
    const auto with = constant("c", {3}, {0, 1, 2});
    EXPECT_EQ(of("Max", {1, 3}, {1, one_half, 5}, with, {"x", "c"}), (Numbers{1, 1, 5}));
    EXPECT_EQ(of("Min", {1, 3}, {1, one_half, 5}, with, {"x", "c"}), (Numbers{0, one_half, 2}));
    EXPECT_EQ(of("Max", {2, 2}, {1, 2, 3, 4}, [](ModelBuilder& m) { m.node("Transpose", {"x"}, {"t"}); }, {"x", "t"}),
              (Numbers{1, 3, 3, 4}));
    EXPECT_EQ(of("Min", {2, 2}, {1, 2, 3, 4}, [](ModelBuilder& m) { m.node("Transpose", {"x"}, {"t"}); }, {"x", "t"}),
              (Numbers{1, 2, 2, 4}));
}

TEST(Operators, infinite_bounds_are_none) {
    const auto infinity = [](ModelBuilder& m) {
        onnx::TensorProto& tensor = *m.graph().add_initializer();
        tensor.set_name("i");
        tensor.set_data_type(float_type);
        tensor.add_float_data(std::numeric_limits<float>::infinity());
        m.node("Neg", {"n"}, {"unused"}).constant("n", Array({}, {0}));
    };
    EXPECT_EQ(of("Clip", {1, 3}, {-1, one_half, 9}, [&](ModelBuilder& m) { infinity(m); }, {"x", "n", "i"}),
              (Numbers{0, one_half, 9}));
    EXPECT_EQ(of("Min", {1, 3}, {-1, one_half, 9}, infinity, {"x", "i"}), (Numbers{-1, one_half, 9}));
    EXPECT_THROW(of("Max", {1, 3}, {-1, one_half, 9}, infinity, {"x", "i"}), InputError);
    EXPECT_THROW(of("Add", {1, 3}, {-1, one_half, 9}, infinity, {"x", "i"}), InputError);
    EXPECT_EQ(
        of(
            "Clip", {1, 2}, {-9, 9},
            [](ModelBuilder& m) { m.set_real("min", -1).set_real("max", std::numeric_limits<float>::infinity()); },
            {"x"}, 6),
        (Numbers{-1, 9}));
}

TEST(Operators, where_the_maximum_is) {
    const auto axis = [](ModelBuilder& m) { m.set("axis", 1).set("keepdims", 0); };
    EXPECT_EQ(of("ArgMax", {2, 3}, {1, 3, 2, 5, 5, 0}, axis), (Numbers{1, 0}));
    EXPECT_EQ(of("ArgMin", {2, 3}, {1, 3, 2, 5, 0, 0}, axis), (Numbers{0, 1}));
    const auto last = [](ModelBuilder& m) { m.set("axis", 1).set("select_last_index", 1); };
    EXPECT_EQ(of("ArgMax", {2, 3}, {1, 3, 3, 5, 5, 0}, last), (Numbers{2, 1}));
    EXPECT_EQ(of("ArgMax", {2, 2}, {1, 1, 0, 1}, axis), (Numbers{0, 1}));
    EXPECT_EQ(of("ArgMax", {2, 1}, {1, 1}, axis), (Numbers{0, 0}));
}

TEST(Operators, one_hot_of_an_index) {
    for (const std::size_t classes : {2UL, 3UL, 4UL}) {
        ModelBuilder model(17);
        model.input("x", {1, classes}).integers("d", {}, {static_cast<std::int64_t>(classes)});
        model.constant("v", Array({2}, {-1, 5})).node("ArgMax", {"x"}, {"i"}).set("axis", 1).set("keepdims", 0);
        model.node("OneHot", {"i", "d", "v"}, {"y"}).output("y");
        for (std::size_t best = 0; best < classes; ++best) {
            Numbers x(classes, 0);
            Numbers expected(classes, -1);
            x[best] = 1;
            expected[best] = 5;
            EXPECT_EQ(outputs_of(model, x), expected);
        }
    }
    ModelBuilder model(17);  // indices from the end, and outside
    model.input("x", {1}, int64_type).integers("d", {}, {3}).integers("v", {2}, {0, 1});
    model.node("OneHot", {"x", "d", "v"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(model, {2}), (Numbers{0, 0, 1}));
    EXPECT_EQ(outputs_of(model, {-1}), (Numbers{0, 0, 1}));
    EXPECT_EQ(outputs_of(model, {-3}), (Numbers{1, 0, 0}));
    EXPECT_EQ(outputs_of(model, {3}), (Numbers{0, 0, 0}));
    EXPECT_EQ(outputs_of(model, {-4}), (Numbers{0, 0, 0}));
}

TEST(Operators, of_a_softmax_only_the_order_counts) {
    const auto labels = [](std::int64_t softmax_axis, std::int64_t arg_axis, std::int64_t opset) {
        ModelBuilder model(opset);
        model.input("x", {2, 3}).node("Softmax", {"x"}, {"s"}).set("axis", softmax_axis);
        model.node("Transpose", {"s"}, {"t"}).node("ArgMax", {"t"}, {"y"}).set("axis", arg_axis).output("y");
        return model;
    };
    EXPECT_EQ(outputs_of(labels(1, 0, 13), {1, 3, 2, 5, 4, 0}), (Numbers{1, 0}));
    EXPECT_EQ(outputs_of(labels(0, 1, 13), {1, 3, 2, 5, 4, 0}), (Numbers{1, 1, 0}));
    EXPECT_NE(error_of(labels(1, 1, 13)).find("do not belong together"), std::string::npos);
    EXPECT_EQ(outputs_of(labels(0, 1, 11), {1, 3, 2, 5, 4, 0}), (Numbers{1, 1, 0}));
}

TEST(Operators, indices_and_repetitions) {
    EXPECT_EQ(of("GatherElements", {2, 2}, {1, 2, 3, 4},
                 [](ModelBuilder& m) {
                     m.set("axis", 1).integers("i", {2, 2}, {0, 0, -1, 0});
                 },
                 {"x", "i"}),
              (Numbers{1, 1, 4, 3}));
    EXPECT_EQ(of("GatherND", {2, 2}, {1, 2, 3, 4},
                 [](ModelBuilder& m) {
                     m.integers("i", {2, 2}, {0, 0, 1, 1});
                 },
                 {"x", "i"}),
              (Numbers{1, 4}));
    EXPECT_EQ(of("GatherND", {2, 2}, {1, 2, 3, 4},
                 [](ModelBuilder& m) {
                     m.set("batch_dims", 1).integers("i", {2, 1}, {1, 0});
                 },
                 {"x", "i"}),
              (Numbers{2, 3}));
    EXPECT_EQ(of("ScatterND", {4}, {1, 2, 3, 4},
                 [](ModelBuilder& m) {
                     m.integers("i", {2, 1}, {2, 0}).constant("u", Array({2}, {9, 8}));
                 },
                 {"x", "i", "u"}),
              (Numbers{8, 2, 9, 4}));
    EXPECT_EQ(of("Tile", {1, 2}, {1, 2},
                 [](ModelBuilder& m) {
                     m.integers("r", {2, 2});
                 },
                 {"x", "r"}),
              (Numbers{1, 2, 1, 2, 1, 2, 1, 2}));
}

TEST(Operators, shapes_that_are_computed) {
    ModelBuilder model(17);
    model.input("x", {2, 3}).integers("one", {}, {1}).integers("zero", {}, {0});
    model.node("Shape", {"x"}, {"s"}).node("Gather", {"s", "one"}, {"n"}).node("Range", {"zero", "n", "one"}, {"r"});
    model.node("Gather", {"x", "r"}, {"g"}).set("axis", 1);
    model.node("ReduceProd", {"s"}, {"p"}).node("Reshape", {"g", "p"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(model, {1, 2, 3, 4, 5, 6}), (Numbers{1, 2, 3, 4, 5, 6}));
    ModelBuilder size(17);
    size.input("x", {2, 3}).node("Size", {"x"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(size, Numbers(6, 0)), (Numbers{6}));
}

TEST(Operators, einsum) {
    const auto equation = [](const std::string& text, const Index& shape, const Numbers& values) {
        return [=](ModelBuilder& m) { m.set_text("equation", text).constant("w", Array(shape, values)); };
    };
    EXPECT_EQ(of("Einsum", {1, 2}, {1, 2}, equation("bi,ij->bj", {2, 3}, {1, -2, one_half, 3, Rational(1, 4), -1}),
                 {"x", "w"}),
              (Numbers{7, Rational(-3, 2), Rational(-3, 2)}));
    EXPECT_EQ(of("Einsum", {2, 2}, {1, 2, 3, 4}, [](ModelBuilder& m) { m.set_text("equation", "ii"); }), (Numbers{5}));
    EXPECT_EQ(of("Einsum", {2, 2}, {1, 2, 3, 4}, [](ModelBuilder& m) { m.set_text("equation", "ij->ji"); }),
              (Numbers{1, 3, 2, 4}));
    EXPECT_EQ(of("Einsum", {2, 1, 2}, {1, 2, 3, 4}, equation("...i,i", {2}, {10, 1}), {"x", "w"}), (Numbers{12, 34}));
    EXPECT_NE(error_of([] {
                  ModelBuilder model(17);
                  model.input("x", {2, 2}).node("Einsum", {"x"}, {"y"}).set_text("equation", "i1->i").output("y");
                  return model;
              }()),
              "no error");
}

TEST(Operators, resize_linear_and_nearest) {
    const auto mode = [](const std::string& transformation, const Numbers& scales) {
        return [=](ModelBuilder& m) {
            m.set_text("mode", "linear").set_text("coordinate_transformation_mode", transformation);
            m.constant("s", Array({scales.size()}, scales));
        };
    };
    const Rational quarter(1, 4);
    EXPECT_EQ(of("Resize", {1, 1, 2}, {0, 1}, mode("half_pixel", {1, 1, 2}), {"x", "", "s"}),
              (Numbers{0, quarter, 3 * quarter, 1}));
    EXPECT_EQ(of("Resize", {1, 1, 2}, {0, 1}, mode("asymmetric", {1, 1, 2}), {"x", "", "s"}),
              (Numbers{0, one_half, 1, 1}));
    EXPECT_EQ(of("Resize", {1, 1, 2}, {0, 3}, mode("align_corners", {1, 1, 2}), {"x", "", "s"}), (Numbers{0, 1, 2, 3}));
    const auto sizes = [](ModelBuilder& m) {
        m.set_text("mode", "nearest").set_text("coordinate_transformation_mode", "asymmetric");
        m.set_text("nearest_mode", "floor").integers("n", {1, 1, 3});
    };
    EXPECT_EQ(of("Resize", {1, 1, 2}, {5, 7}, sizes, {"x", "", "", "n"}), (Numbers{5, 5, 7}));
}

TEST(Operators, of_integer_inputs) {
    ModelBuilder model(17);
    model.input("x", {1, 2}, int32_type).node("Cast", {"x"}, {"f"}).set("to", float_type);
    model.constant("w", Array({2, 1}, {one_half, 3})).node("MatMul", {"f", "w"}, {"y"}).output("y");
    const OnnxNetwork network = parse_onnx(model.bytes(), "f");
    EXPECT_EQ(outputs_of(network, {1, 2}), (Numbers{Rational(13, 2)}));
    ASSERT_EQ(network.query.domains.size(), 2U);
    EXPECT_EQ(network.query.domains[0].second.kind, model::DomainKind::integer);
    EXPECT_EQ(network.query.domains[0].second.upper, Rational(2147483647));

    ModelBuilder divided(17);  // integers are divided towards zero
    divided.input("x", {3}, onnx::TensorProto::INT8).integers("d", {}, {3}, onnx::TensorProto::INT8);
    divided.node("Div", {"x", "d"}, {"y"}).output("y");
    OnnxOptions inside;
    model::Domain domain;
    domain.lower = -10;
    domain.upper = 10;
    inside.domains.assign(3, domain);
    EXPECT_EQ(outputs_of(parse_onnx(divided.bytes(), "f", inside), {-10, 2, 9}), (Numbers{-3, 0, 3}));
}

TEST(Operators, roundings_are_steps_inside_the_inputs_domains) {
    const Numbers x = {Rational(-5, 2), Rational(-3, 2), Rational(-1, 2), one_half, Rational(3, 2), Rational(5, 2), 1,
                       Rational(7, 4)};
    const auto rounded = [&](const std::string& type, std::int64_t to) {
        ModelBuilder model(17);
        model.input("x", {8}).node(type, {"x"}, {"y"}).output("y");
        if (to != 0) model.set("to", to);
        EXPECT_THROW(parse_onnx(model.bytes(), "f"), UnboundedSteps);
        OnnxOptions inside;
        model::Domain domain;
        domain.lower = -3;
        domain.upper = 3;
        inside.domains.assign(8, domain);
        return outputs_of(parse_onnx(model.bytes(), "f", inside), x);
    };
    EXPECT_EQ(rounded("Floor", 0), (Numbers{-3, -2, -1, 0, 1, 2, 1, 1}));
    EXPECT_EQ(rounded("Ceil", 0), (Numbers{-2, -1, 0, 1, 2, 3, 1, 2}));
    EXPECT_EQ(rounded("Round", 0), (Numbers{-2, -2, 0, 0, 2, 2, 1, 2}));
    EXPECT_EQ(rounded("Cast", int64_type), (Numbers{-2, -1, 0, 0, 1, 2, 1, 1}));
}

TEST(Operators, casts_of_constants_round_as_the_type_says) {
    const auto cast = [](const Rational& number, onnx::TensorProto::DataType to) {
        return of_constant("Cast", {1}, {number}, [=](ModelBuilder& m) { m.set("to", to); })[0];
    };
    EXPECT_EQ(cast(Rational(-7, 2), int64_type), -3);
    EXPECT_EQ(cast(Rational(1, 4), bool_type), 1);
    EXPECT_EQ(cast(2049, onnx::TensorProto::FLOAT16), 2048);  // halves to even
    EXPECT_EQ(cast(2051, onnx::TensorProto::FLOAT16), 2052);
    EXPECT_EQ(cast(257, onnx::TensorProto::BFLOAT16), 256);
    EXPECT_THROW(cast(65520, onnx::TensorProto::FLOAT16), InputError);
    EXPECT_THROW(cast(300, onnx::TensorProto::UINT8), InputError);
}

/// Inside [lower, upper] for each input.
OnnxOptions inside(const std::vector<std::pair<Rational, Rational>>& bounds) {
    OnnxOptions options;
    for (const auto& [lower, upper] : bounds) {
        model::Domain domain;
        domain.lower = lower;
        domain.upper = upper;
        options.domains.push_back(domain);
    }
    return options;
}

TEST(Operators, places_that_the_inputs_say_are_told_apart_case_by_case) {
    // A window of two of five numbers is set to zero where the last input says; the sum of what is left.
    ModelBuilder model(13);
    model.input("x", {6}).integers("five", {1}, {5}).integers("six", {1}, {6}).integers("zero", {1}, {0});
    model.integers("one", {}, {1}).integers("last", {}, {5}).integers("minus", {1}, {-1});
    model.constant("ones", Array({5}, {1, 1, 1, 1, 1})).constant("nothing", Array({}, {0}));
    model.node("Slice", {"x", "zero", "five"}, {"numbers"}).node("Gather", {"x", "last"}, {"place"});
    model.node("Cast", {"place"}, {"p"}).set("to", int64_type).node("Add", {"p", "one"}, {"q"});
    model.node("Unsqueeze", {"p", "zero"}, {"begin"}).node("Unsqueeze", {"q", "zero"}, {"end0"});
    model.node("Add", {"end0", "one"}, {"end"});
    model.integers("all", {5}, {0, 1, 2, 3, 4}).node("Slice", {"all", "begin", "end"}, {"indices"});
    model.node("Unsqueeze", {"indices", "minus"}, {"tuples"}).node("Shape", {"indices"}, {"size"});
    model.node("Expand", {"nothing", "size"}, {"zeros"}).node("ScatterND", {"ones", "tuples", "zeros"}, {"mask"});
    model.node("Mul", {"numbers", "mask"}, {"left"}).node("ReduceSum", {"left"}, {"y"}).set("keepdims", 0).output("y");
    EXPECT_THROW(parse_onnx(model.bytes(), "f"), UnboundedSteps);
    const OnnxOptions options = inside({{1, 1}, {2, 2}, {4, 4}, {8, 8}, {16, 16}, {-1, 7}});
    const OnnxNetwork network = parse_onnx(model.bytes(), "f", options);
    const std::vector<std::pair<Rational, Rational>> expected = {
        {Rational(-1, 2), 28}, {0, 28}, {1, 25}, {Rational(5, 2), 19}, {3, 7}, {4, 15}, {5, 31}, {7, 31}};
    for (const auto& [place, sum] : expected)
        EXPECT_EQ(outputs_of(network, {1, 2, 4, 8, 16, place}), (Numbers{sum})) << place;
}

TEST(Operators, two_places_and_a_layer_behind_them) {
    ModelBuilder model(13);
    model.input("i", {}, int64_type)
        .input("j", {}, int64_type)
        .constant("t", Array({3, 4}, {5, 1, 4, 2, 0, 3, 9, 7, 6, 8, 2, 1}));
    model.node("Gather", {"t", "i"}, {"row"}).node("Gather", {"row", "j"}, {"entry"});
    model.integers("shape", {1, 1}).node("Reshape", {"entry", "shape"}, {"m"}).constant("w", Array({1, 1}, {2}));
    model.node("MatMul", {"m", "w"}, {"y"}).output("y");
    EXPECT_THROW(parse_onnx(model.bytes(), "f"), UnboundedSteps);
    const OnnxNetwork network = parse_onnx(model.bytes(), "f", inside({{0, 2}, {-1, 3}}));
    for (long i = 0; i < 3; ++i)
        for (long j = -1; j < 4; ++j) {
            const std::vector<Rational> table = {5, 1, 4, 2, 0, 3, 9, 7, 6, 8, 2, 1};
            const Rational expected = 2 * table[static_cast<std::size_t>(4 * i + (j < 0 ? j + 4 : j))];
            EXPECT_EQ(outputs_of(network, {i, j}), (Numbers{expected})) << i << " " << j;
        }
}

}  // namespace
}  // namespace sinew::read::test
