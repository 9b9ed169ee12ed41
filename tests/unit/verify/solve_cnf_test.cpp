// SPDX-License-Identifier: Apache-2.0
#include "verify/solve_cnf.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "check/check_drat.hpp"
#include "check/cnf_model.hpp"

namespace sinew::verify {
namespace {

model::Cnf random_3sat(Random& random, std::size_t variables, std::size_t clauses) {
    model::Cnf cnf;
    cnf.variable_count = variables;
    for (std::size_t c = 0; c < clauses; ++c) {
        std::int32_t clause[3];
        do
            for (std::int32_t& literal : clause)
                literal = static_cast<std::int32_t>(1 + random.below(variables)) * (random.chance(0.5) ? 1 : -1);
        while (std::abs(clause[0]) == std::abs(clause[1]) || std::abs(clause[0]) == std::abs(clause[2]) ||
               std::abs(clause[1]) == std::abs(clause[2]));
        cnf.literals.insert(cnf.literals.end(), clause, clause + 3);
        cnf.begin.push_back(cnf.literals.size());
    }
    return cnf;
}

TEST(SolveCnf, ModelsAndProofsPassTheIndependentCheck) {
    Random random(17);
    int sat = 0;
    int unsat = 0;
    const std::string path = ::testing::TempDir() + "/sinew_solve_cnf_test.drat";
    for (int round = 0; round < 30; ++round) {
        const model::Cnf cnf = random_3sat(random, 100, 430);
        sat::Options options;
        options.learned_share = 0;  // deletions in every proof
        proof::DratWriter proof(path, round % 2 == 0 ? proof::DratForm::text : proof::DratForm::binary);
        const CnfAnswer answer = solve_cnf(cnf, options, {}, {.drat = &proof});
        proof.finish();
        if (answer.status == model::Status::sat) {
            ++sat;
            EXPECT_EQ(check::first_unsatisfied(cnf, answer.values), std::nullopt);
            continue;
        }
        ++unsat;
        ASSERT_EQ(answer.status, model::Status::unsat);
        proof::DratReader reader(path);
        const check::DratReport report = check::check_drat(cnf, reader);
        EXPECT_EQ(report.status, check::DratStatus::verified) << report.reason;
        EXPECT_GT(report.removed, 0U);
    }
    EXPECT_GT(sat, 3);
    EXPECT_GT(unsat, 3);
    std::filesystem::remove(path);
}

TEST(SolveCnf, VariablesThatNoClauseNamesHaveValuesToo) {
    model::Cnf cnf;
    cnf.variable_count = 1000;
    cnf.literals = {2};
    cnf.begin = {0, 1};
    const CnfAnswer answer = solve_cnf(cnf, {}, {});
    EXPECT_EQ(answer.status, model::Status::sat);
    EXPECT_EQ(answer.values.size(), 1000U);
    EXPECT_TRUE(answer.values[1]);
}

TEST(SolveCnf, LimitsAreReasons) {
    Random random(2);
    const model::Cnf cnf = random_3sat(random, 400, 1700);
    sat::Options options;
    options.conflict_limit = 50;
    const CnfAnswer answer = solve_cnf(cnf, options, {});
    EXPECT_EQ(answer.status, model::Status::unknown);
    EXPECT_EQ(answer.reason, "conflict limit reached");
    EXPECT_EQ(solve_cnf(cnf, {}, Limits(0.0, {}, nullptr)).status, model::Status::timeout);
}

}  // namespace
}  // namespace sinew::verify
