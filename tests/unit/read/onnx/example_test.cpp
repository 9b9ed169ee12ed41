// SPDX-License-Identifier: Apache-2.0
// inputs/onnx/distance.onnx and the ONNX files of tests/regress/bad are made here: these tests write them anew where
// the environment says SINEW_WRITE_EXAMPLES=1.
#include <cstdlib>
#include <fstream>
#include <limits>

#include <gtest/gtest.h>

#include "read/file.hpp"
#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

/// Y_0 = |X_0 - X_1|, Y_1 = |X_0 + X_1|
ModelBuilder distance() {
    ModelBuilder model;
    model.graph().set_name("distance");
    model.input("X", {1, 2}).constant("W", Array({2, 4}, {1, -1, 1, -1, -1, 1, 1, -1}));
    model.constant("V", Array({4, 2}, {1, 0, 1, 0, 0, 1, 0, 1})).constant("b", Array({4}));
    model.node("Gemm", {"X", "W", "b"}, {"h"}).node("Relu", {"h"}, {"r"}).node("MatMul", {"r", "V"}, {"Y"}).output("Y");
    return model;
}

/// Writes the file if asked to, and checks that it holds these bytes.
void check_file(const std::string& path, const std::string& bytes) {
    if (const char* write = std::getenv("SINEW_WRITE_EXAMPLES"); write != nullptr && std::string(write) == "1")
        std::ofstream(path, std::ios::binary) << bytes;
    EXPECT_EQ(read_file(path).view(), bytes) << path;
}

struct BadFile {
    std::string name;
    std::string error;
    std::string bytes;
};

std::vector<BadFile> bad_files() {
    std::vector<BadFile> files;
    const std::string good = distance().bytes();
    files.push_back({"empty.onnx", "the file is empty", ""});
    files.push_back({"truncated.onnx", "cut short", good.substr(0, good.size() / 2)});
    files.push_back({"rubbish.onnx", "damaged", std::string("\xff\x00\x17 no model \x80\x80\x80", 16)});
    ModelBuilder operation = distance();
    operation.graph().mutable_node(1)->set_op_type("RandomNormalLike");
    files.push_back(
        {"unknown_operator.onnx", "(RandomNormalLike), opset 13: this operator is not supported", operation.bytes()});
    ModelBuilder fit = distance();
    fit.graph().mutable_initializer(0)->set_dims(0, 4);
    fit.graph().mutable_initializer(0)->set_dims(1, 2);
    files.push_back({"shapes_do_not_fit.onnx", "cannot be multiplied", fit.bytes()});
    for (const std::string& name : {std::string("nan"), std::string("inf")}) {
        ModelBuilder weight = distance();
        const float value =
            name == "nan" ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
        weight.graph().mutable_initializer(0)->mutable_raw_data()->replace(4, 4, reinterpret_cast<const char*>(&value),
                                                                           4);
        files.push_back({name + "_weight.onnx", "its element 1 is " + name, weight.bytes()});
    }
    ModelBuilder cycle = distance();
    cycle.graph().mutable_node(0)->set_input(0, "r");
    files.push_back({"cycle.onnx", "the graph has a cycle", cycle.bytes()});
    ModelBuilder missing = distance();
    missing.graph().mutable_node(0)->set_input(1, "U");
    files.push_back({"missing_initializer.onnx", "reads 'U'", missing.bytes()});
    ModelBuilder external = distance();
    external.graph().mutable_initializer(1)->set_data_location(onnx::TensorProto::EXTERNAL);
    files.push_back({"external_data.onnx", "external data", external.bytes()});
    ModelBuilder length = distance();
    length.graph().mutable_initializer(1)->mutable_raw_data()->pop_back();
    files.push_back({"wrong_length.onnx", "needs 32 bytes, and it has 31", length.bytes()});
    ModelBuilder huge;
    huge.input("x", {1}).integers("s", {std::int64_t{1} << 40}).node("Expand", {"x", "s"}, {"y"}).output("y");
    files.push_back({"huge_tensor.onnx", "has more than", huge.bytes()});
    return files;
}

TEST(Example, bad_files_are_refused) {
    for (const auto& [name, error, bytes] : bad_files()) {
        const std::string path = std::string(SINEW_SOURCE_DIR) + "/tests/regress/bad/" + name;
        check_file(path, bytes);
        try {
            read_onnx(path);
            ADD_FAILURE() << name << " is read";
        } catch (const InputError& caught) {
            EXPECT_EQ(caught.location().file, path);
            EXPECT_NE(std::string(caught.what()).find(error), std::string::npos) << caught.what();
        }
    }
}

TEST(Example, distance) {
    const std::string path = std::string(SINEW_SOURCE_DIR) + "/inputs/onnx/distance.onnx";
    check_file(path, distance().bytes());
    EXPECT_EQ(outputs_of(read_onnx(path), {Rational(1, 3), -1}),
              (std::vector<Rational>{Rational(4, 3), Rational(2, 3)}));
}

}  // namespace
}  // namespace sinew::read::test
