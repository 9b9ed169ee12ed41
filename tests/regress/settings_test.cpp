// SPDX-License-Identifier: Apache-2.0
// --set ENGINE.NAME=VALUE and --seed: the list, what is refused and how, and that both reach the engines.
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;

ProgramResult sinew(std::vector<std::string> words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words);
}

const std::string inputs = std::string(SINEW_SOURCE_DIR) + "/inputs/";
const std::string query = inputs + "dnn/two_by_two.dnn";

/// One command line of each kind that runs engines, without --set.
std::vector<std::vector<std::string>> commands_that_search() {
    return {{"verify", query},
            {"solve", query},
            {"solve", inputs + "cnf/pigeons_3_in_2.cnf"},
            {"solve", inputs + "opb/cheapest_cover.opb"},
            {"solve", inputs + "smt2/boundary.smt2"},
            {"solve", inputs + "flatzinc/queens.fzn"},
            {"optimize", inputs + "dnn/best_price.dnn"},
            {"certify", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv", "--flips", "1"},
            {"evaluate", inputs + "bnn/strokes.bnn", inputs + "bnn/strokes.csv"},
            {"train", inputs + "train/berries.csv", "--label", "taste", "--layers", "2", "--rho", "0.9"}};
}

std::vector<std::string> with(std::vector<std::string> words, const std::string& setting) {
    words.insert(words.end(), {"--set", setting});
    return words;
}

TEST(Settings, every_command_that_searches_lists_them) {
    const ProgramResult listed = sinew({"verify", "--set", "help"});
    EXPECT_EQ(listed.exit_status, 0);
    std::istringstream lines(listed.output);
    std::size_t options = 0;
    for (std::string line; std::getline(lines, line) && line.find("\"provenance\": {") == std::string::npos;)
        if (line.starts_with("  ")) {
            ++options;
            EXPECT_NE(line.find('.'), std::string::npos) << line;
            EXPECT_NE(line.find(" to "), std::string::npos) << line;  // its range
        }
    EXPECT_GT(options, 30U);
    for (const char* engine : {"\nsat: ", "\nrows: ", "\nlinear: ", "\nboxes: ", "\nphases: ", "\nrefine: ", "\nlazy: ",
                               "\nattack: ", "\ninteger: ", "\ncertify: ", "\ncone: ", "\ntrain: ", "\ngradient: "})
        EXPECT_NE(listed.output.find(engine), std::string::npos) << engine;
    for (const std::vector<std::string>& command : commands_that_search())
        EXPECT_EQ(sinew(with(command, "help")).output, listed.output) << command[0];
}

TEST(Settings, are_accepted_and_refused_alike_everywhere) {
    struct Refused {
        const char* setting;
        const char* message;
    };
    for (const std::vector<std::string>& command : commands_that_search()) {
        for (const Refused& refused :
             {Refused{"decay", "ENGINE.NAME=VALUE"}, Refused{"decay=1", "ENGINE.NAME=VALUE"},
              Refused{"sat.decay", "ENGINE.NAME=VALUE"},
              Refused{"sta.decay=0.9", "no engine is called 'sta' (did you mean sat?)"},
              Refused{"engine.decay=0.9", "there are sat, linear, lazy, boxes, phases"},
              Refused{"sat.luby_unti=5", "sat has no option 'luby_unti' (did you mean luby_unit?)"},
              Refused{"sat.decay=2", "sat.decay cannot be 2 (expected 0.5 to 0.9999)"},
              Refused{"sat.luby_unit=1.5", "expected 1 to 1e+06, whole"}, Refused{"sat.decay=x", "wants a number"}}) {
            const ProgramResult result = sinew(with(command, refused.setting));
            EXPECT_EQ(result.exit_status, 1) << command[0] << ' ' << refused.setting;
            EXPECT_NE(result.errors.find(refused.message), std::string::npos) << result.errors;
            EXPECT_EQ(result.output, "") << command[0] << ' ' << refused.setting;
        }
        EXPECT_EQ(sinew(with(command, "sat.decay=0.9")).exit_status, sinew(command).exit_status) << command[1];
    }
}

/// The answer without what depends on the clock, and without its provenance, which has the seed by itself.
std::string without_times(const std::string& text) {
    std::istringstream lines(text);
    std::string kept;
    for (std::string line; std::getline(lines, line) && line.find("\"provenance\": {") == std::string::npos;)
        if (line.find("seconds") == std::string::npos) kept += line + "\n";
    return kept;
}

TEST(Seeds, change_the_run_of_an_engine_and_not_its_answer) {
    const TemporaryFolder folder;
    std::string pigeons;  // 7 in 6 holes
    int clauses = 0;
    const auto sits = [](int pigeon, int hole) { return std::to_string(6 * pigeon + hole + 1); };
    for (int p = 0; p < 7; ++p, ++clauses) {
        for (int h = 0; h < 6; ++h) pigeons += sits(p, h) + " ";
        pigeons += "0\n";
    }
    for (int h = 0; h < 6; ++h)
        for (int p = 0; p < 7; ++p)
            for (int q = 0; q < p; ++q, ++clauses) pigeons += "-" + sits(p, h) + " -" + sits(q, h) + " 0\n";
    const std::string formula = folder.write("p.cnf", "p cnf 42 " + std::to_string(clauses) + "\n" + pigeons);
    const std::string refuted = std::string(SINEW_SOURCE_DIR) + "/tests/regress/unsat/";
    for (std::vector<std::string> command : std::vector<std::vector<std::string>>{
             {"solve", "--statistics", formula},
             {"solve", "--statistics", inputs + "opb/pigeons_6_in_5.opb"},
             {"verify", "--json", "--strategy", "lazy", refuted + "meeting_point_ne.dnn"},
             {"verify", "--json", "--strategy", "branch_and_bound", refuted + "smooth_chain.dnn"}}) {
        const ProgramResult unseeded = sinew(command);
        command.insert(command.end(), {"--seed", "0"});
        const std::string zero = without_times(sinew(command).output);
        EXPECT_EQ(zero, without_times(unseeded.output)) << command.back();
        std::vector<std::string> runs;
        for (const char* seed : {"1", "2"}) {
            command.back() = seed;
            const ProgramResult result = sinew(command);
            EXPECT_EQ(result.exit_status, unseeded.exit_status);
            EXPECT_EQ(
                result.output.find("UNSAT") != std::string::npos || result.output.find("unsat") != std::string::npos,
                true);
            runs.push_back(without_times(result.output));
        }
        EXPECT_NE(runs[0], runs[1]) << command[command.size() - 3];
        EXPECT_EQ(without_times(sinew(command).output), runs[1]);  // and repeats itself
    }
}

TEST(Kernels, AreChosenByTheEnvironmentAndTold) {
    const auto with_kernels = [](std::vector<std::string> words, const char* wanted) {
        words.insert(words.begin(), SINEW_PROGRAM);
        support::ProgramOptions options;
        options.prepare = [wanted] { setenv("SINEW_KERNELS", wanted, 1); };
        return support::run_program(words, options);
    };
    EXPECT_NE(with_kernels({"version"}, "baseline").output.find("kernels baseline (of baseline"), std::string::npos);
    EXPECT_NE(with_kernels({"verify", query, "--json"}, "baseline").output.find(R"("kernels": "baseline")"),
              std::string::npos);
    for (const char* unknown : {"avx1024", "AVX2", "baseline,avx2", " "}) {
        const ProgramResult result = with_kernels({"verify", query}, unknown);
        EXPECT_EQ(result.exit_status, 1) << unknown;
        EXPECT_EQ(result.output, "") << unknown;
        EXPECT_NE(result.errors.find("SINEW_KERNELS is '" + std::string(unknown) + "'"), std::string::npos)
            << result.errors;
    }
    EXPECT_EQ(with_kernels({"verify", query}, "").exit_status, 0);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
