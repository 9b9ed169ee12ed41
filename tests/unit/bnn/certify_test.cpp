// Certification against enumeration. tests/fuzz/fuzz_bnn asks any number of these questions.
#include "bnn/certify.hpp"

#include <map>

#include <gtest/gtest.h>

#include "support/certify_oracle.hpp"

TEST(Certify, agrees_with_enumeration) {
    std::map<std::string, int> verdicts;
    for (std::uint64_t seed = 0; seed < 1500; ++seed) {
        const support::OracleCase answer = support::ask_certification(seed, seed % 50 == 0 ? 12 : 7);
        ASSERT_FALSE(answer.disagreement) << "seed " << seed << ": " << *answer.disagreement;
        ++verdicts[answer.verdict];
    }
    // Every way to an answer is walked.
    for (const char* verdict : {"certified by bounds", "certified by search", "falsified by attack", "wrong by "})
        EXPECT_GT(verdicts[verdict], 0) << verdict;
}
