// SPDX-License-Identifier: Apache-2.0
#include "check/check_drat.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "check/cnf_model.hpp"
#include "check/rup_checker.hpp"
#include "proof/drat_writer.hpp"

namespace sinew::check {
namespace {

using Clause = std::vector<std::int32_t>;

struct Step {
    char kind;
    Clause clause;
};

model::Cnf formula(std::size_t variables, const std::vector<Clause>& clauses) {
    model::Cnf cnf;
    cnf.variable_count = variables;
    for (const Clause& clause : clauses) {
        cnf.literals.insert(cnf.literals.end(), clause.begin(), clause.end());
        cnf.begin.push_back(cnf.literals.size());
    }
    return cnf;
}

DratReport check(const model::Cnf& cnf, const std::vector<Step>& steps) {
    const std::string path = ::testing::TempDir() + "/sinew_check_drat_test.proof";
    proof::DratWriter writer(path, proof::DratForm::binary);
    for (const Step& step : steps) step.kind == 'a' ? writer.add(step.clause) : writer.remove(step.clause);
    writer.finish();
    proof::DratReader reader(path);
    const DratReport report = check_drat(cnf, reader);
    std::filesystem::remove(path);
    return report;
}

/// The example of the DRAT papers: eight clauses over four variables, unsatisfiable.
const std::vector<Clause> example = {{1, 2, -3},   {-1, -2, 3}, {2, 3, -4}, {-2, -3, 4},
                                     {-1, -3, -4}, {1, 3, 4},   {-1, 2, 4}, {1, -2, -4}};

TEST(CheckDrat, AProofIsVerifiedAndEveryCorruptionRejected) {
    const std::vector<Step> good = {{'a', {-3, -1}}, {'d', {-1, -3, -4}}, {'a', {-1}}, {'a', {2}}, {'a', {}}};
    const model::Cnf cnf = formula(4, example);
    EXPECT_EQ(check(cnf, good).status, DratStatus::verified) << check(cnf, good).reason;

    // A literal left out, a sign, an order, a step left out, a clause that is not there, an end too early.
    EXPECT_EQ(check(cnf, {{'a', {-3}}}).status, DratStatus::rejected);
    EXPECT_EQ(check(cnf, {{'a', {3, 1}}}).status, DratStatus::rejected);
    EXPECT_EQ(check(cnf, {{'a', {-1}}}).status, DratStatus::rejected);
    EXPECT_EQ(check(cnf, {{'a', {}}}).status, DratStatus::rejected);
    EXPECT_EQ(check(cnf, {{'d', {-1, -3}}}).status, DratStatus::rejected);
    const DratReport early = check(cnf, {{'a', {-3, -1}}});
    EXPECT_EQ(early.status, DratStatus::rejected);
    EXPECT_NE(early.reason.find("without a contradiction"), std::string::npos);
    const DratReport wrong = check(cnf, {{'a', {-3, -1}}, {'a', {4}}});
    EXPECT_NE(wrong.reason.find("step 2 does not follow by reverse unit propagation: 4 0"), std::string::npos)
        << wrong.reason;
}

TEST(CheckDrat, DeletionTakesStrengthAway) {
    const std::vector<Step> steps = {{'d', {3, -2, -1}}, {'a', {-3, -1}}, {'a', {-1}}};
    EXPECT_EQ(check(formula(4, example), {{'a', {-3, -1}}, {'a', {-1}}}).reason.find("step"), std::string::npos);
    EXPECT_EQ(check(formula(4, example), steps).status, DratStatus::rejected);
}

TEST(CheckDrat, ASatisfiableFormulaHasNoProof) {
    Random random(3);
    for (int round = 0; round < 300; ++round) {
        // A planted solution: all variables true.
        std::vector<Clause> clauses;
        for (int c = 0; c < 20; ++c) {
            Clause clause{static_cast<std::int32_t>(random.integer(1, 6))};
            for (int i = 0; i < 2; ++i)
                clause.push_back(static_cast<std::int32_t>(random.integer(1, 6)) * (random.chance(0.5) ? 1 : -1));
            clauses.push_back(clause);
        }
        std::vector<Step> steps;
        for (int s = 0; s < 6; ++s) {
            Step step{random.chance(0.8) ? 'a' : 'd', {}};
            for (std::size_t i = random.below(3); i-- > 0;)
                step.clause.push_back(static_cast<std::int32_t>(random.integer(1, 6)) * (random.chance(0.5) ? 1 : -1));
            steps.push_back(step);
        }
        steps.push_back({'a', {}});
        ASSERT_EQ(check(formula(6, clauses), steps).status, DratStatus::rejected);
    }
}

TEST(CheckDrat, AFormulaThatIsRefutedByPropagationNeedsNoSteps) {
    EXPECT_EQ(check(formula(2, {{1}, {-1, 2}, {-2}}), {}).status, DratStatus::verified);
    EXPECT_EQ(check(formula(0, {{}}), {}).status, DratStatus::verified);
}

/// Whether the clause follows from the others by unit propagation, the slow way.
bool follows_naively(const std::vector<Clause>& clauses, const Clause& clause) {
    std::vector<std::int32_t> truths;
    const auto is_true = [&](std::int32_t l) { return std::find(truths.begin(), truths.end(), l) != truths.end(); };
    for (const std::int32_t literal : clause) {
        if (is_true(literal)) return true;
        truths.push_back(-literal);
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (const Clause& c : clauses) {
            Clause open;
            bool satisfied = false;
            for (const std::int32_t l : c) {
                satisfied |= is_true(l);
                if (!is_true(-l) && std::find(open.begin(), open.end(), l) == open.end()) open.push_back(l);
            }
            if (satisfied || open.size() > 1) continue;
            if (open.empty()) return true;
            truths.push_back(open[0]);
            changed = true;
        }
    }
    return false;
}

/// Whether every assignment of eight variables that satisfies the clauses satisfies the clause.
bool entailed(const std::vector<Clause>& clauses, const Clause& clause) {
    for (unsigned assignment = 0; assignment < 256; ++assignment) {
        const auto satisfied = [&](const Clause& c) {
            return std::any_of(c.begin(), c.end(), [&](std::int32_t l) {
                return (((assignment >> (std::abs(l) - 1)) & 1U) != 0) == (l > 0);
            });
        };
        if (!satisfied(clause) && std::all_of(clauses.begin(), clauses.end(), satisfied)) return false;
    }
    return true;
}

TEST(RupChecker, AgreesWithNaivePropagationUnderAdditionAndRemoval) {
    Random random(9);
    int accepted = 0;
    int refused = 0;
    for (int round = 0; round < 400; ++round) {
        RupChecker checker;
        std::vector<Clause> alive;
        const auto random_clause = [&](std::size_t longest) {
            Clause clause;
            for (std::size_t i = 1 + random.below(longest); i-- > 0;)
                clause.push_back(static_cast<std::int32_t>(random.integer(1, 8)) * (random.chance(0.5) ? 1 : -1));
            return clause;
        };
        for (int c = 0; c < 22; ++c) {
            alive.push_back(random_clause(4));
            if (alive.back().size() == 1) alive.back().push_back(-alive.back()[0] % 8 + 1);
            if (alive.back()[1] == 0) alive.back()[1] = 8;
            checker.add_given(alive.back());
        }
        const std::vector<Clause> given = alive;
        for (int step = 0; step < 30 && !checker.refuted(); ++step) {
            if (random.chance(0.3) && !alive.empty()) {
                const std::size_t which = random.below(alive.size());
                Clause shuffled = alive[which];
                std::reverse(shuffled.begin(), shuffled.end());
                // Facts stay when their clause goes; the naive list has to keep them.
                const bool unit_matters = follows_naively(alive, {shuffled[0]});
                if (unit_matters) continue;
                ASSERT_TRUE(checker.remove(shuffled));
                alive.erase(alive.begin() + static_cast<std::ptrdiff_t>(which));
                ASSERT_EQ(checker.alive(), alive.size());
                continue;
            }
            const Clause clause = random_clause(3);
            const bool expected = follows_naively(alive, clause);
            // Facts that outlive their clauses may let the checker accept more, never less, and never what is wrong.
            const bool got = checker.add_checked(clause);
            if (expected) {
                ASSERT_TRUE(got);
            }
            if (got) {
                ASSERT_TRUE(entailed(given, clause));
                alive.push_back(clause);
            }
            (got ? accepted : refused) += 1;
        }
    }
    EXPECT_GT(accepted, 300);
    EXPECT_GT(refused, 300);
}

TEST(RupChecker, ManyClausesComeAndGo) {
    // Enough for the table to grow and for compaction.
    RupChecker checker;
    Random random(5);
    std::vector<Clause> alive;
    checker.add_given(Clause{100001, 100002});
    checker.add_given(Clause{100001, -100002});
    for (int step = 0; step < 60000; ++step) {
        Clause clause;
        for (int i = 0; i < 6; ++i) clause.push_back(static_cast<std::int32_t>(random.integer(1, 100000)));
        checker.add_given(clause);
        alive.push_back(clause);
        if (step % 10 != 0) {
            ASSERT_TRUE(checker.remove(alive.back()));
            ASSERT_FALSE(checker.remove(Clause{clause[0], -clause[1]}));
            alive.pop_back();
        }
    }
    EXPECT_EQ(checker.alive(), alive.size() + 2);
    for (std::int32_t v = 1000; v <= 100000; v += 1000) ASSERT_FALSE(checker.add_checked(Clause{v}));
    EXPECT_FALSE(checker.add_checked(Clause{-100001}));
    EXPECT_TRUE(checker.add_checked(Clause{100001}));
    EXPECT_TRUE(checker.remove(alive[17]));
}

TEST(CnfModel, NamesTheFirstClauseThatFails) {
    const model::Cnf cnf = formula(3, {{1, 2}, {-1, 3}, {-3}});
    EXPECT_EQ(first_unsatisfied(cnf, {false, true, false}), std::nullopt);
    EXPECT_EQ(first_unsatisfied(cnf, {true, true, false}), 1U);
    EXPECT_EQ(first_unsatisfied(cnf, {false, true, true}), 2U);
    EXPECT_EQ(first_unsatisfied(cnf, {}), 0U);
}

}  // namespace
}  // namespace sinew::check
