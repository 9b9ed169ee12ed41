// Results and the system: descriptors that are closed or full, readers that leave, signals at any moment. What is
// written is whole or was not touched, and the exit status says which.
#include <csignal>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "support/program.hpp"

namespace {

using support::content_of;
using support::ProgramOptions;
using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;

const std::string inputs = SINEW_SOURCE_DIR "/inputs/";
const std::string unsat_file = inputs + "dnn/two_by_two.dnn";
const std::string strokes = inputs + "bnn/strokes.bnn";
const std::string strokes_table = inputs + "bnn/strokes.csv";
constexpr int answered = 0;
constexpr int input_error = 2;
constexpr int no_answer = 3;
constexpr int output_error = 4;

ProgramResult sinew(Words words, const ProgramOptions& options = {}) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words, options);
}

/// A script of sh in which $sinew is the program.
ProgramResult shell(const std::string& script, const TemporaryFolder& folder) {
    return support::run_program(
        {"/bin/sh", "-c", "sinew='" SINEW_PROGRAM "'; cd '" + folder.path().string() + "'\n" + script});
}

ProgramOptions closed(std::vector<int> descriptors) {
    ProgramOptions options;
    options.prepare = [descriptors = std::move(descriptors)] {
        for (const int descriptor : descriptors) close(descriptor);
    };
    return options;
}

Words training(const std::string& out) {
    return {"train",     inputs + "train/berries.csv",
            "--label",   "taste",
            "--layers",  "2",
            "--rho",     "0.9",
            "--timeout", "60",
            "--out",     out};
}

/// A command that prints, for each way to print.
std::vector<Words> commands_that_print() {
    return {{"help"},
            {"version"},
            {"solve", "--help"},
            {"solve", "--set", "help", "x.cnf"},
            {"verify", unsat_file},
            {"verify", unsat_file, "--json"},
            {"verify", "--strategy", "textbook", "--trace", unsat_file},
            {"certify", strokes, strokes_table, "--flips", "1"},
            {"evaluate", strokes, strokes_table},
            {"train", inputs + "train/berries.csv", "--label", "taste", "--layers", "2", "--rho", "0.9"},
            {"solve", inputs + "cnf/pigeons_3_in_2.cnf"},
            {"solve", inputs + "opb/cheapest_cover.opb"},
            {"solve", inputs + "smt2/boundary.smt2"},
            {"solve", unsat_file},
            {"solve", inputs + "flatzinc/queens.fzn"},
            {"optimize", inputs + "dnn/best_price.dnn"},
            {"export", "--to", "smt2", unsat_file},
            {"info", unsat_file}};
}

TEST(Descriptors, closed_ones_are_not_given_to_files) {
    const TemporaryFolder folder;
    for (const std::vector<int>& descriptors : {std::vector{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 1, 2}}) {
        SCOPED_TRACE(testing::PrintToString(descriptors));
        const std::string network = folder.path() / "net.bnn";
        EXPECT_EQ(sinew(training(network), closed(descriptors)).exit_status, answered);
        EXPECT_EQ(sinew({"info", network}).exit_status, answered);
        const std::string json = folder.path() / "answer.json";
        EXPECT_EQ(sinew({"verify", unsat_file, "--json=" + json}, closed(descriptors)).exit_status, answered);
        EXPECT_TRUE(nlohmann::json::accept(content_of(json)));
        const std::string journal = folder.path() / "journal";
        const Words certify{"certify", strokes, strokes_table, "--flips", "1", "--resume", journal};
        EXPECT_EQ(sinew(certify, closed(descriptors)).exit_status, answered);
        EXPECT_EQ(sinew(certify).exit_status, answered);
        const std::string proof = folder.path() / "proof";
        const std::string formula = inputs + "cnf/pigeons_3_in_2.cnf";
        EXPECT_EQ(sinew({"solve", formula, "--drat", proof}, closed(descriptors)).exit_status, answered);
        EXPECT_EQ(sinew({"check", formula, proof}).exit_status, answered);
    }
}

TEST(Descriptors, what_cannot_be_told_on_standard_error_is_dropped) {
    const TemporaryFolder folder;
    const std::string network = folder.path() / "net.bnn";
    ProgramOptions full;
    full.errors_file = "/dev/full";
    EXPECT_EQ(sinew(training(network), full).exit_status, answered);
    EXPECT_EQ(sinew({"info", network}).exit_status, answered);
    EXPECT_EQ(sinew({"optimize", inputs + "dnn/best_price.dnn"}, full).exit_status, answered);
    for (const ProgramOptions& options : {full, closed({2})}) {
        EXPECT_EQ(sinew({"verify", "nosuch.dnn"}, options).exit_status, input_error);
        EXPECT_EQ(sinew({"verfy"}, options).exit_status, 1);
        EXPECT_EQ(sinew({}, options).exit_status, 1);
    }
}

TEST(Descriptors, an_answer_that_cannot_be_printed_is_an_error) {
    ProgramOptions full;
    full.output_file = "/dev/full";
    for (const Words& command : commands_that_print()) {
        const ProgramResult result = sinew(command, full);
        SCOPED_TRACE(testing::PrintToString(command) + "\n" + result.errors);
        EXPECT_EQ(result.exit_status, output_error);
        EXPECT_NE(result.errors.find("standard output cannot be written: No space left on device"), std::string::npos);
        EXPECT_EQ(result.errors.find("bug"), std::string::npos);
    }
}

TEST(Descriptors, a_reader_that_leaves_ends_the_program_quietly) {
    const TemporaryFolder folder;
    for (const Words& command : commands_that_print()) {
        if (command[0] == "train" || command[0] == "optimize") continue;  // they tell their progress
        std::string script = "{ sleep 0.05; \"$sinew\"";
        for (const std::string& word : command) script += " '" + word + "'";
        const ProgramResult result = shell(script + "; echo $? > status; } | true", folder);
        SCOPED_TRACE(script);
        EXPECT_EQ(content_of(folder.path() / "status"), std::to_string(output_error) + "\n");
        EXPECT_EQ(result.errors, "");
    }
}

// The shell can open the pipe only when the program is reading; what the signal says is seen when it has read.
TEST(Signals, an_interrupt_while_reading_is_no_end_of_the_process) {
    const TemporaryFolder folder;
    for (const char* signal : {"INT", "TERM"}) {
        const ProgramResult result =
            shell("mkfifo q.dnn; \"$sinew\" verify q.dnn > output & exec 3> q.dnn; kill -" + std::string(signal) +
                      " $!; cat '" + unsat_file + "' >&3; exec 3>&-; wait $!; echo $?; rm q.dnn",
                  folder);
        SCOPED_TRACE(content_of(folder.path() / "output") + result.errors);
        EXPECT_TRUE(result.output == "0\n" || result.output == "3\n") << result.output;
        EXPECT_NE(content_of(folder.path() / "output"), "");
    }
}

TEST(Signals, a_second_interrupt_ends_the_program_at_once) {
    const TemporaryFolder folder;
    for (const char* second : {"INT", "TERM"}) {
        const ProgramResult result =
            shell("mkfifo q.dnn; \"$sinew\" verify q.dnn & exec 3> q.dnn; kill -INT $!; sleep 0.2; kill -" +
                      std::string(second) + " $!; wait $!; echo $?; rm q.dnn",
                  folder);
        EXPECT_EQ(result.output, second == std::string("INT") ? "130\n" : "143\n") << result.errors;
    }
}

#ifndef __SANITIZE_ADDRESS__  // its shadow is beyond any limit of addresses
TEST(Limits, threads_that_cannot_be_made_are_done_without) {
    ProgramOptions options;
    options.prepare = [] {
        const rlimit limit{std::size_t{220} << 20, std::size_t{220} << 20};  // a thread's stack takes 8 MiB
        setrlimit(RLIMIT_AS, &limit);
    };
    const TemporaryFolder folder;
    const std::string network = folder.path() / "net.bnn";
    Words train = training(network);
    train.insert(train.end(), {"--threads", "100"});
    const ProgramResult trained = sinew(train, options);
    EXPECT_EQ(trained.exit_status, answered) << trained.errors;
    EXPECT_NE(trained.errors.find("of 100 threads: the system gives no more"), std::string::npos) << trained.errors;
    for (const char* strategy : {"automatic", "branch_and_bound"}) {
        const ProgramResult result =
            sinew({"verify", inputs + "dnn/boundary_missed.dnn", "--threads", "100", "--strategy", strategy}, options);
        EXPECT_EQ(result.first_line(), "unsat") << result.errors;
        EXPECT_EQ(result.exit_status, answered);
    }
}
#endif

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
