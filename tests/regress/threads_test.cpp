// SPDX-License-Identifier: Apache-2.0
// Examples and questions that are shared out among threads: the rows of one thread, in its order.
#include <csignal>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;
using Words = std::vector<std::string>;

const std::string strokes = SINEW_SOURCE_DIR "/inputs/bnn/strokes.bnn";
const std::string images = SINEW_SOURCE_DIR "/inputs/bnn/strokes.csv";

ProgramResult sinew(Words words, const support::ProgramOptions& options = {}) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words, options);
}

void erase_times(nlohmann::json& value) {
    if (value.is_object()) {
        for (auto at = value.begin(); at != value.end();) {
            if (at.key().find("seconds") != std::string::npos || at.key() == "provenance") {
                at = value.erase(at);
            } else {
                erase_times(*at);
                ++at;
            }
        }
    } else if (value.is_array()) {
        for (nlohmann::json& entry : value) erase_times(entry);
    }
}

/// Without times and without what the run was called with.
std::string answer_of(const Words& words) {
    const ProgramResult result = sinew(words);
    nlohmann::json answer = nlohmann::json::parse(result.output, nullptr, false);
    if (answer.is_discarded()) return "exit status " + std::to_string(result.exit_status) + ": " + result.errors;
    erase_times(answer);
    return std::to_string(result.exit_status) + answer.dump(2);
}

/// Many rows: those of the example, again and again.
std::string many_rows(const TemporaryFolder& folder, int times) {
    const std::string rows = support::content_of(images);
    std::string all;
    for (int i = 0; i < times; ++i) all += rows;
    return folder.write("many.csv", all);
}

TEST(Threads, certify_answers_as_one_thread_does) {
    const TemporaryFolder folder;
    const std::string data = many_rows(folder, 8);
    for (const Words& asked : {Words{"--flips", "2"}, Words{"--minimal"}}) {
        Words words{"certify", strokes, data, "--json"};
        words.insert(words.end(), asked.begin(), asked.end());
        const std::string alone = answer_of(words);
        ASSERT_NE(alone.find("examples"), std::string::npos) << alone;
        for (const char* threads : {"2", "3", "100"}) {
            Words more = words;
            more.insert(more.end(), {"--threads", threads});
            EXPECT_EQ(answer_of(more), alone) << threads;
        }
    }
}

TEST(Threads, a_run_is_resumed_with_other_threads) {
    const TemporaryFolder folder;
    const std::string data = many_rows(folder, 6);
    const std::string file = (folder.path() / "kept.sqlite").string();
    const auto run = [&](const char* threads) {
        return sinew({"certify", strokes, data, "--flips", "1", "--quiet", "--resume", file, "--threads", threads});
    };
    const ProgramResult first = run("3");
    const ProgramResult second = run("1");
    EXPECT_EQ(first.exit_status, 0) << first.errors;
    EXPECT_EQ(second.output, first.output);
    const ProgramResult kept = sinew({"results", file + ":1", "--json"});
    const nlohmann::json rows = nlohmann::json::parse(kept.output).at("runs")[0].at("rows");
    ASSERT_EQ(rows.size(), 24U);
    for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].at("row"), i) << "in their order";
}

TEST(Threads, an_output_that_is_full_ends_all) {
    const TemporaryFolder folder;
    const std::string data = many_rows(folder, 3);
    support::ProgramOptions full;
    full.output_file = "/dev/full";
    for (const char* threads : {"1", "3"}) {
        const ProgramResult result = sinew({"certify", strokes, data, "--flips", "1", "--threads", threads}, full);
        EXPECT_NE(result.exit_status, 0);
        EXPECT_NE(result.errors.find("standard output"), std::string::npos) << result.errors;
    }
}

TEST(Threads, verify_answers_lists_as_one_thread_does) {
    const std::string folder = SINEW_SOURCE_DIR "/inputs/dnn";
    const auto rows_of = [&](const char* threads) {
        const ProgramResult result = sinew({"verify", folder, "--json", "--timeout", "60", "--threads", threads});
        const nlohmann::json answer = nlohmann::json::parse(result.output, nullptr, false);
        std::string rows = std::to_string(result.exit_status) + "\n";
        if (answer.is_discarded()) return rows + result.errors;
        for (const nlohmann::json& row : answer.at("questions"))
            rows += row.at("question").get<std::string>() + " " + row.at("status").get<std::string>() + "\n";
        return rows;
    };
    const std::string alone = rows_of("1");
    EXPECT_NE(alone.find("unsat"), std::string::npos) << alone;
    for (const char* threads : {"2", "5"}) EXPECT_EQ(rows_of(threads), alone) << threads;
}

TEST(Threads, optima_are_those_of_one_thread) {
    const TemporaryFolder folder;
    const std::string over_reals =
        folder.write("reals.dnn",
                     "dnn = {\n"
                     "    'a0': ['x0 - 2x1 + 0.5', 'relu'],\n"
                     "    'a1': ['-x0 + x1 + x2', 'relu'],\n"
                     "    'a2': ['x0 + 3x2 - 1', 'relu'],\n"
                     "    'a3': ['n0 - 2n1 + n2 - 0.25', 'relu'],\n"
                     "    'y0': 'n0 + n1 - 3n3 + n2',\n"
                     "}\n"
                     "domains = { 'x0': 'real [-1, 1]', 'x1': 'real [-1, 1]', 'x2': 'real [-1, 1]' }\n"
                     "objective = 'minimize y0'\n");
    for (const std::string& file : {std::string(SINEW_SOURCE_DIR "/inputs/dnn/best_price.dnn"), over_reals}) {
        const auto told = [&](const Words& threads) {
            Words command{"optimize", file, "--quiet"};
            command.insert(command.end(), threads.begin(), threads.end());
            const ProgramResult result = sinew(command);
            return result.first_line() + result.errors;
        };
        const std::string alone = told({});
        EXPECT_EQ(alone.rfind("optimum ", 0), 0U) << alone;
        for (const char* threads : {"2", "3"}) EXPECT_EQ(told({"--threads", threads}), alone) << threads;
    }
}

/// The shortest ruler with six marks, all of whose distances differ: 17 long; of the two that are mirror images the
/// one that begins with the shorter distance.
std::string six_marks() {
    std::string lines = "predicate fzn_all_different_int(array [int] of var int: x);\n";
    std::string rows;
    std::string distances;
    for (int i = 0; i < 6; ++i)
        lines += "var 0.." + std::string(i == 0 ? "0" : "30") + ": m" + std::to_string(i) + " :: output_var;\n";
    for (int i = 0; i < 6; ++i) {
        for (int j = i + 1; j < 6; ++j) {
            const std::string name = "d" + std::to_string(i) + std::to_string(j);
            lines += "var 1..30: " + name + ";\n";
            rows += "constraint int_lin_eq([1,-1,-1],[m" + std::to_string(j) + ",m" + std::to_string(i) + "," + name +
                    "],0);\n";
            distances += (distances.empty() ? "" : ",") + name;
        }
    }
    return lines + rows + "constraint fzn_all_different_int([" + distances +
           "]);\nconstraint int_lin_le([1,-1],[d01,d45],-1);\nsolve minimize m5;\n";
}

TEST(Threads, constraint_programs_have_the_solutions_of_one_thread) {
    const TemporaryFolder folder;
    const std::string ruler = folder.write("ruler.fzn", six_marks());
    const std::string queens = SINEW_SOURCE_DIR "/inputs/flatzinc/queens.fzn";
    const auto solutions = [&](const Words& more) {
        Words words{"solve", "-a", queens};
        words.insert(words.end(), more.begin(), more.end());
        std::multiset<std::string> found;
        std::string text = sinew(words).output;
        for (std::size_t end = 0; (end = text.find("----------\n")) != std::string::npos; text.erase(0, end + 11))
            found.insert(text.substr(0, end));
        found.insert(text);
        return found;
    };
    EXPECT_EQ(solutions({}).size(), 5U) << "four, and the line that says so";
    for (const Words& more : {Words{"-p", "2"}, Words{"--threads", "3"}}) {
        EXPECT_EQ(solutions(more), solutions({})) << more[1];
        Words words{"solve", ruler};
        words.insert(words.end(), more.begin(), more.end());
        const std::string answer = sinew(words).output;
        EXPECT_NE(answer.find("m5 = 17;"), std::string::npos) << answer;
        EXPECT_NE(answer.find("=========="), std::string::npos) << answer;
    }
}

TEST(Threads, ctrl_c_ends_all_and_keeps_what_is_there) {
    const TemporaryFolder folder;
    const std::string data = many_rows(folder, 4000);
    support::ProgramOptions options;
    options.signal = SIGINT;
    options.signal_after_seconds = 1;
    for (const char* threads : {"1", "3"}) {
        const ProgramResult result = sinew({"certify", strokes, data, "--minimal", "--threads", threads}, options);
        EXPECT_EQ(result.exit_status, 3) << result.errors;
        EXPECT_FALSE(result.out_of_time);
        EXPECT_NE(result.output.find("critical epsilon"), std::string::npos) << result.output.substr(0, 300);
    }
}

}  // namespace
