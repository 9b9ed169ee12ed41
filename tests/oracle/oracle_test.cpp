// SPDX-License-Identifier: Apache-2.0
// Two thousand random queries: every strategy of verify, every format's round trip, and on one in ten the programs z3
// and cvc5 on the exported SMT-LIB, all against Z3's library. tests/fuzz asks any number.
#include <cstdio>
#include <cstdlib>
#include <map>

#include <gtest/gtest.h>

#include "oracle/askers.hpp"
#include "oracle/dnn_text.hpp"
#include "oracle/random_query.hpp"
#include "oracle/z3_encoding.hpp"

namespace sinew::oracle {
namespace {

constexpr std::uint64_t seed = 2000;
constexpr std::uint64_t queries = 2000;
constexpr double seconds = 10;

/// The shards that ctest runs side by side: SINEW_ORACLE_SHARD=k of SINEW_ORACLE_SHARDS=n.
std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(Oracle, everyone_agrees_with_z3) {
    const std::uint64_t shards = from_environment("SINEW_ORACLE_SHARDS", 1);
    const std::vector<Asker> usual = askers_named("verify,formats", seed, seconds);
    const std::vector<Asker> all = askers_named("verify,formats,programs", seed, seconds);
    std::map<model::Status, std::uint64_t> verdicts;
    std::uint64_t gave_up = 0;
    std::uint64_t timeouts = 0;
    for (std::uint64_t index = from_environment("SINEW_ORACLE_SHARD", 0); index < queries; index += shards) {
        Sketch sketch = draw_query(seed, index).sketch;
        if (index % 5 == 0) sharpen(sketch, index, 1000);
        const ComparedAnswers outcome = compare(sketch, index / shards % 10 == 0 ? all : usual, 10000);
        ++verdicts[outcome.expected];
        gave_up += outcome.z3_gave_up ? 1 : 0;
        for (const auto& [name, answer] : outcome.answers) {
            const bool stopped = answer.kind == Answer::Kind::verdict && answer.status == model::Status::timeout;
            if (stopped && (name.starts_with("automatic") || name.starts_with("lazy"))) ++timeouts;
        }
        for (const Finding& finding : outcome.findings)
            ADD_FAILURE() << "query " << index << " of seed " << seed << ": " << finding.asker << ' ' << finding.text
                          << '\n'
                          << dnn_text(sketch, 0).value_or(z3_script(sketch));
    }
    std::printf("%llu sat, %llu unsat; Z3 gave up on %llu; %llu answers of verify took more than %.0f s\n",
                static_cast<unsigned long long>(verdicts[model::Status::sat]),
                static_cast<unsigned long long>(verdicts[model::Status::unsat]),
                static_cast<unsigned long long>(gave_up), static_cast<unsigned long long>(timeouts), seconds);
    EXPECT_GT(verdicts[model::Status::sat], queries / shards / 4);
    EXPECT_GT(verdicts[model::Status::unsat], queries / shards / 4);
    EXPECT_LE(gave_up, queries / shards / 100);
    EXPECT_LE(timeouts, queries / shards / 100);
}

}  // namespace
}  // namespace sinew::oracle
