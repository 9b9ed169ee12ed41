// SPDX-License-Identifier: Apache-2.0
// Results and the system: descriptors that are closed or full, readers that leave, signals at any moment. What is
// written is whole or was not touched, and the exit status says which.
#include <csignal>
#include <filesystem>
#include <iterator>

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
        {"/bin/sh", "-c",
         std::string("sinew='") + SINEW_PROGRAM + "'; cd '" + folder.path().string() + "'\n" + script});
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
    // The first finds it where it cannot look at limits: an output is a pipe that nobody reads.
    const TemporaryFolder folder;
    for (const char* second : {"INT", "TERM"}) {
        const ProgramResult result =
            shell("mkfifo answer; \"$sinew\" verify " SINEW_SOURCE_DIR
                  "/inputs/dnn/overlap.dnn --json=answer & sleep 0.5; kill -INT $!; sleep 0.3; kill -" +
                      std::string(second) + " $!; wait $!; echo $?; rm answer",
                  folder);
        EXPECT_EQ(result.output, second == std::string("INT") ? "130\n" : "143\n") << result.errors;
    }
}

/// Whether a file of the kind can be read.
bool is_readable(const std::string& file) {
    return sinew({"info", file}).exit_status == answered;
}

/// A formula that takes long: so many pigeons in one hole less.
std::string pigeons(int count) {
    const auto literal = [&](int pigeon, int hole) { return pigeon * (count - 1) + hole + 1; };
    std::string clauses;
    int lines = 0;
    for (int p = 0; p < count; ++p, ++lines) {
        for (int h = 0; h + 1 < count; ++h) clauses += std::to_string(literal(p, h)) + " ";
        clauses += "0\n";
    }
    for (int h = 0; h + 1 < count; ++h)
        for (int p = 0; p < count; ++p)
            for (int q = 0; q < p; ++q, ++lines)
                clauses += std::to_string(-literal(p, h)) + " " + std::to_string(-literal(q, h)) + " 0\n";
    return "p cnf " + std::to_string(count * (count - 1)) + " " + std::to_string(lines) + "\n" + clauses;
}

/// A command that writes a file, for each kind of file; the name of the file is the last word.
std::vector<Words> commands_that_write(const TemporaryFolder& folder) {
    const std::string formula = folder.write("pigeons.cnf", pigeons(7));
    std::vector<Words> commands{{"verify", unsat_file, "--json"},
                                {"solve", inputs + "cnf/pigeons_3_in_2.cnf", "--json"},
                                {"solve", inputs + "opb/cheapest_cover.opb", "--json"},
                                {"solve", inputs + "smt2/boundary.smt2", "--json"},
                                {"optimize", inputs + "dnn/best_price.dnn", "--json"},
                                {"certify", strokes, strokes_table, "--flips", "1", "--json"},
                                {"evaluate", strokes, strokes_table, "--json"},
                                {"export", "--to", "smt2", unsat_file, "--out"},
                                {"export", "--to", "bnn", strokes, "--out"},
                                {"export", "--to", "opb", inputs + "opb/cheapest_cover.opb", "--out"},
                                {"certify", strokes, strokes_table, "--flips", "1", "--limit", "1", "--export"},
                                {"solve", formula, "--drat"},
                                {"solve", formula, "--binary", "--drat"},
                                {"train", inputs + "train/berries.csv", "--label", "taste", "--rho", "0.9", "--json"},
                                {"train", inputs + "train/berries.csv", "--label", "taste", "--rho", "0.9", "--out"}};
    for (Words& command : commands) {
        const bool is_network = command[0] == "train" && command.back() == "--out";
        const char* ending = command.back() == "--json"     ? "json"
                             : command.back() == "--export" ? "opb"
                             : is_network                   ? "npz"
                                                            : "text";
        command.push_back(folder.path() / (std::string("result.") + ending));
    }
    for (const char* ending : {"onnx", "bnn"}) {
        commands.push_back(commands.back());
        commands.back().back() = folder.path() / (std::string("result.") + ending);
    }
    commands.push_back({"solve", formula, "--drat", folder.path() / "result.gz"});
    return commands;
}

TEST(Results, a_file_that_does_not_fit_leaves_the_old_one) {
    const TemporaryFolder folder;
    ProgramOptions small;
    small.prepare = [] {
        const rlimit limit{40, 40};
        setrlimit(RLIMIT_FSIZE, &limit);
    };
    small.output_file = "/dev/null";  // these are files, too
    small.errors_file = "/dev/null";
    for (const Words& command : commands_that_write(folder)) {
        SCOPED_TRACE(testing::PrintToString(command));
        const std::string old = "{\"what\": \"was there before\"}";
        const std::string file = folder.write(std::filesystem::path(command.back()).filename(), old);
        const auto files_before = std::distance(std::filesystem::directory_iterator(folder.path()), {});
        const ProgramResult result = sinew(command, small);
        EXPECT_EQ(result.exit_status, output_error) << result.signal;
        EXPECT_EQ(content_of(file), old);
        EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), files_before);
        const ProgramResult whole = sinew(command);
        EXPECT_EQ(whole.exit_status, answered) << whole.errors;
        EXPECT_GT(content_of(file).size(), 40U);
        EXPECT_NE(content_of(file), old);
    }
}

TEST(Results, outputs_that_cannot_be_written_have_one_exit_status) {
    const TemporaryFolder folder;
    for (Words command : commands_that_write(folder)) {
        const std::string file = folder.path() / "none" / std::filesystem::path(command.back()).filename();
        command.back() = file;
        const ProgramResult result = sinew(command);
        SCOPED_TRACE(testing::PrintToString(command));
        EXPECT_EQ(result.exit_status, output_error);
        EXPECT_EQ(result.errors, "sinew: " + file + " cannot be written: No such file or directory\n");
    }
    const ProgramResult journal = sinew({"certify", strokes, strokes_table, "--flips", "1", "--resume", "/none/j"});
    EXPECT_EQ(journal.exit_status, output_error) << journal.errors;
}

TEST(Results, a_kill_at_any_moment_leaves_a_whole_file_or_none) {
    const TemporaryFolder folder;
    const std::string json = folder.path() / "a.json";
    const std::string network = folder.path() / "net.onnx";
    int killed = 0;
    for (int i = 0; i < 40; ++i) {
        ProgramOptions options;
        options.signal = SIGKILL;
        options.signal_after_seconds = 0.001 * i;
        const Words train{"train",    inputs + "train/berries.csv",
                          "--label",  "taste",
                          "--layers", "2",
                          "--method", "gradient",
                          "--epochs", "20",
                          "--out",    network};
        killed += sinew(train, options).signal == SIGKILL ? 1 : 0;
        EXPECT_TRUE(!std::filesystem::exists(network) || is_readable(network));
        killed += sinew({"verify", unsat_file, "--json=" + json}, options).signal == SIGKILL ? 1 : 0;
        EXPECT_TRUE(!std::filesystem::exists(json) || nlohmann::json::accept(content_of(json)));
    }
    EXPECT_GT(killed, 0);
}

TEST(Results, a_proof_that_is_interrupted_is_none) {
    const TemporaryFolder folder;
    const std::string formula = folder.write("pigeons.cnf", pigeons(14));
    for (const char* name : {"proof", "proof.gz"}) {
        ProgramOptions options;
        options.signal = SIGINT;
        options.signal_after_seconds = 0.5;
        const ProgramResult result = sinew({"solve", formula, "--drat", folder.path() / name}, options);
        EXPECT_EQ(result.exit_status, no_answer) << result.errors;
        EXPECT_NE(result.output.find("s UNKNOWN"), std::string::npos);
    }
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Results, names_of_descriptors_share_their_file) {
    const TemporaryFolder folder;
    const ProgramResult result = shell("\"$sinew\" export --to smt2 '" + unsat_file +
                                           "' --out /dev/stdout > both; echo $?; "
                                           "\"$sinew\" export --to smt2 '" +
                                           unsat_file +
                                           "' > alone; cmp both alone; "
                                           "{ echo before; \"$sinew\" verify '" +
                                           unsat_file +
                                           "' --json=/dev/stdout; echo after; } > log; "
                                           "sed -n '1p;2p;$p' log; grep -c '^unsat$' log; "
                                           "\"$sinew\" verify '" +
                                           unsat_file + "' --json=/dev/stdout -q | grep -c status",
                                       folder);
    EXPECT_EQ(result.output, "0\nbefore\n{\nafter\n1\n1\n") << result.errors;
}

TEST(Results, networks_that_cannot_be_taken_are_bad_input) {
    const TemporaryFolder folder;
    const std::string rows = folder.write("rows.csv", "1,1,0\n");
    const struct {
        const char* name;
        const char* content;
        const char* message;
    } networks[] = {
        {"pool.bnn",
         "input bits 2\ndense 2 {\n ++\n +-\n} scale [1, 0]\nmaximum {\n 0 1\n}\nsign\ndense 2 {\n +\n -\n}\n",
         ": operation 2 of the network cannot be folded: it pools neurons of different scales"},
        {"signs.bnn", "input bits 2\ndense 2 {\n ++\n +-\n}\nsign\n", ": operation 2 of the network cannot be folded"},
        {"relu.dnn", "dnn = { 'a0': 'x0 + x1', 'y0': 'n0', 'y1': '1 - n0' }\n",
         ": this is no binarized network: layer"}};
    for (const auto& network : networks) {
        const std::string file = folder.write(network.name, network.content);
        for (const Words& command :
             {Words{"certify", file, rows, "--epsilon", "1"}, Words{"certify", file, rows, "--minimal"},
              Words{"evaluate", file, rows}, Words{"info", file, rows}}) {
            const ProgramResult result = sinew(command);
            SCOPED_TRACE(testing::PrintToString(command) + result.errors);
            if (command[0] == "certify" && std::string(network.name) == "relu.dnn") {  // takes any network
                const bool has_end = command.back() != "--minimal";
                EXPECT_EQ(result.exit_status, has_end ? 0 : input_error);
                EXPECT_EQ(result.errors.empty(), has_end);
                EXPECT_EQ(result.output.empty(), !has_end);
                continue;
            }
            EXPECT_EQ(result.exit_status, input_error);
            EXPECT_NE(result.errors.find(file + network.message), std::string::npos);
            EXPECT_TRUE(result.output.empty() || command[0] == "info") << result.output;
        }
    }
    // What a format or a strategy cannot say of a query depends on the query.
    const std::string smooth = inputs + "dnn/smooth.dnn";
    for (const Words& command :
         {Words{"export", "--to", "smt2", smooth}, Words{"export", "--to", "lp", smooth},
          Words{"export", "--to", "opb", smooth}, Words{"verify", "--strategy", "textbook", smooth},
          Words{"verify", "--strategy", "binarized", smooth}}) {
        const ProgramResult result = sinew(command);
        SCOPED_TRACE(testing::PrintToString(command) + result.errors);
        EXPECT_EQ(result.exit_status, input_error);
        EXPECT_EQ(result.errors.find("sinew: " + smooth + ": "), 0U);
    }
}

TEST(Limits, threads_that_cannot_be_made_are_done_without) {
    if (support::is_sanitized()) GTEST_SKIP() << "its shadow is beyond any limit of addresses";
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

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
