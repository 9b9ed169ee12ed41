// SPDX-License-Identifier: Apache-2.0
// Every command's JSON says what it is and where it comes from: content by digest, command, machine, limits, cost.
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "support/program.hpp"

namespace {

using Words = std::vector<std::string>;
using nlohmann::json;
using support::run_program;

const std::string inputs = SINEW_SOURCE_DIR "/inputs/";

json answer_of(Words words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    words.emplace_back("--json=-");
    const support::ProgramResult result = run_program(words);
    json answer = json::parse(result.output, nullptr, false);
    EXPECT_TRUE(answer.is_object()) << result.output << result.errors;
    return answer;
}

/// What `sha256sum` of coreutils says.
std::string digest_by_coreutils(const std::string& file) {
    return run_program({"/usr/bin/sha256sum", file}).output.substr(0, 64);
}

TEST(Provenance, every_command_says_what_it_is) {
    const std::map<std::string, Words> commands = {
        {"verify", {"verify", inputs + "dnn/two_by_two.dnn"}},
        {"optimize", {"optimize", inputs + "dnn/best_price.dnn"}},
        {"solve", {"solve", inputs + "cnf/pigeons_3_in_2.cnf"}},
        {"certify", {"certify", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv", "--flips", "1"}},
        {"evaluate", {"evaluate", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv"}},
        {"train", {"train", inputs + "bnn/strokes.csv", "--label", "17", "--method", "gradient", "--quiet"}},
    };
    for (const auto& [kind, words] : commands) {
        SCOPED_TRACE(kind);
        const json answer = answer_of(words);
        EXPECT_EQ(answer.at("kind"), kind);
        const json& provenance = answer.at("provenance");
        EXPECT_EQ(provenance.at("command").at(0), "sinew");
        EXPECT_EQ(provenance.at("command").at(1), kind);
        EXPECT_EQ(provenance.at("files").at(0).at("file"), words.at(1));
        EXPECT_EQ(provenance.at("files").at(0).at("sha256"), digest_by_coreutils(words.at(1)));
        EXPECT_GT(provenance.at("peak_memory"), 1 << 20);
        EXPECT_GE(provenance.at("machine").at("cores"), 1);
    }
    for (const char* formula : {"opb/pigeons_6_in_5.opb", "dnn/two_by_two.dnn"})
        EXPECT_EQ(answer_of({"solve", inputs + formula}).at("kind"), "solve");
}

TEST(Provenance, limits_are_those_that_were_given) {
    const json answer = answer_of({"verify", inputs + "dnn/two_by_two.dnn", "--timeout", "2m", "--memory", "1G",
                                   "--seed", "7", "--threads", "2"});
    EXPECT_EQ(answer.at("provenance").at("limits"),
              (json{{"timeout", 120}, {"memory", 1 << 30}, {"threads", 2}, {"seed", 7}}));
    EXPECT_EQ(answer_of({"verify", inputs + "dnn/two_by_two.dnn"}).at("provenance").at("limits").at("timeout"),
              nullptr);
}

TEST(Provenance, files_of_options_and_of_folders_have_digests) {
    const support::TemporaryFolder folder;
    const std::string data = folder.write("data.csv", "1,1,0,0,1,1,0,0,0,0,0,0,0,0,0,0\n");
    const std::string labels = folder.write("labels", "0\n");
    const json answer = answer_of({"certify", inputs + "bnn/strokes.bnn", data, "--labels", labels, "--flips", "1"});
    const json& files = answer.at("provenance").at("files");
    ASSERT_EQ(files.size(), 3U);
    EXPECT_EQ(files.at(2).at("file"), labels);
    EXPECT_EQ(files.at(2).at("sha256"), digest_by_coreutils(labels));
    EXPECT_EQ(files.at(2).at("bytes"), 2);
}

TEST(Provenance, what_comes_through_a_pipe_has_a_digest) {
    const support::TemporaryFolder folder;
    const std::string pipe = (folder.path() / "pipe").string();
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    const std::string file = inputs + "dnn/overlap.dnn";
    const support::ProgramResult result = run_program(
        {"/bin/sh", "-c", "cat \"$1\" > \"$2\" & exec \"$0\" verify \"$2\" --json", SINEW_PROGRAM, file, pipe});
    const json answer = json::parse(result.output, nullptr, false);
    ASSERT_TRUE(answer.is_object()) << result.errors;
    EXPECT_EQ(answer.at("status"), "sat");
    EXPECT_EQ(answer.at("provenance").at("files").at(0).at("sha256"), digest_by_coreutils(file));
}

TEST(Provenance, a_script_has_an_object_too) {
    const support::TemporaryFolder folder;
    const std::string out = (folder.path() / "answers.json").string();
    run_program({SINEW_PROGRAM, "solve", inputs + "smt2/boundary.smt2", "--json=" + out});
    const json answer = json::parse(support::content_of(out));
    EXPECT_EQ(answer.at("kind"), "solve");
    EXPECT_EQ(answer.at("status"), answer.at("answers").back().at("status"));
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
