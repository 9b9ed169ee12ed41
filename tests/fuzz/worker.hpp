// SPDX-License-Identifier: Apache-2.0
// Fuzzing in processes of their own: a crash, an abort or a hang of one query is a finding, and the run goes on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "fuzz/tally.hpp"
#include "oracle/compare.hpp"

namespace sinew::fuzz {

struct Plan {
    std::uint64_t seed = 1;
    std::uint64_t first = 0;
    std::uint64_t count = 1000;
    unsigned workers = 1;
    unsigned z3_milliseconds = 5000;
    double hang_seconds = 120;     ///< a query that takes longer is killed
    double shrink_seconds = 60;    ///< a disagreement
    std::filesystem::path folder;  ///< where disagreements are saved
    std::vector<oracle::Asker> askers;
};

/// The query `index` of `seed`, with a threshold moved onto an exact optimum in one case of five.
oracle::Sketch query_of(const Plan& plan, std::uint64_t index, std::set<std::string>& features);

/// Runs the plan; `tell` is called after every query.
Tally run(const Plan& plan, const std::function<void(const Tally&)>& tell);

}  // namespace sinew::fuzz
