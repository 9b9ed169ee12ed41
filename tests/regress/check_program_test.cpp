// SPDX-License-Identifier: Apache-2.0
// The program sinew-check, as an auditor runs it.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;

const std::string inputs = SINEW_SOURCE_DIR "/inputs/";

ProgramResult sinew(std::vector<std::string> words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words);
}

ProgramResult sinew_check(std::vector<std::string> words) {
    words.insert(words.begin(), std::filesystem::path(SINEW_PROGRAM).replace_filename("sinew-check"));
    return support::run_program(words);
}

class CheckProgram : public testing::Test {
  protected:
    std::string proof_of(const std::string& command, const std::string& file, const std::string& option) const {
        const std::string name = folder_.path() / "some.proof";
        const ProgramResult result = sinew({command, file, option, name, "--quiet"});
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        return name;
    }
    TemporaryFolder folder_;
};

TEST_F(CheckProgram, every_kind_of_proof) {
    struct Kind {
        const char* command;
        const char* file;
        const char* option;
        const char* shows;
    };
    for (const Kind& kind : {Kind{"verify", "dnn/saturation.dnn", "--proof", "verified: unsat"},
                             Kind{"verify", "dnn/overlap.dnn", "--proof", "verified: sat"},
                             Kind{"solve", "cnf/pigeons_3_in_2.cnf", "--drat", "verified: unsat"}}) {
        const std::string file = inputs + kind.file;
        const std::string proof = proof_of(kind.command, file, kind.option);
        const ProgramResult result = sinew_check({file, proof});
        EXPECT_EQ(result.exit_status, 0) << kind.file << result.errors;
        EXPECT_EQ(result.first_line(), kind.shows);
        EXPECT_EQ(sinew_check({file, proof, "--quiet"}).output, std::string(kind.shows) + "\n");
    }
}

TEST_F(CheckProgram, a_proof_of_something_else) {
    const std::string proof = proof_of("verify", inputs + "dnn/saturation.dnn", "--proof");
    const ProgramResult result = sinew_check({inputs + "dnn/two_by_two.dnn", proof});
    EXPECT_EQ(result.exit_status, 1);
    EXPECT_EQ(result.output, "not verified\n");
    EXPECT_EQ(result.errors, "sinew-check: the proof is of another query\n");
}

TEST_F(CheckProgram, a_proof_without_its_end) {
    const std::string file = inputs + "dnn/saturation.dnn";
    const std::string proof = proof_of("verify", file, "--proof");
    std::filesystem::resize_file(proof, std::filesystem::file_size(proof) / 2);
    const ProgramResult result = sinew_check({file, proof});
    EXPECT_EQ(result.exit_status, 1) << result.errors;
    EXPECT_EQ(result.output, "not verified\n");
    EXPECT_NE(result.errors.find("sinew-check: "), std::string::npos);
}

TEST_F(CheckProgram, conditions_beside_the_network) {
    const std::string proof = folder_.path() / "some.proof";
    const std::vector<std::string> asked{inputs + "onnx/distance.onnx", "--in",
                                         "(and (and (x0 > 0) (x0 < 1)) (and (x1 > 0) (x1 < 1)))", "--out",
                                         "(y0 > 1000)"};
    std::vector<std::string> words{"verify"};
    words.insert(words.end(), asked.begin(), asked.end());
    words.insert(words.end(), {"--proof", proof});
    EXPECT_EQ(sinew(words).first_line(), "unsat");
    words = asked;
    words.push_back(proof);
    EXPECT_EQ(sinew_check(words).first_line(), "verified: unsat");
    words[4] = "(y0 > 1001)";
    EXPECT_EQ(sinew_check(words).exit_status, 1);
}

TEST_F(CheckProgram, what_is_wrong_with_the_command_line) {
    const std::string file = inputs + "cnf/pigeons_3_in_2.cnf";
    EXPECT_EQ(sinew_check({}).exit_status, 2);
    EXPECT_EQ(sinew_check({file}).exit_status, 2);
    EXPECT_EQ(sinew_check({file, "no such proof"}).exit_status, 2);
    EXPECT_EQ(sinew_check({"no such formula", file}).exit_status, 2);
    EXPECT_EQ(sinew_check({file, file, "--timeout", "soon"}).exit_status, 2);
    EXPECT_EQ(sinew_check({file, file, "--wrong"}).exit_status, 2);
    EXPECT_EQ(sinew_check({file, file, "--format", "x"}).exit_status, 2);
    EXPECT_EQ(sinew_check({"--help"}).exit_status, 0);
    EXPECT_EQ(sinew_check({"--version"}).output.substr(0, 12), "sinew-check ");
}

TEST_F(CheckProgram, what_cannot_be_written_leaves_the_answer) {
    const std::vector<std::vector<std::string>> commands = {
        {"verify", inputs + "dnn/saturation.dnn", "--proof", "/dev/full"},
        {"solve", inputs + "cnf/pigeons_3_in_2.cnf", "--lrat", "/dev/full"},
        {"solve", inputs + "opb/pigeons_6_in_5.opb", "--proof", "/dev/full"},
        {"optimize", inputs + "dnn/best_price.dnn", "--proof", "/dev/full"}};
    const char* answers[] = {"unsat", "s UNSATISFIABLE", "s UNSATISFIABLE", "optimum 210"};
    for (std::size_t c = 0; c < commands.size(); ++c) {
        const ProgramResult result = sinew(commands[c]);
        EXPECT_EQ(result.first_line(), answers[c]);
        EXPECT_EQ(result.exit_status, 4);
        EXPECT_NE(result.errors.find("/dev/full cannot be written"), std::string::npos) << result.errors;
    }
}

TEST_F(CheckProgram, limits_are_kept) {
    const std::string file = inputs + "dnn/saturation.dnn";
    const std::string proof = proof_of("verify", file, "--proof");
    const ProgramResult result = sinew_check({file, proof, "--timeout", "0"});
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_EQ(result.output, "unknown\n");
}

}  // namespace
