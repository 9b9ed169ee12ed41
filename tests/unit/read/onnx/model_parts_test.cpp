// SPDX-License-Identifier: Apache-2.0
// What a model has beside its graph's nodes: functions of its own, weights in other files, several outputs; numbers
// that are multiples of a scale; the table of operators.
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include <gtest/gtest.h>

#include "read/onnx/supported.hpp"
#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

using Numbers = std::vector<Rational>;
const Rational the_half(1, 2);

onnx::FunctionProto& function(ModelBuilder& model, const std::string& name, const std::vector<std::string>& inputs,
                              const std::vector<std::string>& outputs) {
    onnx::FunctionProto& added = *model.model().add_functions();
    added.set_name(name);
    added.set_domain("own");
    for (const std::string& input : inputs) added.add_input(input);
    for (const std::string& output : outputs) added.add_output(output);
    return added;
}

onnx::NodeProto& node_of(onnx::FunctionProto& function, const std::string& type, const std::vector<std::string>& inputs,
                         const std::string& output, const std::string& domain = "") {
    onnx::NodeProto& node = *function.add_node();
    node.set_op_type(type);
    node.set_domain(domain);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
}

ModelBuilder& call(ModelBuilder& model, const std::string& name, const std::vector<std::string>& inputs,
                   const std::vector<std::string>& outputs) {
    model.node(name, inputs, outputs);
    model.graph().mutable_node(model.graph().node_size() - 1)->set_domain("own");
    return model;
}

TEST(Functions, are_put_in_the_place_of_their_calls) {
    ModelBuilder model(17);
    model.input("x", {1, 2}).constant("two", Array({}, {2}));
    onnx::FunctionProto& twice = function(model, "twice", {"a", "f"}, {"o"});
    node_of(twice, "Mul", {"a", "f"}, "t");
    node_of(twice, "Relu", {"t"}, "o");
    onnx::FunctionProto& both = function(model, "both", {"a", "f"}, {"o", "a"});
    node_of(both, "twice", {"a", "f"}, "t", "own");
    node_of(both, "twice", {"t", "f"}, "o", "own");
    call(model, "both", {"x", "two"}, {"y", "same"});
    call(model, "twice", {"same", "two"}, {"z"});
    model.output("y").output("z");
    EXPECT_EQ(outputs_of(model, {-1, 3}), (Numbers{0, 12, 0, 6}));
}

TEST(Functions, attributes_of_the_call_and_their_defaults) {
    ModelBuilder model(17);
    model.input("x", {1, 1});
    onnx::FunctionProto& leaky = function(model, "leaky", {"a"}, {"o"});
    leaky.add_attribute("slope");
    onnx::AttributeProto& reference = *node_of(leaky, "LeakyRelu", {"a"}, "o").add_attribute();
    reference.set_name("alpha");
    reference.set_ref_attr_name("slope");
    reference.set_type(onnx::AttributeProto::FLOAT);
    onnx::AttributeProto& standard = *leaky.add_attribute_proto();
    standard.set_name("slope");
    standard.set_type(onnx::AttributeProto::FLOAT);
    standard.set_f(0.25F);
    call(model, "leaky", {"x"}, {"y"}).set_real("slope", 0.5F);
    call(model, "leaky", {"x"}, {"z"});
    model.output("y").output("z");
    EXPECT_EQ(outputs_of(model, {-1}), (Numbers{-the_half, Rational(-1, 4)}));
}

TEST(Functions, that_call_themselves_or_have_other_arguments_are_errors) {
    ModelBuilder model(17);
    model.input("x", {1, 1});
    onnx::FunctionProto& endless = function(model, "endless", {"a"}, {"o"});
    node_of(endless, "endless", {"a"}, "o", "own");
    call(model, "endless", {"x"}, {"y"}).output("y");
    EXPECT_NE(error_of(model).find("calls itself"), std::string::npos);
    ModelBuilder other(17);
    other.input("x", {1, 1});
    node_of(function(other, "one", {"a"}, {"o"}), "Relu", {"a"}, "o");
    call(other, "one", {"x", "x"}, {"y"}).output("y");
    EXPECT_NE(error_of(other).find("2 inputs"), std::string::npos);
    ModelBuilder huge(17);  // 2^40 nodes
    huge.input("x", {1, 1});
    node_of(function(huge, "f0", {"a"}, {"o"}), "Relu", {"a"}, "o");
    for (int level = 1; level <= 40; ++level) {
        onnx::FunctionProto& doubled = function(huge, "f" + std::to_string(level), {"a"}, {"o"});
        node_of(doubled, "f" + std::to_string(level - 1), {"a"}, "t", "own");
        node_of(doubled, "f" + std::to_string(level - 1), {"t"}, "o", "own");
    }
    call(huge, "f40", {"x"}, {"y"}).output("y");
    EXPECT_NE(error_of(huge).find("nodes"), std::string::npos);
}

class ExternalData : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("sinew_external_" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_ / "model" / "weights");
        const std::vector<float> numbers = {99, 1, 2, 3, 4};
        std::ofstream(folder_ / "model" / "weights" / "w.bin", std::ios::binary)
            .write(reinterpret_cast<const char*>(numbers.data()), 20);
        std::filesystem::copy(folder_ / "model" / "weights" / "w.bin", folder_ / "outside.bin");
        std::filesystem::create_symlink("../outside.bin", folder_ / "model" / "link.bin");
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    /// The answer at (1, 1), or the error.
    std::string read(const std::vector<std::pair<std::string, std::string>>& entries) const {
        ModelBuilder model(17);
        model.input("x", {1, 2}).constant("w", Array({2, 2})).node("MatMul", {"x", "w"}, {"y"}).output("y");
        onnx::TensorProto& tensor = *model.graph().mutable_initializer(0);
        tensor.clear_raw_data();
        tensor.set_data_location(onnx::TensorProto::EXTERNAL);
        for (const auto& [key, value] : entries) {
            tensor.add_external_data()->set_key(key);
            tensor.mutable_external_data(tensor.external_data_size() - 1)->set_value(value);
        }
        const std::string path = (folder_ / "model" / "net.onnx").string();
        std::ofstream(path, std::ios::binary) << model.bytes();
        try {
            const Numbers outputs = outputs_of(read_onnx(path), {1, 1});
            return outputs[0].get_str() + " " + outputs[1].get_str();
        } catch (const InputError& error) {
            return error.what();
        }
    }
    std::filesystem::path folder_;
};

TEST_F(ExternalData, is_read_from_the_models_folder) {
    EXPECT_EQ(read({{"location", "weights/w.bin"}, {"offset", "4"}, {"length", "16"}}), "4 6");
    EXPECT_EQ(read({{"location", "weights/w.bin"}, {"offset", "4"}}), "4 6");
    EXPECT_EQ(read({{"location", "./weights/w.bin"}}), "101 4");
}

TEST_F(ExternalData, elsewhere_or_cut_short_is_an_error) {
    const auto says = [&](const std::vector<std::pair<std::string, std::string>>& entries, const std::string& words) {
        EXPECT_NE(read(entries).find(words), std::string::npos) << read(entries);
    };
    says({{"location", "../outside.bin"}}, "not in the model's folder");
    says({{"location", "weights/../../outside.bin"}}, "not in the model's folder");
    says({{"location", (folder_ / "outside.bin").string()}}, "not in the model's folder");
    says({{"location", "link.bin"}}, "leads out");
    says({{"location", "nowhere.bin"}}, "'nowhere.bin'");
    says({{"location", "weights"}}, "no file");
    says({}, "no name");
    says({{"location", "weights/w.bin"}, {"offset", "8"}, {"length", "16"}}, "bytes 8 to 24");
    says({{"location", "weights/w.bin"}, {"offset", "8"}}, "needs 16 bytes");
    says({{"location", "weights/w.bin"}, {"offset", "21"}}, "begin at byte 21");
    says({{"location", "weights/w.bin"}, {"offset", "-4"}}, "no whole number");
    says({{"location", "weights/w.bin"}, {"length", "12"}}, "needs 16 bytes");
    ModelBuilder model(17);
    model.input("x", {1, 2}).constant("w", Array({2, 2})).node("MatMul", {"x", "w"}, {"y"}).output("y");
    model.graph().mutable_initializer(0)->set_data_location(onnx::TensorProto::EXTERNAL);
    EXPECT_NE(error_of(model).find("the model is in none"), std::string::npos);
}

TEST(Outputs, are_chosen_by_name) {
    ModelBuilder model(17);
    model.input("x", {1, 2}).node("Relu", {"x"}, {"logits"}).node("ArgMax", {"logits"}, {"label"}).set("axis", 1);
    model.node("Unknown", {"x"}, {"other"}).output("other").output("label").output("logits");
    OnnxOptions options;
    options.outputs = {"logits"};
    EXPECT_EQ(outputs_of(parse_onnx(model.bytes(), "f", options), {-1, 3}), (Numbers{0, 3}));
    options.outputs = {"label", "x"};
    EXPECT_EQ(outputs_of(parse_onnx(model.bytes(), "f", options), {-1, 3}), (Numbers{1, -1, 3}));
    options.outputs = {"nothing"};
    EXPECT_THROW(parse_onnx(model.bytes(), "f", options), InputError);
}

TEST(Quantisation, of_weights_is_exact) {
    ModelBuilder model(17);
    model.input("x", {1, 2}).constant("s", Array({2}, {the_half, 2}));
    model.integers("z", {2}, {1, 0}, onnx::TensorProto::INT8)
        .integers("q", {2, 2}, {1, -2, 3, 4}, onnx::TensorProto::INT8);
    model.node("DequantizeLinear", {"q", "s", "z"}, {"w"}).set("axis", 0).node("MatMul", {"x", "w"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(model, {1, 1}), (Numbers{6, Rational(13, 2)}));
}

TEST(Quantisation, of_activations_is_a_step_function_between_the_types_ends) {
    ModelBuilder model(17);
    model.input("x", {1, 6}).constant("s", Array({}, {the_half})).integers("z", {}, {3}, onnx::TensorProto::UINT8);
    model.node("QuantizeLinear", {"x", "s", "z"}, {"q"}).node("DequantizeLinear", {"q", "s", "z"}, {"y"});
    model.output("q").output("y");
    // -1000/0.5 + 3 is below 0; 1000 above 255; halves of a step go to the even number.
    EXPECT_EQ(outputs_of(model, {-1000, 1000, Rational(1, 4), Rational(3, 4), 1, Rational(11, 10)}),
              (Numbers{0, 255, 3, 5, 5, 5, Rational(-3, 2), 126, 0, 1, 1, 1}));
    ModelBuilder constant(17);
    constant.input("unused", {1})
        .constant("x", Array({3}, {-1000, Rational(3, 4), 1000}))
        .constant("s", Array({}, {the_half}));
    constant.node("QuantizeLinear", {"x", "s"}, {"y"}).output("y");
    EXPECT_EQ(outputs_of(constant, {0}), (Numbers{0, 2, 255}));
}

/// y = an operator of QONNX of x, a tensor or a constant.
Numbers qonnx(const std::string& type, const Numbers& x, const std::vector<std::pair<std::string, Array>>& parameters,
              const std::function<void(ModelBuilder&)>& finish, bool is_constant) {
    ModelBuilder model(13);
    if (is_constant)
        model.input("unused", {1}).constant("x", Array({1, x.size()}, x));
    else
        model.input("x", {1, x.size()});
    std::vector<std::string> inputs = {"x"};
    for (const auto& [name, array] : parameters) {
        model.constant(name, array);
        inputs.push_back(name);
    }
    model.node(type, inputs, {"y"});
    model.graph().mutable_node(0)->set_domain("qonnx.custom_op.general");
    finish(model);
    model.output("y");
    return outputs_of(model, is_constant ? Numbers{0} : x);
}

TEST(Quantisation, of_qonnx) {
    const Numbers x = {-10, Rational(-1, 4), Rational(1, 4), Rational(3, 4), 10};
    const auto parameters = [](const Rational& zero, long bits) {
        return std::vector<std::pair<std::string, Array>>{
            {"s", Array({}, {the_half})}, {"z", Array({}, {zero})}, {"b", Array({}, {bits})}};
    };
    const auto with = [](std::int64_t is_signed, std::int64_t narrow, const std::string& rounding) {
        return [=](ModelBuilder& m) {
            m.set("signed", is_signed).set("narrow", narrow).set_text("rounding_mode", rounding);
        };
    };
    for (const bool is_constant : {false, true}) {
        EXPECT_EQ(qonnx("Quant", x, parameters(0, 3), with(1, 0, "ROUND"), is_constant),
                  (Numbers{-2, 0, 0, 1, Rational(3, 2)}));
        EXPECT_EQ(qonnx("Quant", x, parameters(0, 3), with(1, 1, "FLOOR"), is_constant),
                  (Numbers{Rational(-3, 2), -the_half, 0, the_half, Rational(3, 2)}));
        // The zero point is added before rounding: halves go to another even number.
        EXPECT_EQ(qonnx("IntQuant", x, parameters(1, 2), with(0, 0, "ROUND"), is_constant),
                  (Numbers{-the_half, -the_half, the_half, the_half, 1}));
        EXPECT_EQ(qonnx(
                      "BipolarQuant", {-1, 0, 2}, {{"s", Array({}, {the_half})}}, [](ModelBuilder&) {}, is_constant),
                  (Numbers{-the_half, the_half, the_half}));
        EXPECT_EQ(qonnx(
                      "MultiThreshold", {1, 1}, {{"t", Array({2, 2}, {0, 1, 1, 2})}},
                      [](ModelBuilder& m) { m.set_real("out_scale", 2).set_real("out_bias", -1); }, is_constant),
                  (Numbers{3, 1}));
    }
}

TEST(Quantisation, of_operators_that_are_written_out) {
    const auto uint8 = onnx::TensorProto::UINT8;
    const auto int8 = onnx::TensorProto::INT8;
    ModelBuilder product(13);
    product.input("x", {1, 2}, uint8).constant("s", Array({}, {the_half})).constant("t", Array({2}, {1, 2}));
    product.integers("z", {}, {1}, uint8).integers("w", {2, 2}, {1, -2, 3, 4}, int8).integers("o", {2}, {0, 1}, int8);
    product.node("QLinearMatMul", {"x", "s", "z", "w", "t", "o", "s", "z"}, {"q"}).output("q");
    product.node("MatMulInteger", {"x", "w", "z"}, {"i"}).output("i");
    // (3, 5) are 1 and 2; columns (1, 3) and 2·(-3, 3); sums 7 and 6, in halves 14 and 12, from 1.
    EXPECT_EQ(outputs_of(product, {3, 5}), (Numbers{15, 13, 14, 12}));
    ModelBuilder image(13);
    image.input("x", {1, 1, 3}, uint8).constant("s", Array({}, {the_half})).integers("z", {}, {1}, uint8);
    image.integers("w", {1, 1, 2}, {1, 2}, int8)
        .integers("o", {}, {0}, int8)
        .integers("b", {1}, {4}, onnx::TensorProto::INT32);
    image.node("QLinearConv", {"x", "s", "z", "w", "s", "o", "s", "z", "b"}, {"q"}).output("q");
    image.node("ConvInteger", {"x", "w", "z"}, {"i"}).output("i");
    // Numbers 0, 1/2, 1; weights 1/2 and 1; the bias is 4/4.
    EXPECT_EQ(outputs_of(image, {1, 2, 3}), (Numbers{4, 5, 2, 5}));
}

TEST(OperatorTable, is_that_of_the_documentation) {
    std::ifstream file(std::string(SINEW_SOURCE_DIR) + "/docs/onnx.md");
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_NE(text.str().find(onnx_operator_table()), std::string::npos)
        << "docs/onnx.md has another table than the reader:\n"
        << onnx_operator_table();
}

TEST(OperatorTable, names_types_and_opsets) {
    const std::vector<OnnxOperator> operators = onnx_operators();
    const auto found =
        std::find_if(operators.begin(), operators.end(), [](const OnnxOperator& op) { return op.name == "CastLike"; });
    ASSERT_NE(found, operators.end());
    EXPECT_EQ(found->since, 15);
    EXPECT_NE(std::find(found->types.begin(), found->types.end(), "bfloat16"), found->types.end());
    EXPECT_EQ(newest_onnx_opset(), 24);
}

}  // namespace
}  // namespace sinew::read::test
