// SPDX-License-Identifier: Apache-2.0
// What is wrong with a file is said in words, in bounded time and memory.
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t memory_bound = std::size_t{3} << 30;  // the sanitizer keeps what was freed
#else
constexpr std::size_t memory_bound = std::size_t{1} << 30;
#endif

ModelBuilder dense_model() {
    ModelBuilder model;
    model.input("x", {1, 3}).constant("w", Array({3, 2})).constant("b", Array({2}));
    model.node("MatMul", {"x", "w"}, {"p"}).node("Add", {"p", "b"}, {"a"}).node("Relu", {"a"}, {"y"}).output("y");
    return model;
}

TEST(BadOnnx, files_that_are_no_model) {
    EXPECT_EQ(error_of(std::string()), "f: the file is empty (expected an ONNX model)");
    EXPECT_EQ(error_of("\xff\xfe rubbish"), "f: the file is damaged or cut short (expected an ONNX model (protobuf))");
    EXPECT_EQ(error_of("(declare-const X_0 Real)\n").substr(0, 11), "f: the file");
    EXPECT_EQ(error_of(ModelBuilder()), "f: the file holds no graph (expected an ONNX model)");
    ModelBuilder empty;
    empty.graph();
    EXPECT_EQ(error_of(empty), "f: the graph has no outputs");
}

TEST(BadOnnx, every_truncation_is_an_error) {
    const std::string whole = dense_model().bytes();
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_NE(error_of(whole.substr(0, length)), "no error") << length;
    EXPECT_EQ(error_of(whole), "no error");
}

TEST(BadOnnx, operators) {
    ModelBuilder unknown;
    unknown.input("x", {1}).node("RandomNormalLike", {"x"}, {"y"}).output("y");
    EXPECT_EQ(error_of(unknown),
              "f: node 'RandomNormalLike_1' (RandomNormalLike), opset 13: this operator is not supported");
    unknown.graph().mutable_node(0)->set_domain("com.example");
    EXPECT_EQ(error_of(unknown),
              "f: node 'RandomNormalLike_1' (RandomNormalLike), opset 13: operators of the domain 'com.example' are "
              "not supported");
    ModelBuilder attribute;
    attribute.input("x", {1}).node("Relu", {"x"}, {"y"}).set("threshold", 3).output("y");
    EXPECT_EQ(error_of(attribute), "f: node 'Relu_1' (Relu), opset 13: attribute 'threshold' is not supported");
    ModelBuilder type;
    type.input("x", {1}).node("LeakyRelu", {"x"}, {"y"}).set("alpha", 3).output("y");
    EXPECT_EQ(error_of(type), "f: node 'LeakyRelu_1' (LeakyRelu), opset 13: attribute 'alpha' has the wrong type");
    ModelBuilder missing;
    missing.input("x", {1}).node("Add", {"x"}, {"y"}).output("y");
    EXPECT_EQ(error_of(missing), "f: node 'Add_1' (Add), opset 13: input 1 is missing");
    EXPECT_EQ(error_of(ModelBuilder(99).input("x", {1}).node("Relu", {"x"}, {"y"}).output("y")),
              "f: opset 99 is not one of 1 to 24");
}

TEST(BadOnnx, shapes_that_do_not_fit) {
    ModelBuilder product;
    product.input("x", {1, 4}).constant("w", Array({3, 2})).node("MatMul", {"x", "w"}, {"y"}).output("y");
    EXPECT_EQ(error_of(product),
              "f: node 'MatMul_1' (MatMul), opset 13: matrices of shapes [1, 4] and [3, 2] cannot be multiplied");
    ModelBuilder sum;
    sum.input("x", {1, 4}).constant("c", Array({3})).node("Add", {"x", "c"}, {"y"}).output("y");
    EXPECT_EQ(error_of(sum), "f: node 'Add_1' (Add), opset 13: operands of shapes [1, 4] and [3] do not fit");
    ModelBuilder reshape;
    reshape.input("x", {1, 4}).integers("s", {3, -1}).node("Reshape", {"x", "s"}, {"y"}).output("y");
    EXPECT_EQ(error_of(reshape),
              "f: node 'Reshape_1' (Reshape), opset 13: a tensor of shape [1, 4] cannot become [3, 1]");
    ModelBuilder kernel;
    kernel.input("x", {1, 1, 2, 2}).constant("w", Array({1, 1, 3, 3})).node("Conv", {"x", "w"}, {"y"}).output("y");
    EXPECT_EQ(error_of(kernel), "f: node 'Conv_1' (Conv), opset 13: a window of 3 does not fit into an image of 2");
    ModelBuilder axis;
    axis.input("x", {1, 2}).node("Softmax", {"x"}, {"y"}).set("axis", 5).output("y");
    EXPECT_EQ(error_of(axis), "f: node 'Softmax_1' (Softmax), opset 13: axis 5 is outside a tensor of 2 axes");
}

TEST(BadOnnx, weights) {
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        ModelBuilder model = dense_model();
        const auto value = static_cast<float>(bad);
        model.graph().mutable_initializer(0)->mutable_raw_data()->replace(8, 4, reinterpret_cast<const char*>(&value),
                                                                          4);
        EXPECT_EQ(error_of(model), bad == bad ? "f: node 'MatMul_1' (MatMul), opset 13: input 1: its element 2 is inf"
                                              : "f: initializer 'w': its element 2 is nan");
    }
    ModelBuilder length = dense_model();
    length.graph().mutable_initializer(0)->mutable_raw_data()->pop_back();
    EXPECT_EQ(error_of(length), "f: initializer 'w': its shape [3, 2] needs 24 bytes, and it has 23");
    ModelBuilder external = dense_model();
    external.graph().mutable_initializer(0)->set_data_location(onnx::TensorProto::EXTERNAL);
    EXPECT_EQ(error_of(external),
              "f: initializer 'w': its data are in another file (external data), and the model is in none");
    ModelBuilder text = dense_model();
    text.graph().mutable_initializer(0)->set_data_type(onnx::TensorProto::STRING);
    EXPECT_EQ(error_of(text), "f: initializer 'w': its element type string is not supported");
    ModelBuilder negative = dense_model();
    negative.graph().mutable_initializer(0)->set_dims(0, -3);
    EXPECT_EQ(error_of(negative), "f: initializer 'w': it has the negative extent -3");
}

TEST(BadOnnx, graphs) {
    ModelBuilder cycle;
    cycle.input("x", {1})
        .node("Add", {"x", "c"}, {"a"})
        .node("Relu", {"a"}, {"b"})
        .node("Neg", {"b"}, {"c"})
        .output("b");
    EXPECT_EQ(error_of(cycle),
              "f: the graph has a cycle: node 'Neg_3' (Neg) -> node 'Add_1' (Add) -> node 'Relu_2' (Relu) -> node "
              "'Neg_3' (Neg)");
    ModelBuilder undefined;
    undefined.input("x", {1}).node("Add", {"x", "w"}, {"y"}).output("y");
    EXPECT_EQ(error_of(undefined), "f: node 'Add_1' (Add) reads 'w', which no input, initializer or node defines");
    ModelBuilder twice;
    twice.input("x", {1}).node("Relu", {"x"}, {"y"}).node("Neg", {"x"}, {"y"}).output("y");
    EXPECT_EQ(error_of(twice), "f: node 'Neg_2' (Neg) defines 'y', which is defined already");
    ModelBuilder output;
    output.input("x", {1}).output("y");
    EXPECT_EQ(error_of(output), "f: the graph's output list reads 'y', which no input, initializer or node defines");
    ModelBuilder integer = dense_model();
    integer.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::STRING);
    EXPECT_EQ(error_of(integer), "f: input 'x' has elements of type string, which are no numbers");
}

TEST(BadOnnx, nodes_in_any_order_are_sorted_and_unused_ones_ignored) {
    ModelBuilder model;
    model.input("x", {1, 2})
        .node("Relu", {"a"}, {"y"})
        .node("Nonsense", {"y"}, {"z"})
        .node("Neg", {"x"}, {"a"})
        .output("y");
    EXPECT_EQ(outputs_of(model, {-1, 2}), (std::vector<Rational>{1, 0}));
}

/// Each of these few bytes asks for more than any machine has.
TEST(BadOnnx, huge_demands_are_refused_before_memory_is) {
    const std::size_t before = resident_memory();
    constexpr std::int64_t huge = std::int64_t{1} << 40;
    ModelBuilder input;
    input.input("x", {static_cast<std::size_t>(huge)}).node("Relu", {"x"}, {"y"}).output("y");
    EXPECT_EQ(error_of(input), "f: input 'x' of shape [1099511627776] has more than 16777216 elements");
    ModelBuilder fill;
    fill.input("x", {1}).integers("s", {huge, huge, huge}).node("ConstantOfShape", {"s"}, {"c"});
    fill.node("Add", {"x", "c"}, {"y"}).output("y");
    EXPECT_NE(error_of(fill).find("has more than 16777216 elements"), std::string::npos);
    ModelBuilder expand;
    expand.input("x", {1}).integers("s", {huge}).node("Expand", {"x", "s"}, {"y"}).output("y");
    EXPECT_NE(error_of(expand).find("has more than 16777216 elements"), std::string::npos);
    ModelBuilder reshape;
    reshape.input("x", {1}).integers("s", {huge, -1}).node("Reshape", {"x", "s"}, {"y"}).output("y");
    EXPECT_NE(error_of(reshape).find("cannot become"), std::string::npos);
    ModelBuilder pad;
    pad.input("x", {1}).integers("p", {0, huge}).node("Pad", {"x", "p"}, {"y"}).output("y");
    EXPECT_NE(error_of(pad).find("out of range"), std::string::npos);
    ModelBuilder initializer = dense_model();
    initializer.graph().mutable_initializer(0)->set_dims(0, huge);
    EXPECT_NE(error_of(initializer).find("and it has 24"), std::string::npos);
    ModelBuilder pool;
    pool.input("x", {1, 1, 4000, 4000})
        .node("AveragePool", {"x"}, {"y"})
        .set_list("kernel_shape", {2000, 2000})
        .output("y");
    EXPECT_NE(error_of(pool).find("needs more than"), std::string::npos);
    ModelBuilder chain;  // doubles in size with each node
    chain.input("x", {1, 1});
    std::string last = "x";
    for (int i = 0; i < 40; ++i) {
        const std::string next = "c" + std::to_string(i);
        chain.node("Concat", {last, last}, {next}).set("axis", 1);
        last = next;
    }
    chain.output(last);
    EXPECT_NE(error_of(chain), "no error");
    EXPECT_LT(resident_memory(), before + memory_bound);
}

TEST(BadOnnx, a_chain_of_many_nodes_is_no_problem) {
    ModelBuilder model;
    model.input("x", {1, 1}).constant("c", Array({1}, {1}));
    std::string last = "x";
    constexpr int length = 20000;
    for (int i = 0; i < length; ++i) {
        const std::string next = "v" + std::to_string(i);
        model.node(i % 2 == 0 ? "Add" : "Relu",
                   i % 2 == 0 ? std::vector<std::string>{last, "c"} : std::vector<std::string>{last}, {next});
        last = next;
    }
    model.output(last);
    EXPECT_EQ(outputs_of(model, {0}), (std::vector<Rational>{length / 2}));
}

/// Bytes flipped, cut out and doubled: an error or a network, never a crash.
TEST(BadOnnx, damaged_files_do_not_crash) {
    ModelBuilder model;
    model.input("x", {1, 2, 4, 4})
        .constant("w", Array({2, 2, 3, 3}))
        .integers("s", {1, -1})
        .constant("m", Array({8, 2}));
    model.node("Conv", {"x", "w"}, {"c"}).set_list("pads", {1, 0, 0, 1}).node("MaxPool", {"c"}, {"p"});
    model.set_list("kernel_shape", {2, 2}).node("Transpose", {"p"}, {"t"}).set_list("perm", {0, 2, 3, 1});
    model.node("Clip", {"t", "", "one"}, {"k"})
        .constant("one", Array({}, {1}))
        .node("Concat", {"k", "k"}, {"d"})
        .set("axis", 1);
    model.node("Reshape", {"d", "s"}, {"r"}).node("MatMul", {"r", "m"}, {"y"}).output("y");
    const std::string whole = model.bytes();
    EXPECT_NE(error_of(whole).find("cannot be multiplied"), std::string::npos) << "valid until its last node";
    Random random(9);
    for (int round = 0; round < 3000; ++round) {
        std::string damaged = whole;
        const std::uint64_t changes = 1 + random.below(4);
        for (std::uint64_t i = 0; i < changes; ++i) {
            const std::size_t at = random.below(damaged.size());
            switch (random.below(4)) {
                case 0:
                    damaged[at] = static_cast<char>(random.below(256));
                    break;
                case 1:
                    damaged[at] = static_cast<char>(damaged[at] ^ (1 << random.below(8)));
                    break;
                case 2:
                    damaged.erase(at, 1 + random.below(8));
                    break;
                default:
                    damaged.insert(at, damaged.substr(random.below(damaged.size()), random.below(16)));
            }
            if (damaged.empty()) break;
        }
        error_of(damaged);
    }
    EXPECT_LT(resident_memory(), 2 * memory_bound);
}

}  // namespace
}  // namespace sinew::read::test
