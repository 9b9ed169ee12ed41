// SPDX-License-Identifier: Apache-2.0
// sinew verify --semantics float32: the attacks that floating point allows, under both meanings of a network.
#include <gtest/gtest.h>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;

class Float32Semantics : public testing::Test {
  protected:
    ProgramResult ask(const std::string& network, const std::string& domains, const std::string& condition,
                      std::vector<std::string> options) const {
        const std::string text =
            "dnn = { " + network + " }\ndomains = { " + domains + " }\nconditions = { 'out': '" + condition + "' }\n";
        std::vector<std::string> words{SINEW_PROGRAM, "verify", folder_.write("question.dnn", text), "--timeout", "20"};
        words.insert(words.end(), options.begin(), options.end());
        return support::run_program(words);
    }
    /// What both semantics answer.
    void expect(const std::string& network, const std::string& domains, const std::string& condition,
                const std::string& real, const std::string& float32) const {
        SCOPED_TRACE(condition);
        EXPECT_EQ(ask(network, domains, condition, {}).first_line(), real);
        const ProgramResult result = ask(network, domains, condition, {"--semantics", "float32"});
        EXPECT_EQ(result.first_line(), float32) << result.output << result.errors;
    }
    TemporaryFolder folder_;
};

// Zombori, Bánhelyi, Csendes, Megyeri, Jelasity: Fooling a Complete Neural Network Verifier, ICLR 2021: a neuron whose
// weights are so large that a float32 program loses what is added to them.
TEST_F(Float32Semantics, LargeWeightsThatCancel) {
    const std::string network = "'a0': '1000000000x0 + 1', 'a1': '1000000000x0', 'y0': 'n0 - n1'";
    const std::string box = "'x0': 'real [1, 2]'";
    expect(network, box, "(y0 <= 0.5)", "unsat", "unknown");  // y0 is 1, and 0 in float32
    expect(network, box, "(y0 >= 0.5)", "sat", "unknown");
    expect(network, box, "(y0 <= -10000)", "unsat", "unsat");
}

// Szász, Bánhelyi, Jelasity: No Soundness in the Real World, 2025: a detector of the order of a sum.
TEST_F(Float32Semantics, TheOrderOfASum) {
    const std::string network =
        "'a0': '16777216x0', 'a1': 'x1', 'a2': 'x2', 'a3': '16777216x3', 'y0': 'n0 + n1 + n2 - n3'";
    const std::string box = "'x0': 'real [1, 1]', 'x1': 'real [1, 1]', 'x2': 'real [1, 1]', 'x3': 'real [1, 1]'";
    expect(network, box, "(y0 <= 1)", "unsat", "unknown");  // it is 2, and 0 from left to right
    expect(network, box, "(y0 >= 2)", "sat", "unknown");
    expect(network, box, "(y0 >= 100)", "unsat", "unsat");
}

// Jia and Rinard: Exploiting Verified Neural Networks via Floating Point Numerical Error, 2020: inputs at which a
// margin is smaller than what is rounded.
TEST_F(Float32Semantics, MarginsBelowTheRoundings) {
    const std::string network = "'a0': '0.1x0 + 0.2x1 + 0.3', 'a1': '0.7x0 - 0.9x1', 'y0': '1.1n0 - 0.3n1'";
    const std::string box = "'x0': 'real [0, 1]', 'x1': 'real [0, 1]'";
    // The most is 0.66, at (1, 1).
    expect(network, box, "(y0 >= 0.660001)", "unsat", "unsat");
    expect(network, box, "(y0 >= 0.6600000000001)", "unsat", "unknown");
    expect(network, box, "(y0 >= 0.6599999999999)", "sat", "unknown");
    expect(network, box, "(y0 >= 0.5)", "sat", "sat");
}

TEST_F(Float32Semantics, WhatItIsNotOf) {
    const std::string box = "'x0': 'real [0, 1]'";
    for (const auto& [network, domains, words] : {std::tuple<std::string, std::string, std::string>{
                                                      "'a0': ['x0', 'tanh'], 'y0': 'n0'", box, "piecewise-linear"},
                                                  {"'a0': 'x0', 'y0': 'n0'", "'x0': 'real'", "bounded inputs"}}) {
        const ProgramResult result = ask(network, domains, "(y0 > 2)", {"--semantics", "float32"});
        EXPECT_NE(result.exit_status, 0);
        EXPECT_NE(result.errors.find(words), std::string::npos) << result.errors;
    }
    EXPECT_EQ(ask("'a0': 'x0', 'y0': 'n0'", box, "(y0 > 2)", {"--semantics", "float32", "--proof", "p"}).exit_status,
              1);
    EXPECT_EQ(ask("'a0': 'x0', 'y0': 'n0'", box, "(y0 > 2)", {"--semantics", "double"}).exit_status, 1);
    EXPECT_NE(ask("'a0': 'x0', 'y0': 'n0'", box, "(y0 > 2)", {"--semantics", "float32", "--json"})
                  .output.find("float32_error"),
              std::string::npos);
}

}  // namespace
