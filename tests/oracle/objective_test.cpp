// SPDX-License-Identifier: Apache-2.0
// A sample of the random objectives that tests/fuzz/optimize puts to sinew and to Z3.
#include "oracle/objective.hpp"

#include <cstdio>
#include <map>

#include <gtest/gtest.h>

namespace sinew::oracle {
namespace {

TEST(Objectives, z3_agrees) {
    std::map<Outcome, int> count;
    int approached = 0;
    int stopped = 0;
    int gave_up = 0;
    constexpr int questions = 300;
    for (std::uint64_t index = 0; index < questions; ++index) {
        const ObjectiveSketch question = draw_objective(1, index);
        const Judgement judgement = judge(question, 20, 10000);
        ++count[judgement.status];
        approached += judgement.approached ? 1 : 0;
        stopped += judgement.stopped ? 1 : 0;
        gave_up += judgement.z3_gave_up ? 1 : 0;
        EXPECT_EQ(judgement.finding, "") << "question " << index << ":\n" << text_of(question);
    }
    std::printf("%d optima, %d approached, %d unbounded, %d unsat; %d stopped, Z3 gave up on %d\n",
                count[Outcome::optimum], approached, count[Outcome::unbounded], count[Outcome::unsat], stopped,
                gave_up);
    EXPECT_GT(count[Outcome::optimum], questions / 10);
    EXPECT_GT(count[Outcome::unbounded], questions / 50);
    EXPECT_GT(count[Outcome::unsat], questions / 20);
    EXPECT_GT(approached, questions / 50);
    EXPECT_LE(stopped, questions / 50);
    EXPECT_LE(gave_up, questions / 20);
}

}  // namespace
}  // namespace sinew::oracle
