// SPDX-License-Identifier: Apache-2.0
// The benchmark driver trusts nothing: programs that lie, crash or show a false witness must be found out.
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/program.hpp"

namespace {

using support::ProgramResult;

class Driver : public testing::Test {
  protected:
    void SetUp() override {
        const std::string query = support::content_of(SINEW_SOURCE_DIR "/inputs/dnn/overlap.dnn");
        folder_.write("q.dnn", query);
        list_ = folder_.write("instances.csv", "onnx,vnnlib,timeout_s,expected\nq.dnn,,20,sat\n");
    }

    ProgramResult drive(const std::string& program) {
        return support::run_program({RUN_INSTANCES, "--sinew", program, "--instances", list_});
    }
    /// A program that writes `answer` where --json wants it, and then does `then`.
    ProgramResult drive_liar(const std::string& answer, const std::string& then = "exit 0") {
        return drive(liar(answer, then));
    }
    std::string liar(const std::string& answer, const std::string& then = "exit 0") {
        const std::string answer_file = folder_.write("answer", answer);
        const std::string program =
            folder_.write("liar", "#!/bin/sh\nfor word; do case $word in --json=*) cp " + answer_file +
                                      " \"${word#--json=}\" ;; esac; done\n" + then + "\n");
        chmod(program.c_str(), 0700);
        return program;
    }
    static void expect(const ProgramResult& result, int exit_status, const std::string& words) {
        EXPECT_EQ(result.exit_status, exit_status) << result.output << result.errors;
        EXPECT_NE(result.output.find(words), std::string::npos) << result.output << result.errors;
    }
    static std::string witness(const std::string& x0, const std::string& x1) {
        return R"({"status": "sat", "witness": {"inputs": [{"exact": ")" + x0 + R"("}, {"exact": ")" + x1 + R"("}]}})";
    }

    support::TemporaryFolder folder_;
    std::string list_;
};

TEST_F(Driver, sinew_itself_is_right) {
    expect(drive(SINEW_PROGRAM), 0, "solved 1 of 1");
}

TEST_F(Driver, true_witness_of_somebody_else) {
    expect(drive_liar(witness("-2", "2")), 0, "solved 1 of 1");
}

TEST_F(Driver, several_lists_are_told_of_by_folder) {
    std::vector<std::string> words{RUN_INSTANCES, "--sinew", SINEW_PROGRAM, "--csv",
                                   (folder_.path() / "r.csv").string()};
    for (const char* set : {"one", "two"}) {
        std::filesystem::create_directory(folder_.path() / set);
        folder_.write(std::string(set) + "/q.dnn", support::content_of(SINEW_SOURCE_DIR "/inputs/dnn/overlap.dnn"));
        words.insert(words.end(),
                     {"--instances", folder_.write(std::string(set) + "/instances.csv", "q.dnn,,20,sat\n")});
    }
    const ProgramResult result = support::run_program(words);
    expect(result, 0, "solved 2 of 2");
    expect(result, 0, "\ntwo                               1     1     1      0 ");
    const std::string csv = support::content_of((folder_.path() / "r.csv").string());
    EXPECT_NE(csv.find("\none/q.dnn,sat,sat,1,"), std::string::npos) << csv;
}

TEST_F(Driver, a_limit_of_the_list_counts_where_it_is_shorter) {
    list_ = folder_.write("instances.csv", "q.dnn,,0.001,sat\n");
    const std::string slow = liar(witness("-2", "2"), "sleep 0.2");
    const ProgramResult limited =
        support::run_program({RUN_INSTANCES, "--sinew", slow, "--instances", list_, "--own-limits"});
    expect(limited, 0, "solved 0 of 1");
    expect(drive(slow), 0, "solved 1 of 1");
    list_ = folder_.write("instances.csv", "q.dnn,,soon,sat\n");
    const ProgramResult bad = drive(slow);
    EXPECT_EQ(bad.exit_status, 2) << bad.output;
    EXPECT_NE(bad.errors.find("'soon' is no number of seconds"), std::string::npos) << bad.errors;
}

TEST_F(Driver, wrong_verdict) {
    expect(drive_liar(R"({"status": "unsat", "witness": null})"), 1, "WRONG: expected sat");
}

TEST_F(Driver, false_witness) {
    expect(drive_liar(witness("0", "2")), 1, "WRONG: the witness does not hold exactly");
    expect(drive_liar(witness("-2", "1/0")), 1, "WRONG: no witness");
    expect(drive_liar(R"({"status": "sat", "witness": {"inputs": [{"exact": "-2"}]}})"), 1, "WRONG: no witness");
    expect(drive_liar(R"({"status": "sat", "witness": null})"), 1, "WRONG: no witness");
}

/// A solution that is not proved to be the best is no wrong optimum, but none either.
TEST_F(Driver, optimum_that_is_not_proved) {
    for (const auto& [answer, expected] : std::vector<std::pair<std::string, std::string>>{
             {R"({"kind": "solve", "status": "sat", "value": 7})", "solved 0 of 1"},
             {R"({"kind": "solve", "status": "optimum", "value": 5})", "solved 1 of 1"},
             {R"({"kind": "solve", "status": "optimum", "value": 6})", "WRONG: expected optimum 5"}}) {
        const std::string program = liar(answer);
        const std::string list = folder_.write("commands", "cover\toptimum 5\tsolve\tcover.opb\n");
        const ProgramResult result = support::run_program({RUN_INSTANCES, "--sinew", program, "--commands", list});
        EXPECT_NE(result.output.find(expected), std::string::npos) << result.output << result.errors;
    }
}

TEST_F(Driver, no_answer) {
    expect(drive_liar("", "echo a reason >&2; exit 4"), 1, "exit 4: a reason");
    expect(drive_liar("", "kill -s SEGV $$"), 1, "ended by signal 11");
    expect(drive_liar(R"({"status": "unknown"})"), 0, "solved 0 of 1");
    expect(drive_liar(R"({"status": "timeout"})"), 0, "unsolved: q.dnn");
}

/// With --cpu, a question ends when it has used its processor time, and what it then says counts.
TEST_F(Driver, processor_time_is_kept) {
    const auto drive_busy = [&](const std::string& then) {
        return support::run_program({RUN_INSTANCES, "--sinew", liar(R"({"status": "unknown"})", then), "--instances",
                                     list_, "--cpu", "--limit-seconds", "0.1"});
    };
    expect(drive_busy("trap 'exit 0' INT; while :; do :; done"), 0, "unsolved: q.dnn (unknown");
    // Nothing was written: its time was over, which is no error of the program.
    expect(support::run_program({RUN_INSTANCES, "--sinew", liar("", "while :; do :; done"), "--instances", list_,
                                 "--cpu", "--limit-seconds", "0.1"}),
           0, "unsolved: q.dnn (timeout");
}

/// An answer about no example decides nothing, though none of its examples is unknown.
TEST_F(Driver, no_example_was_answered) {
    const std::string program = liar(
        R"({"kind": "certify", "examples": [], "summary": {"certified": 0, "falsified": 0, "wrong": 0, "unknown": 0}})");
    const std::string list = folder_.write("commands", "one\t\tcertify\tnetwork\ttable\t--limit\t1\n");
    expect(support::run_program({RUN_INSTANCES, "--sinew", program, "--commands", list}), 0, "solved 0 of 1");
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
