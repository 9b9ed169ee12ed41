// SPDX-License-Identifier: Apache-2.0
// The verdict does not depend on the number of threads.
#include <gtest/gtest.h>

#include "engine/turns.hpp"
#include "model/evaluate.hpp"
#include "search/branch_and_bound.hpp"
#include "search/lazy_search.hpp"
#include "search/phase_branching.hpp"
#include "unit/search/random_query.hpp"

namespace sinew::search {
namespace {

using model::Query;
using model::Status;
using Make = std::unique_ptr<engine::Engine> (*)(const Query& query, Observer& observer);

std::unique_ptr<engine::Engine> boxes(const Query& query, Observer& observer) {
    std::string obstacle;
    return BranchAndBound::make(query, {}, observer, obstacle);
}
std::unique_ptr<engine::Engine> phases(const Query& query, Observer& observer) {
    return PhaseBranching::make(query, {}, observer);
}
std::unique_ptr<engine::Engine> lazy(const Query& query, Observer& observer) {
    return std::make_unique<LazySearch>(query, 0, observer);
}

class EveryEngine : public testing::TestWithParam<Make> {};
INSTANTIATE_TEST_SUITE_P(Engines, EveryEngine, testing::Values(boxes, phases, lazy));

TEST_P(EveryEngine, AgreesForAnyNumberOfThreads) {
    std::size_t answers[2] = {0, 0};
    Observer silent;
    for (std::uint64_t seed = 1000; seed < 1060; ++seed) {
        Random random(seed);
        const Query query =
            test::random_query(random, seed % 2 == 0 ? test::Weights::integers : test::Weights::decimals);
        const Limits limits(20.0, std::nullopt, nullptr);
        std::optional<Status> expected;
        for (const int threads : {1, 2, 4}) {
            std::unique_ptr<engine::Engine> engine = GetParam()(query, silent);
            if (engine == nullptr) break;
            const model::Verdict verdict = engine::decide_alone(std::move(engine), query, limits, threads);
            if (verdict.status != Status::sat && verdict.status != Status::unsat) break;
            ASSERT_EQ(verdict.status, expected.value_or(verdict.status)) << "seed " << seed << ", " << threads;
            expected = verdict.status;
            if (verdict.status == Status::sat) {
                ASSERT_TRUE(model::satisfies(query, verdict.witness->values, verdict.witness->booleans));
            }
        }
        if (expected) ++answers[*expected == Status::sat ? 1 : 0];
    }
    EXPECT_GT(answers[0], 5U);
    EXPECT_GT(answers[1], 5U);
}

TEST_P(EveryEngine, EndsAtOnceWithThreads) {
    Observer silent;
    Random random(1);
    const Query query = test::random_query(random, test::Weights::decimals);
    std::atomic<bool> interrupt{true};
    std::unique_ptr<engine::Engine> engine = GetParam()(query, silent);
    if (engine == nullptr) GTEST_SKIP() << "not for this engine";
    const model::Verdict verdict =
        engine::decide_alone(std::move(engine), query, Limits(std::nullopt, std::nullopt, &interrupt), 3);
    EXPECT_EQ(verdict.status, Status::unknown);
}

}  // namespace
}  // namespace sinew::search
