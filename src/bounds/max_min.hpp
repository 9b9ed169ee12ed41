// SPDX-License-Identifier: Apache-2.0
// A tiny linear program, in doubles: the step inside a box that raises the least of a few linear functions most.
// It serves the attack, which moves along slivers that single gradients zigzag across; its answer is a hint.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sinew::bounds {

/// max over lower <= d <= upper of min_i (value[i] + slope[i·n + k]·d[k]), by a bounded primal simplex on a dense
/// dictionary: O(rows·n) a pivot, at most `pivots`. Returns d (n = lower.size(), bounds finite, lower <= upper).
std::vector<double> max_min_step(std::span<const double> value, std::span<const double> slope,
                                 std::span<const double> lower, std::span<const double> upper, std::size_t pivots = 60);

struct MaxMin {
    std::vector<double> step;
    std::vector<double>
        multipliers;  ///< one a row, >= 0, summing to 1: the weights whose combination gives the optimum
};
/// The same with the dual solution. Allocates nothing once `result` and this thread's workspace have grown.
void max_min(std::span<const double> value, std::span<const double> slope, std::span<const double> lower,
             std::span<const double> upper, MaxMin& result, std::size_t pivots = 60);

}  // namespace sinew::bounds
