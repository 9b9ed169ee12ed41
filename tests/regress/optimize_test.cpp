// sinew optimize and sinew solve on dnn text, as a user runs them.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <regex>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

namespace fs = std::filesystem;
using support::ProgramResult;
using support::TemporaryFolder;

ProgramResult sinew(std::vector<std::string> words, const support::ProgramOptions& options = {}) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words, options);
}

const fs::path inputs = fs::path(SINEW_SOURCE_DIR) / "inputs" / "dnn";

/// A knapsack with nothing to go by, far too large for any time.
std::string hopeless() {
    std::string weight;
    std::string profit;
    std::string domains;
    for (int i = 0; i < 200; ++i) {
        const long w = 100000 + (i * 62710561L) % 900001;
        weight += (i == 0 ? "" : " + ") + std::to_string(w) + "x" + std::to_string(i);
        profit += (i == 0 ? "" : " + ") + std::to_string(w + (i * 31) % 1000) + "x" + std::to_string(i);
        domains += "'x" + std::to_string(i) + "': 'int [0, 3]', ";
    }
    return "dnn = { 'y0': '" + weight + "' }\ndomains = { " + domains +
           "}\nconditions = { 'out': '(y0 <= 123456789)' }\nobjective = 'maximize " + profit + "'\n";
}

TEST(Optimize, EveryInputHasTheOptimumThatItExpects) {
    int found = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(inputs)) {
        std::ifstream stream(entry.path());
        const std::string text((std::istreambuf_iterator<char>(stream)), {});
        std::smatch match;
        if (!std::regex_search(text, match, std::regex("# optimum: (\\S+)"))) continue;
        ++found;
        SCOPED_TRACE(entry.path());
        const ProgramResult result = sinew({"optimize", entry.path()});
        EXPECT_EQ(result.exit_status, 0) << result.errors;
        EXPECT_EQ(result.first_line(), "optimum " + match[1].str());
        EXPECT_NE(result.output.find("\nx0 = "), std::string::npos);
        EXPECT_NE(result.errors.find("value " + match[1].str()), std::string::npos) << result.errors;
        const ProgramResult json = sinew({"optimize", entry.path(), "--json", "--quiet", "--seed", "7"});
        const auto answer = nlohmann::json::parse(json.output);
        EXPECT_EQ(answer["status"], "optimum");
        EXPECT_EQ(answer["objective"], match[1].str());
        EXPECT_EQ(answer["bound"], match[1].str());
        EXPECT_EQ(json.errors, "");
    }
    EXPECT_GE(found, 2);
}

TEST(Optimize, ALimitOrAnInterruptGivesTheBestSoFar) {
    const TemporaryFolder folder;
    const std::string file = folder.write("hopeless.dnn", hopeless());
    support::ProgramOptions interrupt;
    interrupt.signal = SIGINT;
    interrupt.signal_after_seconds = 2;
    for (const ProgramResult& result :
         {sinew({"optimize", file, "--timeout", "2"}), sinew({"optimize", file}, interrupt)}) {
        EXPECT_EQ(result.exit_status, 3) << result.errors;
        EXPECT_TRUE(std::regex_search(result.first_line(), std::regex("^feasible [0-9]+ bound [0-9]+$")))
            << result.output;
    }
    const ProgramResult expected = sinew({"optimize", file, "--timeout", "2", "--expect", "feasible"});
    EXPECT_EQ(expected.exit_status, 0) << expected.output;
}

TEST(Optimize, WhatIsWrongIsNamed) {
    const ProgramResult none = sinew({"optimize", inputs / "two_by_two.dnn"});
    EXPECT_EQ(none.exit_status, 2);
    EXPECT_NE(none.errors.find("no objective"), std::string::npos);
    const TemporaryFolder folder;
    const std::string contradiction =
        folder.write("c.dnn",
                     "dnn = { 'y0': 'x0' }\ndomains = { 'x0': 'int [0, 9]' }\nconditions = { 'out': '(y0 > 9)' }\n"
                     "objective = 'minimize x0'\n");
    EXPECT_EQ(sinew({"optimize", contradiction}).first_line(), "unsat");
    const std::string unbounded =
        folder.write("u.dnn",
                     "dnn = { 'a0': ['x0', 'tansig'], 'y0': 'n0' }\nconditions = { 'out': '(y0 > 9)' }\n"
                     "precision = 10\nobjective = 'minimize x0'\n");
    const ProgramResult result = sinew({"optimize", unbounded});
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_NE(result.output.find("x0 has no upper bound"), std::string::npos) << result.output;
}

TEST(SolveDnn, GivesTheAssignmentAlone) {
    const ProgramResult sat = sinew({"solve", inputs / "thermal_tansig.dnn"});
    EXPECT_EQ(sat.exit_status, 0) << sat.errors;
    EXPECT_TRUE(std::regex_search(sat.output, std::regex("^sat\nx0 = -?[0-9]+\nx1 = -?[0-9]+\ny0 = -?[0-9]+\n$")))
        << sat.output;
    const ProgramResult unsat = sinew({"solve", inputs / "integer_inputs.dnn", "--expect", "unsat"});
    EXPECT_EQ(unsat.exit_status, 0) << unsat.errors;
    EXPECT_EQ(unsat.output, "unsat\n");
    const ProgramResult real = sinew({"solve", inputs / "two_by_two.dnn"});
    EXPECT_EQ(real.exit_status, 0) << real.errors;
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
