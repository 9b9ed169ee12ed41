// SPDX-License-Identifier: Apache-2.0
// A network that ends in Softmax is read without it exactly where the question cannot see the difference.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/error.hpp"
#include "read/vnnlib/vnnlib.hpp"
#include "unit/read/onnx/model_builder.hpp"

namespace sinew::read::test {
namespace {

class TrailingSoftmaxQuery : public ::testing::Test {
  protected:
    void SetUp() override {
        stem_ = std::filesystem::temp_directory_path() / ("sinew_softmax_test_" + std::to_string(getpid()));
        ModelBuilder model;
        model.input("x", {1, 2}).node("Softmax", {"x"}, {"y"}).output("y");
        std::ofstream(stem_ + ".onnx", std::ios::binary) << model.bytes();
    }
    void TearDown() override {
        std::filesystem::remove(stem_ + ".onnx");
        std::filesystem::remove(stem_ + ".vnnlib");
    }
    bool is_read(const std::string& assertion) {
        std::ofstream(stem_ + ".vnnlib") << "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)"
                                            "(declare-const Y_1 Real)(assert (<= X_0 1))(assert "
                                         << assertion << ")";
        try {
            read_verification_query(stem_ + ".onnx", stem_ + ".vnnlib");
        } catch (const InputError& caught) {
            EXPECT_NE(std::string(caught.what()).find("ends in a softmax"), std::string::npos) << caught.what();
            return false;
        }
        return true;
    }
    std::string stem_;
};

TEST_F(TrailingSoftmaxQuery, comparisons_of_two_outputs_only) {
    EXPECT_TRUE(is_read("(>= Y_0 Y_1)"));
    EXPECT_TRUE(is_read("(or (< Y_0 Y_1) (and (>= X_1 3) (not (= Y_1 Y_0))))"));
    EXPECT_TRUE(is_read("(<= (* 2 Y_0) (* 2 Y_1))"));
    EXPECT_FALSE(is_read("(>= Y_0 0.5)"));
    EXPECT_FALSE(is_read("(>= Y_0 (+ Y_1 0.1))"));
    EXPECT_FALSE(is_read("(>= Y_0 (* 2 Y_1))"));
    EXPECT_FALSE(is_read("(>= (+ Y_0 Y_1) 0)"));
    EXPECT_FALSE(is_read("(>= Y_0 X_0)"));
    EXPECT_FALSE(is_read("(or (>= Y_0 Y_1) (>= Y_1 0.5))"));
}

}  // namespace
}  // namespace sinew::read::test
