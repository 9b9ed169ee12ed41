// SPDX-License-Identifier: Apache-2.0
// sinew certify --proof: every answer with its proof, and a manifest that sinew-check goes through.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

namespace fs = std::filesystem;
using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;

const std::string inputs = SINEW_SOURCE_DIR "/inputs/";

ProgramResult sinew(Words words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words);
}

ProgramResult check(const fs::path& manifest) {
    return support::run_program({fs::path(SINEW_PROGRAM).replace_filename("sinew-check"), manifest});
}

std::string content(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// What is asked about which network and data: the words before --proof.
class CertifyProofs : public testing::TestWithParam<Words> {
  protected:
    void SetUp() override {
        Words words = GetParam();
        words.insert(words.begin(), "certify");
        words.insert(words.end(), {"--proof", folder_});
        const ProgramResult result = sinew(words);
        ASSERT_EQ(result.exit_status, 0) << result.output << result.errors;
    }
    nlohmann::json manifest() const { return nlohmann::json::parse(content(folder_ + "/manifest.json")); }

    TemporaryFolder temporary_;
    std::string folder_ = std::string(temporary_.path()) + "/proofs";
};

TEST_P(CertifyProofs, SayWhatCertifySays) {
    Words words = GetParam();
    words.insert(words.begin(), "certify");
    words.emplace_back("--json");
    const auto answers = nlohmann::json::parse(sinew(words).output).at("examples");
    const auto rows = manifest().at("rows");
    ASSERT_EQ(rows.size(), answers.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::string plain = answers[i].at("status");  // wrong: the example itself is a violation
        EXPECT_EQ(rows[i].at("status"), plain == "wrong" ? "falsified" : plain) << i;
    }
    const ProgramResult checked = check(folder_ + "/manifest.json");
    EXPECT_EQ(checked.exit_status, 0) << checked.errors;
    EXPECT_TRUE(checked.output.starts_with("verified: ")) << checked.output;
}

TEST_P(CertifyProofs, WhatIsNotAsItWasIsNotVerified) {
    const fs::path file = folder_ + "/manifest.json";
    const std::string text = content(file);
    const auto rows = manifest().at("rows");
    // The other answer; a row's proof beside another row; a file with a byte more.
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{"\"certified\"", "\"falsified\""}, {"\"falsified\"", "\"certified\""}}) {
        std::string other = text;
        if (other.find(from) == std::string::npos) continue;
        other.replace(other.find(from), from.size(), to);
        std::ofstream(file) << other;
        EXPECT_EQ(check(file).exit_status, 1);
    }
    std::ofstream(file) << text;
    for (const char* kind : {"question", "proof"}) {
        const fs::path damaged = folder_ + "/" + rows[0].at(kind).at("file").get<std::string>();
        const std::string before = content(damaged);
        std::ofstream(damaged, std::ios::binary) << before << " ";
        EXPECT_EQ(check(file).exit_status, 1);
        std::ofstream(damaged, std::ios::binary) << before;
    }
    EXPECT_EQ(check(file).exit_status, 0);
    std::ofstream(file) << "{}";
    EXPECT_EQ(check(file).exit_status, 2);
}

INSTANTIATE_TEST_SUITE_P(
    Questions, CertifyProofs,
    testing::Values(Words{inputs + "dnn/binarized.dnn", inputs + "dnn/binarized.csv", "--flips", "1"},
                    Words{inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv", "--flips", "2"},
                    Words{inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv", "--minimal", "--norm", "0"},
                    Words{inputs + "dnn/overlap.dnn", SINEW_SOURCE_DIR "/tests/regress/points.csv", "--epsilon",
                          "0.1"}));

TEST(CertifyProofsRefused, WhatHasNoProof) {
    const TemporaryFolder folder;
    const std::string proofs = std::string(folder.path()) + "/proofs";
    for (const Words& more : {Words{"--json"}, Words{"--threads", "2"}, Words{"--minimal"}}) {
        Words words{"certify",
                    inputs + "dnn/overlap.dnn",
                    SINEW_SOURCE_DIR "/tests/regress/points.csv",
                    "--epsilon",
                    "0.1",
                    "--proof",
                    proofs};
        words.insert(words.end(), more.begin(), more.end());
        EXPECT_NE(sinew(words).exit_status, 0) << testing::PrintToString(words);
    }
}

}  // namespace
