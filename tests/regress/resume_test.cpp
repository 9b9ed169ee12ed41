// SPDX-License-Identifier: Apache-2.0
// sinew certify --resume, and verify over a list: a run knows by content what it is about, and one process at a time
// goes on with it.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;

const std::string strokes = SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn";
const std::string images = SINEW_SOURCE_DIR "/inputs/bnn/strokes.csv";

/// A network and examples in a folder of their own, and runs that keep their answers there.
class ResumeTest : public testing::Test {
  protected:
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

    ProgramResult resume(Words more = {"--flips", "1"}) const {
        Words words{SINEW_PROGRAM, "certify", network_, data_, "--quiet", "--resume", kept_in_};
        words.insert(words.end(), more.begin(), more.end());
        return support::run_program(words);
    }
    void expect_refused(const ProgramResult& result, const std::string& words) const {
        EXPECT_EQ(result.exit_status, 2) << words;
        EXPECT_NE(result.errors.find(words), std::string::npos) << result.errors;
        EXPECT_EQ(result.output, "");
        EXPECT_EQ(support::content_of(kept_in_), kept_) << "what is refused is not written to";
    }
    void keep() { kept_ = support::content_of(kept_in_); }
    /// The runs of the file as `sinew results` tells them, the only one with its rows.
    nlohmann::json runs(const std::string& which = "") const {
        const ProgramResult result = support::run_program({SINEW_PROGRAM, "results", kept_in_ + which, "--json"});
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        return nlohmann::json::parse(result.output).at("runs");
    }

    TemporaryFolder folder_;
    std::string network_ = folder_.write("net.bnn", support::content_of(strokes));
    std::string data_ = folder_.write("data.csv", support::content_of(images));
    std::string kept_in_ = path("results.sqlite");
    std::string kept_;
};

TEST_F(ResumeTest, another_network_of_the_same_name_is_refused) {
    EXPECT_NE(resume().output.find("4 certified"), std::string::npos);
    keep();
    std::string text = support::content_of(network_);
    text.replace(text.find("bias [1/4, 0]"), 13, "bias [0, 5]");
    folder_.write("net.bnn", text);
    expect_refused(resume(), "another network");
    // The same network by another name, and with other comments, is the same.
    network_ = folder_.write("moved.bnn", "# moved\n" + support::content_of(strokes));
    EXPECT_EQ(resume().exit_status, 0);
    EXPECT_EQ(runs().size(), 1U);
    EXPECT_EQ(runs(":1")[0].at("rows").size(), 4U) << "nothing was asked again";
}

TEST_F(ResumeTest, other_data_of_the_same_name_are_refused) {
    resume();
    keep();
    std::string rows = support::content_of(data_);
    folder_.write("data.csv", rows + rows);
    expect_refused(resume(), "other data than " + data_);
    folder_.write("data.csv", rows);
    EXPECT_EQ(resume().exit_status, 0);
}

TEST_F(ResumeTest, other_labels_are_refused) {
    std::string rows = support::content_of(data_);
    std::string bare;  // without the column of labels
    for (std::size_t begin = 0; begin < rows.size();) {
        const std::size_t end = std::min(rows.find('\n', begin), rows.size());
        const std::string line = rows.substr(begin, end - begin);
        if (line.find(',') != std::string::npos) bare += line.substr(0, line.rfind(',')) + "\n";
        begin = end + 1;
    }
    folder_.write("data.csv", bare);
    const Words labelled{"--flips", "1", "--labels", path("labels")};
    folder_.write("labels", "0 0 1 1\n");
    EXPECT_NE(resume(labelled).output.find("4 certified"), std::string::npos);
    keep();
    folder_.write("labels", "0 0 1 0\n");
    expect_refused(resume(labelled), "other labels");
    expect_refused(resume(), "with --labels");
}

TEST_F(ResumeTest, options_that_change_answers_are_compared) {
    resume();
    keep();
    expect_refused(resume({"--flips", "2"}), "another flips");
    expect_refused(resume({"--epsilon", "1"}), "another epsilon");
    expect_refused(resume({"--flips", "1", "--ties-are-safe"}), "another ties-are-safe");
    EXPECT_EQ(resume({"--flips", "1", "--limit", "2"}).exit_status, 0);  // rows are rows of the data
    // What is proved within one limit holds within every other.
    EXPECT_EQ(resume({"--flips", "1", "--memory", "1G", "--timeout", "7"}).exit_status, 0);
    EXPECT_EQ(runs().size(), 1U);
}

TEST_F(ResumeTest, runs_of_several_questions_share_a_file) {
    // What --db puts there is no run to go on with, and does not stand in the way.
    for (const char* flips : {"1", "2"})
        support::run_program(
            {SINEW_PROGRAM, "certify", network_, data_, "--quiet", "--flips", flips, "--db", kept_in_});
    support::run_program({SINEW_PROGRAM, "verify", SINEW_SOURCE_DIR "/inputs/dnn/overlap.dnn", "--db", kept_in_});
    EXPECT_EQ(resume().exit_status, 0);
    EXPECT_EQ(runs().size(), 4U);
    EXPECT_EQ(resume().exit_status, 0);
    EXPECT_EQ(runs().size(), 4U);
    EXPECT_EQ(runs()[3].at("answers"), 4);
    const ProgramResult both = resume({"--flips", "1", "--db", kept_in_});
    EXPECT_EQ(both.exit_status, 1);
}

TEST_F(ResumeTest, the_same_question_in_other_words_is_the_same) {
    const auto run = [&](const Words& more) {
        Words words{SINEW_PROGRAM, "certify", network_, data_, "--quiet", "--db", kept_in_};
        words.insert(words.end(), more.begin(), more.end());
        EXPECT_EQ(support::run_program(words).exit_status, 0);
    };
    run({"--flips", "2"});
    run({"--norm", "0", "--epsilon", "2.0"});
    run({"--norm", "0", "--epsilons", "1,2,3", "--minimal", "--seed", "3"});
    for (const char* other : {":2", ":3"}) {
        const ProgramResult compared =
            support::run_program({SINEW_PROGRAM, "results", "compare", kept_in_ + ":1", kept_in_ + other, "--json"});
        const nlohmann::json found = nlohmann::json::parse(compared.output).at("comparison");
        EXPECT_EQ(found.at("common"), 4) << other;
        EXPECT_EQ(found.at("contradictions"), 0);
    }
}

TEST_F(ResumeTest, journals_of_earlier_versions_are_refused) {
    for (const char* text : {"{\"binarize\":null,\"files\":[\"net.bnn\",\"data.csv\"],\"flips\":\"1\","
                             "\"program\":\"sinew certify\"}\n",
                             "{\"journal\":\"sinew certify\",\"version\":2,\"files\":[]}\n"}) {
        folder_.write("results.sqlite", text);
        keep();
        expect_refused(resume(), "a journal of sinew 0.1");
    }
    folder_.write("results.sqlite", "my only copy");
    keep();
    expect_refused(resume(), "no results file");
}

TEST_F(ResumeTest, a_second_run_is_refused_while_the_first_writes) {
    std::string rows;
    for (int r = 0; r < 20000; ++r) rows += support::content_of(images);
    data_ = folder_.write("long.csv", rows);
    const std::vector<std::string> words{SINEW_PROGRAM, "certify", network_, data_,      "--quiet",
                                         "--minimal",   "--norm",  "0",      "--resume", kept_in_};
    const pid_t first = fork();
    if (first == 0) {
        std::vector<char*> arguments;
        for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        execv(arguments[0], arguments.data());
        _exit(127);
    }
    bool has_rows = false;
    for (int i = 0; i < 600 && !has_rows; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        const ProgramResult listed = support::run_program({SINEW_PROGRAM, "results", kept_in_, "--json"});
        const nlohmann::json known = nlohmann::json::parse(listed.output, nullptr, false);
        has_rows = known.is_object() && !known.at("runs").empty() && known.at("runs")[0].at("answers") != 0;
    }
    EXPECT_TRUE(has_rows);
    EXPECT_EQ(runs()[0].at("state"), "running");
    const ProgramResult second = resume({"--minimal", "--norm", "0", "--limit", "4"});
    EXPECT_EQ(second.exit_status, 2) << second.errors;
    EXPECT_NE(second.errors.find("another run is writing"), std::string::npos) << second.errors;
    kill(first, SIGKILL);
    int status = 0;
    waitpid(first, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it was still at work";
    EXPECT_EQ(runs()[0].at("state"), "killed");
    EXPECT_EQ(resume({"--minimal", "--norm", "0", "--limit", "4"}).exit_status, 0);
    EXPECT_EQ(runs()[0].at("state"), "finished");
}

TEST_F(ResumeTest, what_is_no_file_is_refused) {
    kept_in_ = "/dev/null";
    EXPECT_EQ(resume().exit_status, 2);
    kept_in_ = path("pipe");
    ASSERT_EQ(mkfifo(kept_in_.c_str(), 0600), 0);
    EXPECT_EQ(resume().exit_status, 2);
}

TEST_F(ResumeTest, files_of_rows_have_those_of_all_parts) {
    resume({"--flips", "1", "--limit", "2"});
    const ProgramResult rest = resume({"--flips", "1", "--csv", path("rows.csv"), "--json", path("answer.json")});
    EXPECT_EQ(rest.exit_status, 0) << rest.errors;
    const std::string csv = support::content_of(path("rows.csv"));
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
    EXPECT_EQ(nlohmann::json::parse(support::content_of(path("answer.json"))).at("examples").size(), 4U);
    EXPECT_EQ(runs(":1")[0].at("rows").size(), 4U);
}

/// Five inputs and outputs, each input from `lower` to `upper`.
std::string property(const std::string& lower, const std::string& upper, const std::string& condition) {
    std::string text;
    for (const char* letter : {"X", "Y"})
        for (char i = '0'; i < '5'; ++i) text += std::string("(declare-const ") + letter + "_" + i + " Real)\n";
    for (char i = '0'; i < '5'; ++i)
        text += std::string("(assert (>= X_") + i + " " + lower + "))\n(assert (<= X_" + i + " " + upper + "))\n";
    return text + "(assert " + condition + ")\n";
}

/// The second question reads the network again, which was replaced while the first one was asked.
TEST(ResumeOfAList, a_network_replaced_between_two_questions_has_no_answer_under_its_old_digest) {
    const std::filesystem::path shared = SINEW_SOURCE_DIR "/../shared/benchmarks/acasxu";
    if (!std::filesystem::exists(shared)) GTEST_SKIP() << "skipped: no ../shared";
    const TemporaryFolder folder;
    const std::string before = support::content_of(shared / "ACASXU_run2a_3_9_batch_2000.onnx");
    const std::string after = support::content_of(shared / "ACASXU_run2a_1_9_batch_2000.onnx");
    folder.write("net.onnx", before);
    folder.write("hard.vnnlib", property("-0.5", "0.5", "(>= Y_0 3.0)"));
    folder.write("easy.vnnlib", property("0.0", "0.01", "(>= Y_1 0.0)"));  // sat before, unsat after
    const std::string list = folder.write("list.csv", "net.onnx,hard.vnnlib,3\nnet.onnx,easy.vnnlib,20\n");
    const std::string kept_in = (folder.path() / "kept.sqlite").string();
    const Words words{SINEW_PROGRAM, "verify", "--resume", kept_in, list};
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(1500));
        const std::string ready = folder.write("net.new", after);
        std::filesystem::rename(ready, folder.path() / "net.onnx");
    });
    support::run_program(words);
    other.join();
    folder.write("net.onnx", before);
    const ProgramResult again = support::run_program(words);
    const bool is_refused = again.exit_status == 2;  // on a slow machine both were asked of the later one
    EXPECT_TRUE(is_refused || again.output.find("1 sat, 0 unsat") != std::string::npos) << again.output << again.errors;
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
