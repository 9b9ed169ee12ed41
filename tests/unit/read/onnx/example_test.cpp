// inputs/onnx/distance.onnx is made here: this test writes it anew where the environment says SINEW_WRITE_EXAMPLES=1.
#include <cstdlib>
#include <fstream>

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

TEST(Example, distance) {
    const std::string path = std::string(SINEW_SOURCE_DIR) + "/inputs/onnx/distance.onnx";
    if (const char* write = std::getenv("SINEW_WRITE_EXAMPLES"); write != nullptr && std::string(write) == "1")
        std::ofstream(path, std::ios::binary) << distance().bytes();
    EXPECT_EQ(read_file(path), distance().bytes());
    EXPECT_EQ(outputs_of(read_onnx(path), {Rational(1, 3), -1}),
              (std::vector<Rational>{Rational(4, 3), Rational(2, 3)}));
}

}  // namespace
}  // namespace sinew::read::test
