// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include <fmt/format.h>

#include "oracle/objective.hpp"

int main(int argc, char** argv) {
    using namespace sinew;
    std::uint64_t count = 1000;
    std::uint64_t first = 0;
    std::uint64_t seed = 1;
    double seconds = 20;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const char* value = word.starts_with("--") && i + 1 < argc ? argv[++i] : argv[i];
        if (word == "--first")
            first = std::strtoull(value, nullptr, 10);
        else if (word == "--seed")
            seed = std::strtoull(value, nullptr, 10);
        else if (word == "--seconds")
            seconds = std::atof(value);
        else
            count = std::strtoull(value, nullptr, 10);
    }
    std::map<std::string, std::uint64_t> answers;
    std::uint64_t gave_up = 0;
    std::uint64_t differs = 0;
    std::uint64_t findings = 0;
    for (std::uint64_t index = first; index < first + count; ++index) {
        const oracle::ObjectiveSketch question = oracle::draw_objective(seed, index);
        const oracle::Judgement judgement = oracle::judge(question, seconds, 10000);
        ++answers[judgement.approached ? "approached"
                  : judgement.stopped  ? "stopped at the limit"
                                       : std::string(to_string(judgement.status))];
        gave_up += judgement.z3_gave_up ? 1 : 0;
        differs += judgement.z3_differs ? 1 : 0;
        if (judgement.stopped) fmt::print("question {} takes more than {} seconds\n", index, seconds);
        if (judgement.finding.empty()) continue;
        ++findings;
        fmt::print("question {} of seed {}: {}\n{}\n", index, seed, judgement.finding, oracle::text_of(question));
        std::fflush(stdout);
    }
    for (const auto& [answer, times] : answers) fmt::print("{:>8} {}\n", times, answer);
    fmt::print("{} questions, {} findings; Z3 gave up on {}, its optimiser has another value for {}\n", count, findings,
               gave_up, differs);
    return findings == 0 ? 0 : 1;
}
