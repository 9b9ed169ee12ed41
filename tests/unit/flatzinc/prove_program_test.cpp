// SPDX-License-Identifier: Apache-2.0
#include "flatzinc/prove_program.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "check/check_drcp.hpp"
#include "read/flatzinc/read_flatzinc.hpp"

namespace sinew::flatzinc {
namespace {

using check::DrcpReport;

std::string path_of(const std::string& name) {
    return ::testing::TempDir() + "/sinew_prove_program_" + name;
}

model::ConstraintProgram program_of(const std::string& text) {
    std::ofstream(path_of("test.fzn")) << text;
    return read::read_flatzinc(path_of("test.fzn"));
}

DrcpReport check_text(const model::ConstraintProgram& program, const std::string& proof) {
    std::ofstream(path_of("damaged.drcp")) << proof;
    proof::ProofInput input(path_of("damaged.drcp"));
    return check::check_drcp(program, input, {});
}

/// Empty: a solution without an objective.
std::string proof_of(const model::ConstraintProgram& program) {
    const std::string path = path_of("test.drcp");
    proof::DrcpWriter writer(path);
    Listener listener;
    const Outcome outcome = prove(program, {}, listener, writer);
    if (!outcome.is_complete) return {};
    writer.finish();
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void expect_verified(const std::string& text, const std::string& conclusion) {
    const model::ConstraintProgram program = program_of(text);
    const DrcpReport report = check_text(program, proof_of(program));
    EXPECT_EQ(report.status, DrcpReport::Status::verified) << text << report.reason;
    EXPECT_EQ(report.conclusion, conclusion) << text;
}

std::string pigeons(int count) {
    std::string text;
    std::string names;
    for (int i = 0; i < count; ++i) {
        text += fmt::format("var 1..{}: p{};\n", count - 1, i);
        names += fmt::format("{}p{}", i == 0 ? "" : ",", i);
    }
    return text + "constraint fzn_all_different_int([" + names + "]);\nsolve satisfy;\n";
}

TEST(ProveProgram, PigeonsDoNotFit) {
    for (int count = 2; count < 7; ++count) expect_verified(pigeons(count), "unsat");
}

TEST(ProveProgram, OptimaOfEveryKindOfConstraint) {
    expect_verified(
        "var 0..5: x;\nvar 0..5: y;\nvar 0..99: z;\n"
        "constraint int_lin_le([2,3],[x,y],11);\nconstraint int_lin_eq([3,4,-1],[x,y,z],0);\nsolve maximize z;\n",
        "objective <= 16");
    expect_verified(
        "var {1,4,7}: x;\nvar 1..3: i;\nvar bool: b;\n"
        "constraint array_int_element(i,[7,5,4],x);\nconstraint int_eq_reif(i,3,b);\nconstraint bool_clause([],[b]);\n"
        "solve minimize x;\n",
        "objective >= 7");
    expect_verified(
        "var -3..3: x;\nvar -3..3: y;\nvar -3..3: m;\nconstraint int_max(x,y,m);\nconstraint int_lin_ne([1],[m],-3);\n"
        "constraint int_lin_eq([1,1],[x,y],-3);\nsolve minimize m;\n",
        "objective >= -1");
    expect_verified(
        "var -6..2: x;\nvar -2..5: y;\nvar -4..4: z;\nconstraint int_abs(x,y);\n"
        "constraint int_lin_le([-1,-2,-2],[x,y,z],-3);\nconstraint int_lin_le([1,2],[x,z],3);\nsolve minimize z;\n",
        "objective >= -1");
    expect_verified(
        "var 0..3: x;\nvar bool: b;\nvar bool: c;\nconstraint set_in_reif(x,{0,2},b);\n"
        "constraint bool_not(b,c);\nconstraint array_bool_and([b,c],true);\nsolve satisfy;\n",
        "unsat");
}

TEST(ProveProgram, WhatHasNoRuleIsRefusedBeforeTheSearch) {
    const model::ConstraintProgram program =
        program_of("var 0..3: x;\nvar 0..9: y;\nconstraint int_times(x,x,y);\nsolve satisfy;\n");
    proof::DrcpWriter writer(path_of("test.drcp"));
    Listener listener;
    try {
        prove(program, {}, listener, writer);
        FAIL() << "refused";
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("int_times"), std::string::npos);
    }
}

/// Σ factors·x <= or = or != right, in some also only where a Boolean says so.
struct RandomProgram {
    std::string text;
    std::optional<int> least;  ///< of x0; none: no solution
};
RandomProgram random_program(std::uint64_t seed) {
    Random random(seed);
    const auto number = [&](int lower, int upper) {
        return lower + static_cast<int>(random.below(static_cast<std::uint64_t>(upper - lower + 1)));
    };
    struct Row {
        int factor[3];
        int relation;
        int right;
        int mode;
    };
    std::vector<Row> rows(static_cast<std::size_t>(number(2, 7)));
    std::string text = "var -2..2: x0;\nvar -2..2: x1;\nvar 0..3: x2;\nvar bool: b;\n";
    constexpr const char* relations[] = {"le", "eq", "ne"};
    constexpr const char* modes[] = {"", "_reif", "_imp"};
    for (Row& row : rows) {
        for (int& factor : row.factor) factor = number(-2, 2);
        row.relation = number(0, 2);
        row.right = number(-3, 3);
        row.mode = number(0, 2);
        text += fmt::format("constraint int_lin_{}{}([{},{},{}],[x0,x1,x2],{}{});\n", relations[row.relation],
                            modes[row.mode], row.factor[0], row.factor[1], row.factor[2], row.right,
                            row.mode == 0 ? "" : ",b");
    }
    RandomProgram result{text + "solve minimize x0;\n", {}};
    for (int x0 = 2; x0 >= -2; --x0)
        for (int x1 = -2; x1 <= 2; ++x1)
            for (int x2 = 0; x2 <= 3; ++x2)
                for (int b = 0; b <= 1; ++b) {
                    const bool holds = std::all_of(rows.begin(), rows.end(), [&](const Row& row) {
                        const int sum = row.factor[0] * x0 + row.factor[1] * x1 + row.factor[2] * x2;
                        const bool is = row.relation == 0   ? sum <= row.right
                                        : row.relation == 1 ? sum == row.right
                                                            : sum != row.right;
                        return row.mode == 0 ? is : row.mode == 1 ? is == (b != 0) : is || b == 0;
                    });
                    if (holds) result.least = x0;
                }
    return result;
}

TEST(ProveProgram, RandomProgramsAsEnumeratedAndNothingFalseOfDamagedProofs) {
    Random random(1);
    std::size_t rejected = 0;
    std::size_t damaged = 0;
    std::string other;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const RandomProgram made = random_program(seed);
        const std::string truth = made.least ? fmt::format("objective >= {}", *made.least) : "unsat";
        expect_verified(made.text, truth);
        const model::ConstraintProgram program = program_of(made.text);
        const std::string proof = proof_of(program);
        const auto expect_nothing_false = [&](const std::string& text) {
            ++damaged;
            const DrcpReport report = check_text(program, text);
            if (report.status != DrcpReport::Status::verified) {
                ++rejected;
                return;
            }
            // A weaker bound than the best holds, too.
            const bool is_bound = made.least && report.conclusion.starts_with("objective >= ");
            EXPECT_TRUE(report.conclusion == truth || (!made.least && report.conclusion != "unsat") ||
                        (is_bound && std::stoi(report.conclusion.substr(13)) <= *made.least))
                << made.text << text << report.conclusion;
        };
        // Without its end; with the end of an other verdict; the proof of another problem.
        EXPECT_NE(check_text(program, proof.substr(0, proof.rfind("c "))).status, DrcpReport::Status::verified);
        const std::string flipped = made.least ? proof.substr(0, proof.rfind("c ")) + "c UNSAT\n"
                                               : proof.substr(0, proof.rfind("n ")) + "c UNSAT\n";
        EXPECT_NE(check_text(program, flipped).status, DrcpReport::Status::verified);
        if (!other.empty()) expect_nothing_false(other);
        other = proof;
        for (int k = 0; k < 20; ++k) {
            std::string text = proof;
            if (k % 4 == 0) {  // a line is gone
                const std::size_t at = random.below(text.size());
                const std::size_t end = text.find('\n', at);
                const std::size_t begin = text.rfind('\n', at);
                if (end == std::string::npos || begin == std::string::npos || begin >= end) continue;
                text.erase(begin, end - begin);
            } else {  // a digit is another
                std::size_t at = random.below(text.size());
                at = text.find_first_of("0123456789", at);
                if (at == std::string::npos) continue;
                text[at] = static_cast<char>('0' + random.below(10));
            }
            if (text != proof) expect_nothing_false(text);
        }
    }
    EXPECT_GT(rejected * 10, damaged * 4);
}

}  // namespace
}  // namespace sinew::flatzinc
