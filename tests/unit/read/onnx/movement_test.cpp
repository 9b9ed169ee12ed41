// SPDX-License-Identifier: Apache-2.0
// Operators that move elements, reduce them, or compute shapes.
#include <algorithm>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

/// 0, 1, 2, … in a shape: values that say where they come from.
Array numbered(const Index& shape) {
    Array result(shape);
    for (std::size_t i = 0; i < result.data.size(); ++i) result.data[i] = static_cast<unsigned long>(i);
    return result;
}

/// A model of one node over input x; `finish` adds what the node needs.
std::vector<Rational> apply(const std::string& type, const Array& x, const std::function<void(ModelBuilder&)>& finish,
                            std::int64_t opset = 13, std::vector<std::string> inputs = {"x"}) {
    ModelBuilder model(opset);
    model.input("x", x.shape).node(type, inputs, {"y"}).output("y");
    finish(model);
    return outputs_of(model, x.data);
}

std::vector<Rational> numbers(const std::vector<long>& values) {
    return {values.begin(), values.end()};
}

TEST(Transpose, moves_axes) {
    const Array x = numbered({2, 3, 4});
    Array expected({4, 2, 3});
    for_each_index(x.shape, [&](const Index& at) { expected[{at[2], at[0], at[1]}] = x[at]; });
    EXPECT_EQ(apply("Transpose", x, [](ModelBuilder& m) { m.set_list("perm", {2, 0, 1}); }), expected.data);
    Array reversed({4, 3, 2});
    for_each_index(x.shape, [&](const Index& at) { reversed[{at[2], at[1], at[0]}] = x[at]; });
    EXPECT_EQ(apply("Transpose", x, [](ModelBuilder&) {}), reversed.data);
}

TEST(Slice, follows_its_rules) {
    const Array x = numbered({6});
    const auto slice = [&](std::int64_t start, std::int64_t end, std::int64_t step) {
        return apply("Slice", x,
                     [&](ModelBuilder& m) {
                         m.integers("s", {start}).integers("e", {end}).integers("a", {0}).integers("t", {step});
                     },
                     13, {"x", "s", "e", "a", "t"});
    };
    EXPECT_EQ(slice(1, 4, 1), numbers({1, 2, 3}));
    EXPECT_EQ(slice(-4, -1, 2), numbers({2, 4}));
    EXPECT_EQ(slice(0, INT64_MAX, 4), numbers({0, 4}));
    EXPECT_EQ(slice(-1, INT64_MIN, -2), numbers({5, 3, 1}));
    EXPECT_EQ(slice(4, 1, -1), numbers({4, 3, 2}));
    EXPECT_EQ(slice(-100, 2, 1), numbers({0, 1}));
    EXPECT_EQ(slice(100, 3, -1), numbers({5, 4}));
    EXPECT_EQ(slice(2, 5, INT64_MAX), numbers({2}));
    EXPECT_EQ(slice(4, 0, INT64_MIN), numbers({4}));
    const Array square = numbered({3, 4});
    EXPECT_EQ(apply(
                  "Slice", square,
                  [](ModelBuilder& m) {
                      m.set_list("starts", {1, -3}).set_list("ends", {3, 3});
                  },
                  9),
              numbers({5, 6, 9, 10}));
    EXPECT_EQ(apply(
                  "Slice", square,
                  [](ModelBuilder& m) { m.set_list("starts", {1}).set_list("ends", {2}).set_list("axes", {-1}); }, 1),
              numbers({1, 5, 9}));
}

TEST(Gather, selects_along_an_axis) {
    const Array x = numbered({2, 3});
    const auto gather = [&](const Integers& indices, std::int64_t axis) {
        return apply("Gather", x, [&](ModelBuilder& m) { m.set("axis", axis).integers("i", indices); }, 13, {"x", "i"});
    };
    EXPECT_EQ(gather({2, 0, -1}, 1), numbers({2, 0, 2, 5, 3, 5}));
    EXPECT_EQ(gather({1}, 0), numbers({3, 4, 5}));
}

TEST(Split, parts_and_concat_joins) {
    const Array x = numbered({2, 6});
    ModelBuilder model;
    model.input("x", x.shape).integers("s", {1, 2, 3}).node("Split", {"x", "s"}, {"a", "b", "c"}).set("axis", 1);
    model.node("Concat", {"c", "a", "b"}, {"y"}).set("axis", -1).output("y");
    const OnnxNetwork network = parse_onnx(model.bytes(), "f");
    EXPECT_EQ(outputs_of(network, x.data), numbers({3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8}));

    ModelBuilder uneven(18);
    uneven.input("x", {5}).node("Split", {"x"}, {"a", "b"}).set("num_outputs", 2).output("b").output("a");
    EXPECT_EQ(outputs_of(uneven, numbers({0, 1, 2, 3, 4})), numbers({3, 4, 0, 1, 2}));
    ModelBuilder attribute(11);
    attribute.input("x", {5}).node("Split", {"x"}, {"a", "b"}).set_list("split", {4, 1}).output("b");
    EXPECT_EQ(outputs_of(attribute, numbers({0, 1, 2, 3, 4})), numbers({4}));
}

TEST(Concat, joins_tensors_of_different_layers_and_constants) {
    ModelBuilder model;
    model.input("x", {2, 1}).input("z", {2, 2}).constant("c", Array({2, 1}, {7, 8}));
    model.node("Relu", {"x"}, {"r"}).node("Concat", {"r", "c", "z"}, {"y"}).set("axis", 1).output("y");
    EXPECT_EQ(outputs_of(model, numbers({-1, 2, 3, 4, 5, 6})), numbers({0, 7, 3, 4, 2, 8, 5, 6}));
}

TEST(Pad, every_mode) {
    const Array x = numbered({2, 3});
    const auto pad = [&](const Integers& pads, const std::string& mode) {
        return apply(
            "Pad", x,
            [&](ModelBuilder& m) { m.set_text("mode", mode).integers("p", pads).constant("v", Array({}, {9})); }, 13,
            {"x", "p", "v"});
    };
    EXPECT_EQ(pad({1, 0, 0, 2}, "constant"), numbers({9, 9, 9, 9, 9, 0, 1, 2, 9, 9, 3, 4, 5, 9, 9}));
    EXPECT_EQ(pad({0, -1, 0, 1}, "constant"), numbers({1, 2, 9, 4, 5, 9}));
    EXPECT_EQ(pad({-1, 0, 0, -2}, "constant"), numbers({3}));
    EXPECT_EQ(pad({0, 2, 0, 1}, "edge"), numbers({0, 0, 0, 1, 2, 2, 3, 3, 3, 4, 5, 5}));
    EXPECT_EQ(pad({0, 2, 0, 1}, "reflect"), numbers({2, 1, 0, 1, 2, 1, 5, 4, 3, 4, 5, 4}));
    EXPECT_EQ(apply(
                  "Pad", x,
                  [](ModelBuilder& m) {
                      m.set_list("pads", {0, 1, 0, 0}).set_real("value", 0.5F);
                  },
                  2),
              (std::vector<Rational>{Rational(1, 2), 0, 1, 2, Rational(1, 2), 3, 4, 5}));
}

TEST(Expand, repeats) {
    const Array x = numbered({2, 1});
    EXPECT_EQ(apply("Expand", x,
                    [](ModelBuilder& m) {
                        m.integers("s", {2, 1, 3});
                    },
                    13, {"x", "s"}),
              numbers({0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1}));
}

/// By whole factors every way to round a place does, or does not, what its name says.
TEST(Resize, repeats_what_is_nearest) {
    const Array x = numbered({1, 1, 3});
    const auto resized = [&](long factor, const std::string& place, const std::string& rounding, bool by_size = false) {
        return apply(
            "Resize", x,
            [&](ModelBuilder& m) {
                if (!place.empty()) m.set_text("coordinate_transformation_mode", place);
                if (!rounding.empty()) m.set_text("nearest_mode", rounding);
                m.constant("f", Array({3}, {1, 1, factor})).integers("n", {1, 1, 3 * factor});
            },
            13, by_size ? std::vector<std::string>{"x", "", "", "n"} : std::vector<std::string>{"x", "", "f"});
    };
    for (const long factor : {1, 2, 3, 5}) {
        for (const std::string rounding : {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"}) {
            for (const bool centred : {true, false}) {
                std::vector<Rational> expected;
                for (long i = 0; i < 3 * factor; ++i) {
                    const double at = centred ? (static_cast<double>(i) + 0.5) / static_cast<double>(factor) - 0.5
                                              : static_cast<double>(i) / static_cast<double>(factor);
                    const double rounded = rounding == "floor"               ? std::floor(at)
                                           : rounding == "ceil"              ? std::ceil(at)
                                           : rounding == "round_prefer_ceil" ? std::floor(at + 0.5)
                                                                             : std::ceil(at - 0.5);
                    expected.emplace_back(std::min(std::max(rounded, 0.0), 2.0));
                }
                EXPECT_EQ(resized(factor, centred ? "half_pixel" : "asymmetric", rounding), expected)
                    << factor << rounding;
                EXPECT_EQ(resized(factor, centred ? "pytorch_half_pixel" : "asymmetric", rounding, true), expected);
            }
        }
    }
    EXPECT_EQ(resized(2, "", ""), numbers({0, 0, 1, 1, 2, 2}));
    EXPECT_EQ(resized(2, "align_corners", "floor"), numbers({0, 0, 0, 1, 1, 2}));
    EXPECT_THROW(resized(2, "tf_crop_and_resize", ""), InputError);
    EXPECT_THROW(resized(2, "", "nearest"), InputError);
}

TEST(Upsample, repeats_rows_and_columns) {
    const Array x = numbered({1, 2, 1, 2});
    const auto upsampled = [&](const Rational& factor, const std::string& type, std::int64_t opset) {
        return apply(type, x,
                     [&](ModelBuilder& m) {
                         m.constant("f", Array({4}, {1, 1, 2, factor}));
                     },
                     opset, {"x", "f"});
    };
    const std::vector<Rational> expected = numbers({0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3});
    EXPECT_EQ(upsampled(2, "Upsample", 9), expected);
    EXPECT_EQ(upsampled(2, "Resize", 10), expected);
    EXPECT_EQ(upsampled(Rational(3, 2), "Upsample", 9), numbers({0, 0, 1, 0, 0, 1, 2, 2, 3, 2, 2, 3}));
    EXPECT_THROW(upsampled(0, "Upsample", 9), InputError);
}

TEST(Reduce, sums_and_means) {
    const Array x = numbered({2, 3, 2});
    const auto reduce = [&](const std::string& type, const Integers& axes, bool keep, std::int64_t opset) {
        ModelBuilder model(opset);
        const bool as_input = opset >= (type == "ReduceMean" ? 18 : 13);
        model.input("x", x.shape).integers("a", axes);
        model.node(type, as_input ? std::vector<std::string>{"x", "a"} : std::vector<std::string>{"x"}, {"y"})
            .output("y");
        if (!as_input) model.set_list("axes", axes);
        model.set("keepdims", keep);
        return outputs_of(model, x.data);
    };
    EXPECT_EQ(reduce("ReduceSum", {1}, true, 13), numbers({6, 9, 24, 27}));
    EXPECT_EQ(reduce("ReduceSum", {-1, 0}, false, 11), numbers({14, 22, 30}));
    EXPECT_EQ(reduce("ReduceMean", {1}, false, 13), numbers({2, 3, 8, 9}));
    EXPECT_EQ(reduce("ReduceMean", {0, 1, 2}, true, 18), (std::vector<Rational>{Rational(11, 2)}));
    EXPECT_EQ(apply("ReduceSum", x, [](ModelBuilder&) {}), numbers({66}));
    EXPECT_EQ(apply("ReduceSum", x, [](ModelBuilder& m) { m.set("noop_with_empty_axes", 1); }), x.data);
}

/// x + a constant shows which shape a view has: the constant must broadcast to it.
TEST(Shapes, reshape_squeeze_unsqueeze_flatten) {
    const Array x = numbered({1, 2, 3});
    const Array row({3}, {100, 200, 300});
    const auto shaped = [&](const std::string& type, const std::function<void(ModelBuilder&)>& finish,
                            std::int64_t opset, std::vector<std::string> inputs, const Array& addend) {
        ModelBuilder model(opset);
        model.input("x", x.shape).constant("c", addend).node(type, inputs, {"v"});
        finish(model);
        model.node("Add", {"v", "c"}, {"y"}).output("y");
        return outputs_of(model, x.data);
    };
    const auto two_by_three = numbers({100, 201, 302, 103, 204, 305});
    EXPECT_EQ(shaped(
                  "Reshape",
                  [](ModelBuilder& m) {
                      m.integers("s", {0, -1, 3});
                  },
                  13, {"x", "s"}, row),
              two_by_three);
    EXPECT_EQ(shaped(
                  "Reshape",
                  [](ModelBuilder& m) {
                      m.set_list("shape", {2, 3});
                  },
                  1, {"x"}, row),
              two_by_three);
    EXPECT_EQ(shaped(
                  "Squeeze", [](ModelBuilder&) {}, 13, {"x"}, row),
              two_by_three);
    EXPECT_EQ(shaped(
                  "Squeeze", [](ModelBuilder& m) { m.set_list("axes", {0}); }, 11, {"x"}, row),
              two_by_three);
    EXPECT_EQ(shaped(
                  "Flatten", [](ModelBuilder& m) { m.set("axis", -1); }, 13, {"x"}, row),
              two_by_three);
    const Array column({2, 3, 1}, {0, 0, 0, 0, 0, 1000});
    EXPECT_EQ(shaped(
                  "Unsqueeze", [](ModelBuilder& m) { m.integers("a", {-1}); }, 13, {"x", "a"}, column),
              numbers({0, 1, 2, 3, 4, 1005}));
}

TEST(Shapes, are_computed_from_constants) {
    // The usual exporter's Flatten: Reshape(x, Concat(Unsqueeze(Gather(Shape(x), 0)), [-1]))
    ModelBuilder model;
    const Array x = numbered({2, 3, 2});
    model.input("x", x.shape)
        .integers("last", {-1})
        .integers("zero", {0})
        .constant("c", Array({6}, {0, 0, 0, 0, 0, 100}));
    model.node("Shape", {"x"}, {"s"}).node("Gather", {"s", "zero"}, {"g"}).node("Squeeze", {"g"}, {"q"});
    model.node("Unsqueeze", {"q", "zero"}, {"u"}).node("Concat", {"u", "last"}, {"t"}).set("axis", 0);
    model.node("Cast", {"t"}, {"f"}).set("to", onnx::TensorProto::FLOAT).node("Cast", {"f"}, {"i"});
    model.set("to", onnx::TensorProto::INT64)
        .node("Reshape", {"x", "i"}, {"r"})
        .node("Add", {"r", "c"}, {"y"})
        .output("y");
    EXPECT_EQ(outputs_of(model, x.data), numbers({0, 1, 2, 3, 4, 105, 6, 7, 8, 9, 10, 111}));

    ModelBuilder filled;
    filled.input("x", {2, 2}).node("Shape", {"x"}, {"s"}).node("ConstantOfShape", {"s"}, {"c"});
    filled.set_tensor("value", Array({1}, {5})).node("Mul", {"x", "c"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(filled, numbers({1, 2, 3, 4})), numbers({5, 10, 15, 20}));
}

TEST(Constant, every_attribute) {
    ModelBuilder model;
    model.input("x", {2}).node("Constant", {}, {"a"}).set_tensor("value", Array({2}, {1, 2}));
    model.node("Constant", {}, {"b"}).set_real("value_float", 0.5F);
    model.node("Constant", {}, {"i"}).set_list("value_ints", {1, 0});
    model.node("Add", {"x", "a"}, {"1"}).node("Mul", {"1", "b"}, {"2"}).node("Gather", {"2", "i"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(model, numbers({1, 4})), numbers({3, 1}));
}

TEST(Inputs, several_are_numbered_one_after_the_other_and_outputs_too) {
    ModelBuilder model;
    model.input("x", {2}).input("z", {1}).node("Relu", {"z"}, {"r"}).output("r").output("x");
    const OnnxNetwork network = parse_onnx(model.bytes(), "f");
    EXPECT_EQ(network.inputs.size(), 3U);
    EXPECT_EQ(network.query.name(network.inputs[2]), "X_2");
    EXPECT_EQ(network.query.name(network.outputs[0]), "Y_0");
    EXPECT_EQ(network.query.name(network.outputs[2]), "Y_2");
    EXPECT_NE(network.outputs[1], network.inputs[0]) << "an output that is an input is a copy";
    EXPECT_EQ(outputs_of(network, numbers({5, 6, -7})), numbers({0, 5, 6}));
}

TEST(Inputs, a_batch_of_any_size_is_one) {
    ModelBuilder model;
    model.input("x", {1, 2}).node("Identity", {"x"}, {"y"}).output("y");
    auto* dimensions = model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
    dimensions->mutable_dim(0)->set_dim_param("N");
    EXPECT_EQ(outputs_of(model, numbers({1, 2})), numbers({1, 2}));
    dimensions->mutable_dim(0)->set_dim_value(-1);
    EXPECT_EQ(outputs_of(model, numbers({1, 2})), numbers({1, 2}));
    dimensions->mutable_dim(1)->set_dim_param("M");
    EXPECT_EQ(error_of(model), "f: input 'x' has no fixed positive extent on axis 1");
}

}  // namespace
}  // namespace sinew::read::test
