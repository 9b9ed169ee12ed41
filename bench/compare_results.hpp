// SPDX-License-Identifier: Apache-2.0
// Two runs of a suite side by side: which verdicts changed, how the times of what both solved compare.
#pragma once

#include <string>
#include <vector>

#include "results_table.hpp"

namespace sinew::bench {

/// Times below this are noise of starting a process; they count as this.
inline constexpr double least_seconds = 0.01;

/// Of an instance that both solved.
struct Ratio {
    std::string instance;
    double old_seconds = 0;  ///< processor time
    double new_seconds = 0;
    double ratio = 1;  ///< new over old; below 1 is faster
};

struct Comparison {
    std::vector<Ratio> ratios;  ///< slowest first
    double mean_ratio = 1;      ///< geometric
    std::vector<std::string> contradictions, lost, won, missing, added;

    /// Nothing contradicts, nothing is lost.
    bool holds() const { return contradictions.empty() && lost.empty(); }
};

Comparison compare(const ResultTable& before, const ResultTable& after);

/// As a person reads it.
std::string comparison_text(const Comparison& comparison);

}  // namespace sinew::bench
