// SPDX-License-Identifier: Apache-2.0
// Random pseudo-Boolean problems as text, read and solved as `sinew solve` does, against every assignment tried. ctest
// asks two thousand; SINEW_OPB_PROBLEMS=N and SINEW_OPB_SEED=S any number of others, for instance
//   SINEW_OPB_PROBLEMS=20000 SINEW_OPB_SEED=7 test_oracle --gtest_filter='Opb.*'
#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "oracle/random_opb.hpp"
#include "read/opb/read_opb.hpp"
#include "verify/solve_pb.hpp"

namespace sinew::oracle {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

cardinality::Options random_options(Random& random) {
    cardinality::Options options;
    options.seed = static_cast<std::uint64_t>(random.integer(0, 1000));
    options.learning = random.integer(0, 2);
    options.restart = random.integer(0, 2);
    options.rephase_interval = random.chance(0.5) ? 1000 : random.integer(0, 20);
    options.strengthen = random.chance(0.7);
    options.residues = random.chance(0.7);
    options.gates = random.chance(0.7);
    options.bound_share = random.chance(0.5) ? 70 : 50 * random.integer(0, 2);
    return options;
}

void check(const RandomOpb& problem, const verify::PbAnswer& answer, bool to_the_end) {
    const RandomOpb::Best expected = problem.best();
    if (to_the_end) {
        ASSERT_EQ(answer.status, expected.satisfiable ? model::Status::sat : model::Status::unsat);
    }
    if (answer.status == model::Status::unsat) {
        ASSERT_FALSE(expected.satisfiable);
    }
    if (answer.status == model::Status::sat) {
        std::vector<bool> values = answer.values;
        values.resize(problem.variable_count());  // the last ones may occur nowhere
        ASSERT_TRUE(problem.satisfied_by(values));
        if (!problem.has_objective()) return;
        ASSERT_EQ(answer.value, problem.value(values));
        if (to_the_end) {
            ASSERT_TRUE(answer.optimal);
        }
        if (answer.optimal) {
            ASSERT_EQ(answer.value, expected.value);
        }
    }
    if (problem.has_objective() && expected.satisfiable) {
        ASSERT_TRUE(answer.bound);
        ASSERT_TRUE(problem.maximised() ? *answer.bound >= expected.value : *answer.bound <= expected.value);
    }
}

TEST(Opb, everything_agrees_with_enumeration) {
    const std::uint64_t count = from_environment("SINEW_OPB_PROBLEMS", 2000);
    const std::uint64_t seed = from_environment("SINEW_OPB_SEED", 1);
    std::uint64_t satisfiable = 0;
    std::uint64_t unsatisfiable = 0;
    std::uint64_t refused = 0;
    std::uint64_t stopped = 0;
    for (std::uint64_t index = 0; index < count; ++index) {
        const RandomOpb problem(seed, index);
        const std::string text = problem.text();
        SCOPED_TRACE("problem " + std::to_string(index) + " of seed " + std::to_string(seed) + "\n" + text);
        model::PseudoBoolean read;
        try {
            read = read::read_opb_text(text, "random.opb");
        } catch (const InputError& error) {
            ASSERT_TRUE(problem.may_be_refused()) << error.what();
            ++refused;
            continue;
        }
        Random random(seed + 1000 * index);
        cardinality::Options options = random_options(random);
        const bool to_the_end = random.chance(0.9);
        if (!to_the_end) options.conflict_limit = random.integer(0, 10);
        const verify::PbAnswer answer = verify::solve_pb(read, options, {});
        check(problem, answer, to_the_end);
        if (testing::Test::HasFatalFailure()) return;
        satisfiable += answer.status == model::Status::sat ? 1 : 0;
        unsatisfiable += answer.status == model::Status::unsat ? 1 : 0;
        stopped += to_the_end ? 0 : 1;
    }
    std::printf("%llu satisfiable, %llu not, %llu refused for their size, %llu under a limit of conflicts\n",
                static_cast<unsigned long long>(satisfiable), static_cast<unsigned long long>(unsatisfiable),
                static_cast<unsigned long long>(refused), static_cast<unsigned long long>(stopped));
    EXPECT_GT(satisfiable, count / 4);
    EXPECT_GT(unsatisfiable, count / 8);
    EXPECT_LT(refused, count / 8);
}

}  // namespace
}  // namespace sinew::oracle
