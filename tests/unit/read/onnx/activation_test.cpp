// SPDX-License-Identifier: Apache-2.0
// Activations, normalisation, softmax, and the element types of stored tensors.
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "read/batch_norm.hpp"
#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

using model::ActivationKind;

/// y = type(x) for x = -3, -1/2, 0, 1/2, 3; `finish` adds attributes and constants.
std::vector<Rational> curve(const std::string& type, const std::function<void(ModelBuilder&)>& finish,
                            std::int64_t opset = 13, std::vector<std::string> inputs = {"x"}) {
    ModelBuilder model(opset);
    model.input("x", {1, 5}).node(type, inputs, {"y"}).output("y");
    finish(model);
    return outputs_of(model, {-3, Rational(-1, 2), 0, Rational(1, 2), 3});
}

const Rational half(1, 2);

TEST(Activation, piecewise_linear_ones) {
    const auto nothing = [](ModelBuilder&) {};
    EXPECT_EQ(curve("Relu", nothing), (std::vector<Rational>{0, 0, 0, half, 3}));
    EXPECT_EQ(curve("Sign", nothing), (std::vector<Rational>{-1, -1, 0, 1, 1}));
    EXPECT_EQ(curve("LeakyRelu", [](ModelBuilder& m) { m.set_real("alpha", 0.25F); }),
              (std::vector<Rational>{Rational(-3, 4), Rational(-1, 8), 0, half, 3}));
    const Rational slope = to_rational(static_cast<double>(0.01F));
    EXPECT_EQ(curve("LeakyRelu", nothing), (std::vector<Rational>{-3 * slope, -slope / 2, 0, half, 3}));
    EXPECT_EQ(curve("PRelu", [](ModelBuilder& m) { m.constant("s", Array({1}, {2})); }, 13, {"x", "s"}),
              (std::vector<Rational>{-6, -1, 0, half, 3}));
    EXPECT_EQ(curve("HardTanh", nothing), (std::vector<Rational>{-1, -half, 0, half, 1}));
    EXPECT_EQ(curve("HardSigmoid", [](ModelBuilder& m) { m.set_real("alpha", 0.25F); }),
              (std::vector<Rational>{0, Rational(3, 8), half, Rational(5, 8), 1}));
    EXPECT_EQ(curve("Dropout", nothing), (std::vector<Rational>{-3, -half, 0, half, 3}));
}

TEST(Activation, clip_by_attributes_and_by_inputs) {
    EXPECT_EQ(curve(
                  "Clip", [](ModelBuilder& m) { m.set_real("min", -1).set_real("max", 0.25F); }, 6),
              (std::vector<Rational>{-1, -half, 0, Rational(1, 4), Rational(1, 4)}));
    EXPECT_EQ(curve("Clip", [](ModelBuilder& m) { m.constant("h", Array({}, {1})); }, 13, {"x", "", "h"}),
              (std::vector<Rational>{-3, -half, 0, half, 1}));
    EXPECT_EQ(curve("Clip", [](ModelBuilder& m) { m.constant("l", Array({}, {0})); }, 11, {"x", "l"}),
              (std::vector<Rational>{0, 0, 0, half, 3}));
    // The standard: where min is above max, all is max.
    EXPECT_EQ(curve(
                  "Clip", [](ModelBuilder& m) { m.set_real("min", 1).set_real("max", -1); }, 6),
              (std::vector<Rational>{-1, -1, -1, -1, -1}));
    EXPECT_THROW(curve("HardTanh", [](ModelBuilder& m) { m.set_real("min_val", 1).set_real("max_val", -1); }),
                 InputError);
}

TEST(Activation, smooth_ones_keep_their_kind) {
    for (const auto& [type, kind] :
         {std::pair("Tanh", ActivationKind::tanh), std::pair("Sigmoid", ActivationKind::sigmoid)}) {
        ModelBuilder model;
        model.input("x", {1, 2}).node(type, {"x"}, {"y"}).output("y");
        const OnnxNetwork network = parse_onnx(model.bytes(), "f");
        const auto& layer = std::get<model::ActivationLayer>(network.query.network.layers().back().operation);
        EXPECT_EQ(layer.activation.kind, kind);
    }
}

TEST(Sign, the_sequence_sign_add_sign_counts_zero_as_positive) {
    const auto model_with = [](float addend) {
        ModelBuilder model;
        model.input("x", {1, 3}).constant("c", Array({}, {to_rational(static_cast<double>(addend))}));
        model.node("Sign", {"x"}, {"s"}).node("Add", {"s", "c"}, {"a"}).node("Sign", {"a"}, {"y"}).output("y");
        return model;
    };
    const std::vector<Rational> inputs = {-1, 0, 1};
    const OnnxNetwork fused = parse_onnx(model_with(0.1F).bytes(), "f");
    EXPECT_EQ(fused.query.network.layer_count(), 2U);
    EXPECT_EQ(outputs_of(fused, inputs), (std::vector<Rational>{-1, 1, 1}));
    const OnnxNetwork plain = parse_onnx(model_with(-0.1F).bytes(), "f");
    EXPECT_EQ(plain.query.network.layer_count(), 4U);
    EXPECT_EQ(outputs_of(plain, inputs), (std::vector<Rational>{-1, -1, 1}));
    EXPECT_EQ(outputs_of(model_with(1.0F), inputs), (std::vector<Rational>{0, 1, 1}));
}

TEST(BatchNormalization, is_exact_where_the_root_is_rational) {
    ModelBuilder model;
    model.input("x", {1, 2, 1, 2}).constant("s", Array({2}, {3, 1})).constant("b", Array({2}, {1, -1}));
    model.constant("m", Array({2}, {2, 0})).constant("v", Array({2}, {Rational(15, 4), Rational(35, 4)}));
    model.node("BatchNormalization", {"x", "s", "b", "m", "v"}, {"y"}).set_real("epsilon", 0.25F).output("y");
    // Roots of 4 and 9: 3/2 · (x - 2) + 1 and 1/3 · x - 1.
    EXPECT_EQ(outputs_of(model, {2, 4, 3, 1}), (std::vector<Rational>{1, 4, 0, Rational(-2, 3)}));
}

TEST(BatchNormalization, else_its_factor_is_the_nearest_double) {
    ModelBuilder model;
    const Rational variance = to_rational(static_cast<double>(0.7F));
    model.input("x", {1, 1}).constant("s", Array({1}, {1})).constant("b", Array({1}, {5}));
    model.constant("m", Array({1}, {2})).constant("v", Array({1}, {variance}));
    model.node("BatchNormalization", {"x", "s", "b", "m", "v"}, {"y"}).set_real("epsilon", 0).output("y");
    const std::vector<Rational> values = outputs_of(model, {3});
    const Rational factor = values[0] - 5;
    EXPECT_TRUE(is_double(factor));
    // The neighbours lie on both sides of 1/sqrt(variance): factor² · variance is 1 up to the last bit.
    const auto squared = [&](double value) { return Rational(to_rational(value) * to_rational(value) * variance); };
    EXPECT_LT(squared(std::nextafter(factor.get_d(), 0)), 1);
    EXPECT_GT(squared(std::nextafter(factor.get_d(), 2)), 1);
    EXPECT_EQ(outputs_of(model, {4})[0], 2 * factor + 5) << "the shift follows from the factor exactly";
}

/// scale / sqrt(variance + epsilon) is 1 / sqrt(2 + tiny), as near to bias as float32 parameters come: about 2^-70.
TEST(BatchNormalization, before_a_sign_it_decides_as_the_exact_formula) {
    int unlike_doubles = 0;
    for (long q = 1001; q < 1041; ++q) {
        const long p = 708 + (q - 1001);
        const Rational square = Rational(q * q) / (p * p);  // (q / p)^2: scale q, bias -p
        const auto variance = static_cast<float>(to_double_below(square));
        const float below =
            to_rational(static_cast<double>(variance)) > square ? std::nextafter(variance, 0.0F) : variance;
        const auto epsilon = static_cast<float>(to_nearest(Rational(square - to_rational(static_cast<double>(below)))));
        const BatchNormChannel channel{
            q, -p, 0, Rational(to_rational(static_cast<double>(below)) + to_rational(static_cast<double>(epsilon)))};
        ModelBuilder model;
        model.input("x", {1, 1}).constant("s", Array({1}, {q})).constant("b", Array({1}, {-p}));
        model.constant("m", Array({1}, {0})).constant("v", Array({1}, {to_rational(static_cast<double>(below))}));
        model.node("BatchNormalization", {"x", "s", "b", "m", "v"}, {"n"}).set_real("epsilon", epsilon);
        model.node("Sign", {"n"}, {"y"}).output("y");
        const int expected = batch_norm_sign(channel, 1);
        EXPECT_EQ(outputs_of(model, {1}), (std::vector<Rational>{expected})) << q;
        const Rational rounded = to_rational(static_cast<double>(q) / std::sqrt(to_nearest(channel.square)));
        unlike_doubles += sgn(Rational(rounded - p)) != expected ? 1 : 0;
    }
    EXPECT_GT(unlike_doubles, 5);
}

TEST(Softmax, is_left_out_only_at_the_end_over_everything) {
    const auto model_with = [](const std::string& type, const Index& shape, bool relu_after) {
        ModelBuilder model;
        model.input("x", shape).node(type, {"x"}, {"s"});
        if (relu_after) model.node("Relu", {"s"}, {"y"});
        model.output(relu_after ? "y" : "s");
        return model.bytes();
    };
    const OnnxOptions skip{TrailingSoftmax::skip};
    for (const char* type : {"Softmax", "LogSoftmax"}) {
        const OnnxNetwork network = parse_onnx(model_with(type, {1, 3}, false), "f", skip);
        EXPECT_EQ(network.skipped_softmax.size(), 1U);
        EXPECT_EQ(outputs_of(network, {1, 2, 3}), (std::vector<Rational>{1, 2, 3}));
        const auto is_read = [&](const std::string& bytes, const OnnxOptions& options) {
            const OnnxNetwork read = parse_onnx(bytes, "f", options);
            return read.skipped_softmax.empty() && read.query.network.layer_count() > 1;
        };
        EXPECT_TRUE(is_read(model_with(type, {1, 3}, false), {}));
        EXPECT_TRUE(is_read(model_with(type, {2, 3}, false), skip)) << "two groups";
        EXPECT_TRUE(is_read(model_with(type, {1, 3}, true), skip)) << "not at the end";
        EXPECT_TRUE(is_read(model_with(type, {1, 1}, false), skip)) << "1, whatever is before it";
    }
}

/// One number stored in every way a type can be.
Rational stored(int type, const std::function<void(onnx::TensorProto&)>& fill) {
    ModelBuilder model;
    model.input("x", {1}).node("Add", {"x", "c"}, {"y"}).output("y");
    onnx::TensorProto& tensor = *model.graph().add_initializer();
    tensor.set_name("c");
    tensor.set_data_type(type);
    tensor.add_dims(1);
    fill(tensor);
    return outputs_of(model, {0})[0];
}

template <class Number>
std::string raw(Number number) {
    return {reinterpret_cast<const char*>(&number), sizeof number};
}

TEST(StoredTensor, every_real_type_is_exact) {
    using onnx::TensorProto;
    EXPECT_EQ(stored(TensorProto::FLOAT, [](TensorProto& t) { t.set_raw_data(raw(0.1F)); }),
              to_rational(static_cast<double>(0.1F)));
    EXPECT_EQ(stored(TensorProto::FLOAT, [](TensorProto& t) { t.add_float_data(0.1F); }),
              to_rational(static_cast<double>(0.1F)));
    EXPECT_EQ(stored(TensorProto::DOUBLE, [](TensorProto& t) { t.set_raw_data(raw(0.1)); }), to_rational(0.1));
    EXPECT_EQ(stored(TensorProto::DOUBLE, [](TensorProto& t) { t.add_double_data(0.1); }), to_rational(0.1));
    const auto half_float = [](std::uint16_t bits) {
        const Rational from_raw = stored(TensorProto::FLOAT16, [&](TensorProto& t) { t.set_raw_data(raw(bits)); });
        EXPECT_EQ(from_raw, stored(TensorProto::FLOAT16, [&](TensorProto& t) { t.add_int32_data(bits); }));
        return from_raw;
    };
    EXPECT_EQ(half_float(0x3c00), 1);
    EXPECT_EQ(half_float(0xc100), Rational(-5, 2));
    EXPECT_EQ(half_float(0x0001), to_rational(0x1p-24));
    EXPECT_EQ(half_float(0x7bff), 65504);
    EXPECT_EQ(stored(TensorProto::BFLOAT16, [](TensorProto& t) { t.set_raw_data(raw(std::uint16_t{0x4049})); }),
              Rational(201, 64));
}

/// The same network in plain float32 arithmetic.
TEST(Float32Replay, is_what_a_float_program_computes) {
    Random random(8);
    const auto noise = [&](const Index& shape) {
        Array result(shape);
        for (Rational& value : result.data)
            value = to_rational(static_cast<double>(static_cast<float>(random.uniform(-1, 1))));
        return result;
    };
    const auto number = [](const Array& array, std::size_t i) { return static_cast<float>(array.data[i].get_d()); };
    const Array w = noise({20, 30});
    const Array b = noise({30});
    const Array v = noise({30, 3});
    ModelBuilder model;
    model.input("x", {1, 20}).constant("w", w).constant("b", b).constant("v", v);
    model.node("Gemm", {"x", "w", "b"}, {"h"}).node("Relu", {"h"}, {"r"}).node("MatMul", {"r", "v"}, {"y"}).output("y");
    const OnnxNetwork network = parse_onnx(model.bytes(), "f");
    for (int round = 0; round < 20; ++round) {
        std::vector<float> x;
        for (int i = 0; i < 20; ++i) x.push_back(static_cast<float>(random.uniform(-1, 1)));
        float y[3] = {0, 0, 0};
        for (std::size_t h = 0; h < 30; ++h) {
            float sum = 0;
            for (std::size_t i = 0; i < 20; ++i) sum += x[i] * number(w, i * 30 + h);
            sum += number(b, h);
            sum = sum > 0 ? sum : 0;
            for (std::size_t o = 0; o < 3; ++o) y[o] += sum * number(v, h * 3 + o);
        }
        const std::vector<float> values = model::replay_float32(network.query.network, x);
        for (std::size_t o = 0; o < 3; ++o) EXPECT_EQ(values[network.outputs[o].index()], y[o]);
    }
}

}  // namespace
}  // namespace sinew::read::test
