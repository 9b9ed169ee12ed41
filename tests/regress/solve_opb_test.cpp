// SPDX-License-Identifier: Apache-2.0
// sinew solve on pseudo-Boolean problems, as a user runs it: against clasp where that is installed.
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/random.hpp"
#include "support/program.hpp"

namespace {

namespace fs = std::filesystem;
using support::ProgramResult;
using support::TemporaryFolder;

ProgramResult sinew(std::vector<std::string> words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words);
}

/// Variables, constraints of every kind, weights of up to 25 bits.
std::string random_problem(sinew::Random& random, bool optimise) {
    const auto n = static_cast<std::int64_t>(10 + random.below(20));
    const auto m = static_cast<std::int64_t>(5 + random.below(30));
    std::ostringstream text;
    const auto terms = [&](std::int64_t count, std::int64_t largest) {
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int64_t c = random.integer(-largest, largest);
            text << (c < 0 ? "" : "+") << c << (random.chance(0.3) ? " ~x" : " x") << random.integer(1, n) << ' ';
        }
    };
    text << "* #variable= " << n << " #constraint= " << m << "\n";
    if (optimise) {
        text << "min: ";
        terms(n, random.chance(0.5) ? 1 : 20);
        text << ";\n";
    }
    for (std::int64_t c = 0; c < m; ++c) {
        const std::int64_t largest = random.chance(0.4) ? 1 : random.chance(0.7) ? 9 : std::int64_t{1} << 25;
        const std::int64_t size = random.integer(2, 8);
        terms(size, largest);
        // clasp 3.3.5 accepts wrong solutions of equalities with large weights.
        text << (largest < 100 && random.chance(0.1) ? "= " : ">= ") << random.integer(-largest, largest) << " ;\n";
    }
    return text.str();
}

bool has_clasp() {
    return std::system("command -v clasp > /dev/null 2>&1") == 0;
}

TEST(SolveOpb, AnswersInCompetitionForm) {
    const TemporaryFolder folder;
    const std::string file = folder.write("f.opb", "min: +1 x1 +2 x2;\n+1 x1 +1 x2 >= 1;\n+1 ~x1 >= 1;\n");
    const ProgramResult result = sinew({"solve", file});
    EXPECT_EQ(result.exit_status, 0) << result.errors;
    EXPECT_EQ(result.last_line('s'), "OPTIMUM FOUND");
    EXPECT_EQ(result.last_line('o'), "2");
    EXPECT_EQ(result.last_line('v'), "-x1 x2");
    EXPECT_EQ(sinew({"solve", "--quiet", file}).output, "s OPTIMUM FOUND\n");
    const nlohmann::json json = nlohmann::json::parse(sinew({"solve", file, "--json"}).output);
    EXPECT_EQ(json["status"], "optimum");
    EXPECT_EQ(json["value"], 2);
    EXPECT_EQ(json["bound"], 2);
    const std::string most = folder.write("g.opb", "max: +3 x1 -2 x2;\n");
    EXPECT_EQ(sinew({"solve", most}).last_line('o'), "3");
    const std::string none = folder.write("h.opb", "+1 x1 >= 1;\n-1 x1 >= 0;\n");
    EXPECT_EQ(sinew({"solve", none}).output, "s UNSATISFIABLE\n");
    EXPECT_EQ(sinew({"solve", "--expect", "sat", none}).exit_status, 5);
    const std::string any = folder.write("i.opb", "+1 x1 x2 >= 1;\n");
    EXPECT_EQ(sinew({"solve", any}).output, "s SATISFIABLE\nv x1 x2\n");
    EXPECT_EQ(sinew({"solve", "--drat", "x", any}).exit_status, 1);
    EXPECT_EQ(sinew({"solve", "--set", "rows.learning=x", any}).exit_status, 1);
}

TEST(SolveOpb, ExamplesHaveTheOptimumTheySay) {
    const std::regex wanted(R"(\* optimum: (-?\d+))");
    int count = 0;
    for (const auto& entry : fs::directory_iterator(fs::path(SINEW_SOURCE_DIR) / "inputs/opb")) {
        const std::string content = support::content_of(entry.path());
        std::smatch match;
        if (!std::regex_search(content, match, wanted)) continue;
        ++count;
        for (const char* learning : {"rows.learning=0", "rows.learning=1", "rows.learning=2"}) {
            const ProgramResult result = sinew({"solve", entry.path(), "--set", learning});
            EXPECT_EQ(result.last_line('o'), match[1]);
            EXPECT_EQ(result.last_line('s'), "OPTIMUM FOUND");
        }
    }
    EXPECT_GT(count, 0);
}

/// Even colouring of a ring in which every vertex is joined to the next two, with one edge divided: half of each
/// vertex's edges are true, which an odd number of edges does not allow.
std::string even_colouring(int vertices, bool odd, bool objective) {
    std::vector<std::vector<int>> at(static_cast<std::size_t>(vertices) + 1);
    int edges = 0;
    const auto join = [&](int a, int b) {
        ++edges;
        at[static_cast<std::size_t>(a)].push_back(edges);
        at[static_cast<std::size_t>(b)].push_back(edges);
    };
    for (int v = 0; v < vertices; ++v) {
        join(v, odd && v == 0 ? vertices : (v + 1) % vertices);
        join(v, (v + 2) % vertices);
    }
    if (odd) join(vertices, 1);
    std::ostringstream text;
    if (objective) text << "min: +3 x1 -2 x2 +1 x7 ;\n";
    for (const std::vector<int>& edges_at : at) {
        if (edges_at.empty()) continue;
        for (const int edge : edges_at) text << "+1 x" << edge << ' ';
        text << "= " << edges_at.size() / 2 << " ;\n";
    }
    return text.str();
}

TEST(SolveOpb, EvenColouringsAreDecidedByParity) {
    const TemporaryFolder folder;
    for (const int vertices : {61, 200, 401}) {
        for (const bool objective : {false, true}) {
            const std::string odd = folder.write("odd.opb", even_colouring(vertices, true, objective));
            EXPECT_EQ(sinew({"solve", odd, "--timeout", "30"}).output, "s UNSATISFIABLE\n") << vertices;
            const std::string even = folder.write("even.opb", even_colouring(vertices, false, objective));
            EXPECT_EQ(sinew({"solve", even, "--timeout", "30"}).last_line('s'),
                      objective ? "OPTIMUM FOUND" : "SATISFIABLE")
                << vertices;
        }
    }
}

TEST(SolveOpb, AgreesWithClasp) {
    if (!has_clasp()) GTEST_SKIP() << "clasp is not installed";
    sinew::Random random(5);
    const TemporaryFolder folder;
    for (int i = 0; i < 150; ++i) {
        const std::string file = folder.write("p" + std::to_string(i) + ".opb", random_problem(random, i % 3 != 0));
        const ProgramResult other = support::run_program({"/usr/bin/env", "clasp", "--quiet=1", file});
        const std::string learning = "rows.learning=" + std::to_string(i % 3);
        const ProgramResult ours = sinew({"solve", file, "--set", learning});
        SCOPED_TRACE(support::content_of(file));
        EXPECT_EQ(ours.last_line('s'), other.last_line('s'));
        EXPECT_EQ(ours.last_line('o'), other.last_line('o'));
    }
}

TEST(SolveOpb, WhatIsExportedSaysTheSame) {
    sinew::Random random(6);
    const TemporaryFolder folder;
    for (int i = 0; i < 12; ++i) {
        const std::string file = folder.write("p.opb", random_problem(random, i % 2 == 0));
        const std::string again = folder.path() / "again.opb";
        const std::string clauses = folder.path() / "clauses.cnf";
        ASSERT_EQ(sinew({"export", file, "--out", again}).exit_status, 0);
        ASSERT_EQ(sinew({"export", file, "--out", clauses}).exit_status, 0);
        const ProgramResult answer = sinew({"solve", file});
        const ProgramResult same = sinew({"solve", again});
        EXPECT_EQ(answer.last_line('s'), same.last_line('s'));
        EXPECT_EQ(answer.last_line('o'), same.last_line('o'));
        const bool unsat = answer.last_line('s') == "UNSATISFIABLE";
        EXPECT_EQ(sinew({"solve", clauses}).last_line('s'), unsat ? "UNSATISFIABLE" : "SATISFIABLE");
    }
    EXPECT_EQ(sinew({"export", "--to", "lp", folder.path() / "p.opb"}).exit_status, 1);
}

/// A knapsack of so many constraints that nobody proves its optimum in a second.
std::string hard_problem() {
    sinew::Random random(9);
    std::ostringstream text;
    text << "max: ";
    for (int v = 1; v <= 150; ++v) text << '+' << random.integer(50, 99) << " x" << v << ' ';
    text << ";\n";
    for (int c = 0; c < 20; ++c) {
        for (int v = 1; v <= 150; ++v) text << '+' << random.integer(20, 99) << " x" << v << ' ';
        text << "<= 4000;\n";
    }
    return text.str();
}

TEST(SolveOpb, ALimitOrAnInterruptLeavesTheBestSoFar) {
    const TemporaryFolder folder;
    const std::string file = folder.write("hard.opb", hard_problem());
    support::ProgramOptions interrupt;
    interrupt.signal = SIGINT;
    interrupt.signal_after_seconds = 1;
    const ProgramResult results[] = {sinew({"solve", file, "--timeout", "1"}),
                                     support::run_program({SINEW_PROGRAM, "solve", file}, interrupt)};
    for (const ProgramResult& result : results) {
        EXPECT_EQ(result.exit_status, 3) << result.errors;
        EXPECT_EQ(result.last_line('s'), "SATISFIABLE");
        EXPECT_FALSE(result.last_line('o').empty());
        EXPECT_NE(result.output.find("c bound "), std::string::npos);
    }
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
