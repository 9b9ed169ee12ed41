// SPDX-License-Identifier: Apache-2.0
// sinew as a solver of MiniZinc, as a user runs it: the small models of inputs/minizinc, and random programs beside
// Gecode. What needs MiniZinc or Gecode is skipped where they are not installed.
#include <csignal>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include "support/program.hpp"
#include "support/random_program.hpp"

namespace {

namespace fs = std::filesystem;
using support::ProgramResult;
using support::run_program;

const fs::path models = fs::path(SINEW_SOURCE_DIR) / "inputs/minizinc";

bool is_installed(const std::string& program) {
    return run_program({"/bin/sh", "-c", "command -v " + program + " >/dev/null"}).exit_status == 0;
}

ProgramResult minizinc(std::vector<std::string> words) {
    const std::string neurons = (fs::path(SINEW_SOURCE_DIR) / "share/minizinc/neurons").string();
    const std::vector<std::string> before{"/usr/bin/env", std::string("MZN_SOLVER_PATH=") + SINEW_MINIZINC_FOLDER,
                                          "minizinc", "-I", neurons};
    words.insert(words.begin(), before.begin(), before.end());
    return run_program(words);
}

std::size_t count(const std::string& text, const std::string& piece) {
    std::size_t found = 0;
    for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++found;
    return found;
}

/// The comment `% expected: 92 solutions` or `% expected: objective 34`.
std::string expectation(const fs::path& file) {
    const std::string content = support::content_of(file);
    std::smatch match;
    return std::regex_search(content, match, std::regex("% expected: (.*)")) ? match[1].str() : "";
}

void expect_as_the_model_says(const std::string& solver, const fs::path& model) {
    const std::string expected = expectation(model);
    const bool counts = expected.find("solutions") != std::string::npos;
    std::vector<std::string> words{"--solver", solver, model.string()};
    if (counts) words.emplace_back("-a");
    const ProgramResult result = minizinc(words);
    SCOPED_TRACE(solver + " " + model.string() + "\n" + result.output.substr(0, 2000) + result.errors.substr(0, 2000));
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_NE(result.output.find("=========="), std::string::npos);
    if (counts)
        EXPECT_EQ(std::to_string(count(result.output, "----------")) + " solutions", expected);
    else
        EXPECT_NE(result.output.find(expected + "\n"), std::string::npos) << expected;
}

TEST(MiniZinc, models_have_their_solutions) {
    if (!is_installed("minizinc")) GTEST_SKIP() << "minizinc is not installed";
    int found = 0;
    for (const auto& entry : fs::directory_iterator(models)) {
        if (entry.path().extension() != ".mzn") continue;
        expect_as_the_model_says("sinew", entry.path());
        ++found;
    }
    EXPECT_GE(found, 11);
}

TEST(MiniZinc, decompositions_of_neurons_agree) {
    if (!is_installed("minizinc") || !is_installed("fzn-gecode")) GTEST_SKIP() << "minizinc or Gecode is not installed";
    expect_as_the_model_says("gecode", models / "tansig_network.mzn");
}

/// Every activation in both readings: all pairs (x, y) of a neuron with two inputs, by sinew and by Gecode.
TEST(MiniZinc, neurons_are_the_same_to_every_solver) {
    if (!is_installed("minizinc") || !is_installed("fzn-gecode")) GTEST_SKIP() << "minizinc or Gecode is not installed";
    const support::TemporaryFolder folder;
    std::string text = "include \"sinew.mzn\";\nvar -7..7: x; var -7..7: z;\n";
    std::string shown;
    for (const char* name : {"hardlim", "sign", "tansig", "sigmoid", "purelin", "relu", "satlin", "satlins"})
        for (const char* reading : {"", "_literal"}) {
            const std::string function = std::string("sinew_") + name + reading;
            const std::string output = std::string("y_") + name + reading;
            text += "var int: " + output + " = " + function + "([x, z, x], -0.3, [1.25, -0.5, 0.375], 9);\n";
            text += "constraint " + function + "([x, z], " + output +
                    "_2, 1, [3, -2], 7, 9);\nvar -999..999: " + output + "_2;\n";
            text += "constraint x > 5 -> " + function + "([z], 2, [7], 3, 9) >= -40;\n";
            shown += " \\(" + output + ") \\(" + output + "_2)";
        }
    text += "solve satisfy;\noutput [\"\\(x) \\(z):" + shown + "\\n\"];\n";
    const std::string model = folder.write("neurons.mzn", text);
    const auto solutions = [&](const std::string& solver) {
        const ProgramResult result = minizinc({"--solver", solver, "-a", "--soln-sep", "", model});
        EXPECT_EQ(result.exit_status, 0) << result.errors.substr(0, 2000);
        std::vector<std::string> lines;
        std::istringstream stream(result.output);
        for (std::string line; std::getline(stream, line);)
            if (line.find(':') != std::string::npos) lines.push_back(line);
        std::sort(lines.begin(), lines.end());
        return lines;
    };
    const std::vector<std::string> ours = solutions("sinew");
    EXPECT_EQ(ours.size(), 15U * 15U - 2 * 5);  // purelin, read literally, is below -40 for z < -2
    EXPECT_EQ(ours, solutions("gecode"));
}

/// The value of x0 in the last solution; absent without a solution.
std::optional<std::string> last_objective(const std::string& output) {
    const std::size_t at = output.rfind("x0 = ");
    if (at == std::string::npos) return std::nullopt;
    return output.substr(at + 5, output.find(';', at) - at - 5);
}

TEST(MiniZinc, random_programs_have_the_optimum_of_gecode) {
    if (!is_installed("fzn-gecode")) GTEST_SKIP() << "fzn-gecode is not installed";
    const support::TemporaryFolder folder;
    sinew::Random random(11);
    int satisfiable = 0;
    int compared = 0;
    for (int round = 0; round < 60; ++round) {
        support::ProgramShape shape{8, 4, 4 + random.below(8), 60};
        shape.half_reified = false;
        shape.own_predicates = false;
        const std::string file = folder.write("program.fzn", support::random_program(random, shape, true, false).text);
        const ProgramResult theirs = run_program({"/usr/bin/env", "fzn-gecode", "-time", "5000", file});
        if (theirs.output.find("=====") == std::string::npos || theirs.output.find("UNKNOWN") != std::string::npos)
            continue;
        const ProgramResult ours = run_program({SINEW_PROGRAM, "solve", "--timeout", "30", file});
        SCOPED_TRACE(support::content_of(file) + ours.output + ours.errors + theirs.output + theirs.errors);
        EXPECT_EQ(ours.exit_status, 0);
        EXPECT_EQ(last_objective(ours.output), last_objective(theirs.output));
        ++compared;
        satisfiable += last_objective(ours.output) ? 1 : 0;
    }
    EXPECT_GT(compared, 40);
    EXPECT_GT(satisfiable, 10);
}

// Without MiniZinc: the solver's own flags and endings.

ProgramResult solve(std::vector<std::string> words) {
    words.insert(words.begin(), {SINEW_PROGRAM, "solve"});
    return run_program(words);
}

TEST(FlatZinc, flags_and_endings) {
    const support::TemporaryFolder folder;
    const std::string queens = (fs::path(SINEW_SOURCE_DIR) / "inputs/flatzinc/queens.fzn").string();
    EXPECT_EQ(count(solve({"-a", queens}).output, "----------"), 4U);
    EXPECT_EQ(count(solve({"-a", queens}).output, "=========="), 1U);
    const ProgramResult two = solve({"-n", "2", "-f", "-p", "4", "-r", "3", "-s", "-v", "-t", "20000", queens});
    EXPECT_EQ(count(two.output, "----------"), 2U);
    EXPECT_EQ(count(two.output, "=========="), 0U);
    EXPECT_NE(two.output.find("%%%mzn-stat-end"), std::string::npos);
    const std::string none = folder.write("none.fzn", "var 1..3: x; constraint int_le(4,x); solve satisfy;");
    EXPECT_EQ(solve({none}).output, "=====UNSATISFIABLE=====\n");
    EXPECT_EQ(solve({none, "--expect", "unsat"}).exit_status, 0);
    EXPECT_EQ(solve({none, "--expect", "sat"}).exit_status, 5);
    const std::string best = folder.write("best.fzn", "var 1..3: x :: output_var; solve maximize x;");
    EXPECT_EQ(solve({best}).output, "x = 3;\n----------\n==========\n");
    EXPECT_GE(count(solve({"-i", best}).output, "----------"), 1U);
    const ProgramResult stopped = solve({"-t", "0", queens});
    EXPECT_EQ(stopped.output, "=====UNKNOWN=====\n");
    EXPECT_EQ(stopped.exit_status, 3);
    EXPECT_EQ(solve({"-t", "0", "--minizinc", queens}).exit_status, 0);
    EXPECT_EQ(solve({"-t", "-1", queens}).exit_status, 1);
}

TEST(FlatZinc, an_interrupt_gives_the_best_so_far) {
    const support::TemporaryFolder folder;
    // Maximise a sum of products under a sum of squares: solutions at once, no proof in time.
    std::ostringstream text;
    for (int i = 0; i < 40; ++i) text << "var 0..1000: x" << i << " :: output_var;\nvar 0..1000000: p" << i << ";\n";
    text << "var 0..40000000: all :: output_var;\n";
    std::string ones, products;
    for (int i = 0; i < 40; ++i) {
        text << "constraint int_times(x" << i << ",x" << (i * 7 + 3) % 40 << ",p" << i << ");\n";
        ones += "1,";
        products += "p" + std::to_string(i) + ",";
        if (i > 0) text << "constraint int_lin_ne([1,-1],[x" << i << ",x" << i - 1 << "],0);\n";
        text << "constraint int_lin_le([3,5,7],[x" << i << ",x" << (i + 11) % 40 << ",x" << (i + 23) % 40
             << "],5003);\n";
    }
    text << "constraint int_lin_eq([" << ones << "-1],[" << products << "all],0);\nsolve maximize all;\n";
    support::ProgramOptions options;
    options.signal = SIGINT;
    options.signal_after_seconds = 2;
    const ProgramResult result = run_program({SINEW_PROGRAM, "solve", folder.write("hard.fzn", text.str())}, options);
    EXPECT_EQ(result.signal, 0);
    EXPECT_EQ(count(result.output, "----------"), 1U) << result.output << result.errors;
    EXPECT_TRUE(result.exit_status == 3 || result.output.find("==========") != std::string::npos);
    EXPECT_LT(result.seconds, 20);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
