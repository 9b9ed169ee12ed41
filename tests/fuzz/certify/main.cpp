// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include <fmt/core.h>

#include "support/certify_oracle.hpp"

int main(int argc, char** argv) {
    std::uint64_t count = 1000;
    std::uint64_t first = 0;
    std::size_t inputs = 12;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const auto next = [&]() { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
        if (word == "--first")
            first = next();
        else if (word == "--inputs")
            inputs = next();
        else
            count = std::strtoull(argv[i], nullptr, 10);
    }
    std::map<std::string, std::uint64_t> verdicts;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const support::OracleCase answer = support::ask_certification(seed, inputs);
        if (answer.disagreement) {
            fmt::print("seed {}: {}\n", seed, *answer.disagreement);
            return 1;
        }
        ++verdicts[answer.verdict];
    }
    for (const auto& [verdict, times] : verdicts) fmt::print("{:>8} {}\n", times, verdict);
    fmt::print("{} questions, no disagreement\n", count);
    return 0;
}
