// SPDX-License-Identifier: Apache-2.0
// Certification against enumeration. tests/fuzz/fuzz_certify asks any number of these questions.
#include "bnn/certify.hpp"

#include <map>

#include <gtest/gtest.h>

#include "support/certify_oracle.hpp"

TEST(Certify, agrees_with_enumeration) {
    std::map<std::string, int> verdicts;
    for (std::uint64_t seed = 0; seed < 1200; ++seed) {
        const support::OracleCase answer = support::ask_certification(seed, seed % 50 == 0 ? 11 : 6);
        ASSERT_FALSE(answer.disagreement) << "seed " << seed << ": " << *answer.disagreement;
        ++verdicts[answer.verdict];
    }
    // Every way to an answer is walked.
    for (const char* verdict :
         {"certified by bounds", "certified by walk", "certified by search", "certified by cones", "falsified by cones",
          "falsified by walk", "falsified by attack", "falsified by gradients", "falsified by search", "wrong by "})
        EXPECT_GT(verdicts[verdict], 0) << verdict;
}

TEST(Certify, questions_that_were_answered_wrongly_once) {
    // Overlapping windows of a pooling with thresholds of their own.
    for (const std::uint64_t seed : {5467U}) {
        const support::OracleCase answer = support::ask_certification(seed, 12);
        EXPECT_FALSE(answer.disagreement) << "seed " << seed << ": " << *answer.disagreement;
    }
}
