// SPDX-License-Identifier: Apache-2.0
// Memory for a network of ten million weights: under three times its file, and 100 MB.
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;

std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 128; value >>= 7) bytes += static_cast<char>((value & 127) | 128);
    return bytes + static_cast<char>(value);
}
std::string field(unsigned number, const std::string& payload) {
    return varint(number << 3 | 2) + varint(payload.size()) + payload;
}
std::string whole(unsigned number, std::uint64_t value) {
    return varint(number << 3) + varint(value);
}

constexpr std::size_t inputs = 1000;
const std::vector<std::size_t> sizes = {2500, 2000, 1000, 10};

std::string value_info(const std::string& name, std::size_t size) {
    const std::string shape = field(1, whole(1, 1)) + field(1, whole(1, size));
    return field(1, name) + field(2, field(1, whole(1, 1) + field(2, shape)));
}

/// MatMul and Relu in turn, with weights of type `Number`.
template <class Number>
std::string network() {
    std::string graph;
    std::string value = "X";
    std::uint64_t state = 1;
    std::size_t columns = inputs;
    for (std::size_t l = 0; l < sizes.size(); ++l) {
        const std::string weight = "w" + std::to_string(l);
        const std::string sum = l + 1 == sizes.size() ? "Y" : "s" + std::to_string(l);
        graph += field(1, field(1, value) + field(1, weight) + field(2, sum) + field(4, "MatMul"));
        value = "r" + std::to_string(l);
        if (sum != "Y") graph += field(1, field(1, sum) + field(2, value) + field(4, "Relu"));
        std::string raw(columns * sizes[l] * sizeof(Number), '\0');
        for (std::size_t i = 0; i < columns * sizes[l]; ++i) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            const auto number = static_cast<Number>(static_cast<float>(state >> 40) * 0x1p-28F - 0x1p-5F);
            std::memcpy(raw.data() + i * sizeof(Number), &number, sizeof(Number));
        }
        graph += field(5, whole(1, columns) + whole(1, sizes[l]) + whole(2, sizeof(Number) == 4 ? 1 : 11) +
                              field(8, weight) + field(9, raw));
        columns = sizes[l];
    }
    graph += field(11, value_info("X", inputs)) + field(12, value_info("Y", columns));
    return whole(1, 7) + field(8, whole(2, 13)) + field(7, graph);
}

std::string question() {
    std::string text;
    for (std::size_t i = 0; i < inputs; ++i) text += "(declare-const X_" + std::to_string(i) + " Real)\n";
    for (std::size_t i = 0; i < sizes.back(); ++i) text += "(declare-const Y_" + std::to_string(i) + " Real)\n";
    for (std::size_t i = 0; i < inputs; ++i) {
        const std::string x = "X_" + std::to_string(i);
        text += "(assert (>= " + x + " 0.4))\n(assert (<= " + x + " 0.41))\n";
    }
    return text + "(assert (>= Y_0 100))\n(assert (<= Y_1 -100))\n";
}

class LargeNetworks : public testing::Test {
  protected:
    void expect_little_memory(const std::string& path, std::size_t bytes) {
        const std::string conditions = folder_.write("question.vnnlib", question());
        const ProgramResult info = support::run_program({SINEW_PROGRAM, "info", path});
        EXPECT_EQ(info.exit_status, 0) << info.errors;
        const ProgramResult verdict =
            support::run_program({SINEW_PROGRAM, "verify", path, conditions, "--timeout", "3"});
        EXPECT_EQ(verdict.signal, 0) << verdict.errors;
        EXPECT_NE(verdict.exit_status, 2) << verdict.errors;
        if (support::is_sanitized()) return;
        const auto most = static_cast<long>((3 * bytes + 100'000'000) / 1000);
        EXPECT_LT(info.peak_kilobytes, most);
        EXPECT_LT(verdict.peak_kilobytes, most);
    }
    TemporaryFolder folder_;
};

TEST_F(LargeNetworks, of_floats) {
    const std::string bytes = network<float>();
    expect_little_memory(folder_.write("floats.onnx", bytes), bytes.size());
}

/// The file says how large it is when it is read, not how large it is packed.
TEST_F(LargeNetworks, of_doubles_that_are_floats_packed) {
    const std::string bytes = network<double>();
    const std::string path = folder_.write("doubles.onnx.gz", "");
    gzFile file = gzopen(path.c_str(), "wb1");
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())), static_cast<int>(bytes.size()));
    gzclose(file);
    const ProgramResult info = support::run_program({SINEW_PROGRAM, "info", path});
    EXPECT_EQ(info.exit_status, 0) << info.errors;
    EXPECT_NE(info.output.find("9515510 parameters"), std::string::npos) << info.output;
    if (support::is_sanitized()) return;
    // Half of it as floats, beside what is not read yet.
    EXPECT_LT(info.peak_kilobytes, static_cast<long>((2 * bytes.size() + 20'000'000) / 1000));
}

}  // namespace
