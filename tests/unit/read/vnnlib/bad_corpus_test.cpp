// SPDX-License-Identifier: Apache-2.0
// Every VNN-LIB file of tests/regress/bad is refused with the error that its own comment names, at a place in the file.
#include <filesystem>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "read/file.hpp"
#include "read/onnx/onnx.hpp"
#include "read/vnnlib/vnnlib.hpp"

namespace sinew::read {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t memory_bound = std::size_t{3} << 30;  // the sanitizer keeps what was freed
#else
constexpr std::size_t memory_bound = std::size_t{1} << 30;
#endif

const std::string network = std::string(SINEW_SOURCE_DIR) + "/inputs/onnx/distance.onnx";
const std::string declarations =
    "(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(declare-const Y_1 Real)";

TEST(BadCorpus, texts_are_refused) {
    std::size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(SINEW_SOURCE_DIR) + "/tests/regress/bad")) {
        if (entry.path().extension() != ".vnnlib") continue;
        ++count;
        const std::string text(read_file(entry.path()).view());
        std::string expected = "the file is empty";
        if (const std::size_t at = text.find("; error: "); at != std::string::npos)
            expected = text.substr(at + 9, text.find('\n', at) - at - 9);
        try {
            read_verification_query(network, entry.path());
            ADD_FAILURE() << entry.path() << " is read";
        } catch (const InputError& caught) {
            EXPECT_EQ(caught.location().file, entry.path());
            EXPECT_NE(std::string(caught.what()).find(expected), std::string::npos) << caught.what();
        }
    }
    EXPECT_GE(count, 13U);
}

/// The message of parsing a text about the example network, and that it took no more than a gigabyte.
std::string error_of(const std::string& text) {
    const std::size_t before = resident_memory();
    std::string result = "no error";
    try {
        OnnxNetwork read = read_onnx(network);
        parse_vnnlib(text, "f", read.inputs, read.outputs, read.query);
    } catch (const InputError& caught) {
        result = caught.what();
    }
    EXPECT_LT(resident_memory(), before + memory_bound);
    return result;
}

TEST(BadCorpus, a_line_of_ten_megabytes) {
    constexpr std::size_t size = 10000000;
    EXPECT_EQ(error_of(std::string(size, '(')).substr(0, 30), "f:1:10000000: 10000000 parenth");
    EXPECT_EQ(error_of(std::string(size, ')')), "f:1:1: this ) closes nothing");
    EXPECT_LT(error_of(declarations + "(assert (<= " + std::string(size, 'x') + " 1))").size(), 300U);
    EXPECT_EQ(error_of(declarations + std::string(size, ' ') + "?").substr(0, 13), "f:1:10000097:");
}

TEST(BadCorpus, a_hundred_thousand_parentheses) {
    std::string text = declarations + "(assert ";
    for (int i = 0; i < 100000; ++i) text += "(not ";
    EXPECT_NE(error_of(text + "(<= X_0 1)").find("never closed"), std::string::npos);
    EXPECT_EQ(error_of(text + "(<= X_0 1)" + std::string(100001, ')')), "no error");
}

}  // namespace
}  // namespace sinew::read
