// SPDX-License-Identifier: Apache-2.0
// sinew solve and sinew check on propositional formulas, as a user runs them.
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/program.hpp"

namespace {

using support::ProgramResult;
using support::TemporaryFolder;

ProgramResult sinew(std::vector<std::string> words) {
    words.insert(words.begin(), SINEW_PROGRAM);
    return support::run_program(words);
}

/// holes + 1 pigeons.
std::string pigeons(int holes) {
    std::string clauses;
    int count = 0;
    const auto sits = [&](int pigeon, int hole) { return std::to_string(pigeon * holes + hole + 1); };
    for (int p = 0; p <= holes; ++p, ++count) {
        for (int h = 0; h < holes; ++h) clauses += sits(p, h) + " ";
        clauses += "0\n";
    }
    for (int h = 0; h < holes; ++h)
        for (int p = 0; p <= holes; ++p)
            for (int q = 0; q < p; ++q, ++count) clauses += "-" + sits(p, h) + " -" + sits(q, h) + " 0\n";
    return "p cnf " + std::to_string((holes + 1) * holes) + " " + std::to_string(count) + "\n" + clauses;
}

TEST(SolveCnf, AModelInCompetitionForm) {
    const TemporaryFolder folder;
    const std::string file = folder.write("f.cnf", "p cnf 3 3\n1 2 0\n-1 0\n-2 -3 0\n");
    const ProgramResult result = sinew({"solve", file});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.output, "s SATISFIABLE\nv -1 2 -3 0\n");
    EXPECT_EQ(sinew({"solve", "--quiet", file}).output, "s SATISFIABLE\n");
    EXPECT_EQ(sinew({"solve", "--expect", "unsat", file}).exit_status, 5);
    const nlohmann::json json = nlohmann::json::parse(sinew({"solve", file, "--json"}).output);
    EXPECT_EQ(json["status"], "sat");
    EXPECT_EQ(json["model"], (std::vector<int>{-1, 2, -3}));
}

TEST(SolveCnf, ProofsInEveryFormAreVerified) {
    const TemporaryFolder folder;
    const std::string file = folder.write("php.cnf", pigeons(6));
    for (const char* name : {"proof", "proof.gz"}) {
        for (const bool binary : {false, true}) {
            const std::string proof = folder.path() / name;
            std::vector<std::string> words{"solve", file, "--drat", proof};
            if (binary) words.emplace_back("--binary");
            EXPECT_EQ(sinew(words).output, "s UNSATISFIABLE\n");
            const ProgramResult check = sinew({"check", file, proof});
            EXPECT_EQ(check.exit_status, 0) << check.errors;
            EXPECT_EQ(check.first_line(), "s VERIFIED");
        }
    }
}

TEST(SolveCnf, CorruptedProofsAreRejected) {
    const TemporaryFolder folder;
    const std::string file = folder.write("php.cnf", pigeons(5));
    const std::string proof = folder.path() / "proof";
    sinew({"solve", file, "--drat", proof});
    const std::string good = support::content_of(proof);
    const std::size_t second_line = good.find('\n') + 1;
    const std::vector<std::string> bad = {
        "",                                      // nothing shown
        "0\n",                                   // the end alone
        "1 0\n" + good,                          // what does not follow
        "d 1 7 13 0\n" + good,                   // removes what is not there
        good.substr(0, second_line),             // an end too early
        good.substr(0, good.size() / 2) + " -",  // cut in a clause
        "rubbish",
    };
    for (const std::string& content : bad) {
        const ProgramResult check = sinew({"check", file, folder.write("bad", content)});
        EXPECT_EQ(check.exit_status, 2) << content.substr(0, 40);
        EXPECT_NE(check.first_line(), "s VERIFIED");
        EXPECT_NE(check.errors, "");
    }
    // The right proof of another formula: one clause less can be satisfied.
    std::string weaker = pigeons(5);
    weaker.replace(weaker.find("1 2 3 4 5 0\n"), 12, "1 2 3 4 5 -1 0\n");
    EXPECT_EQ(sinew({"check", folder.write("weaker.cnf", weaker), proof}).exit_status, 2);
}

TEST(SolveCnf, LimitsAndWrongUse) {
    const TemporaryFolder folder;
    const std::string hard = folder.write("php.cnf", pigeons(12));
    const ProgramResult limited = sinew({"solve", "--timeout", "0.3", hard});
    EXPECT_EQ(limited.exit_status, 3);
    EXPECT_EQ(limited.output, "c time limit reached\ns UNKNOWN\n");
    EXPECT_LT(limited.seconds, 10);
    EXPECT_EQ(sinew({"solve", "--set", "sat.conflict_limit=10", hard}).exit_status, 3);
    for (const char* setting : {"sat.conflict_limit", "sat.conflict_limit=", "sat.conflict_limit=1x", "sat.decay=nan",
                                "sat.decay=2", "sat.unknown=1", "decay=0.9"})
        EXPECT_EQ(sinew({"solve", "--set", setting, hard}).exit_status, 1) << setting;
    EXPECT_EQ(sinew({"solve", "--drat", "/nonexistent/proof", hard}).exit_status, 4);
    EXPECT_EQ(sinew({"check", hard}).exit_status, 1);
    EXPECT_EQ(sinew({"check", hard, folder.path() / "none"}).exit_status, 2);
    EXPECT_EQ(sinew({"solve", folder.write("bad.cnf", "p cnf 1 1\n2 0\n")}).exit_status, 2);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
