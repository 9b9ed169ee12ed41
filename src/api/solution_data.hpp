// SPDX-License-Identifier: Apache-2.0
// What a Solution is made from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sinew/solution.hpp>

#include "base/statistics.hpp"

namespace sinew {

struct Solution::Data {
    Status status = Status::unknown;
    std::string reason;
    std::string decided_by;
    std::vector<Rational> values;  ///< by variable; empty: there is no solution
    std::vector<double> errors;    ///< by variable; empty: all 0
    std::vector<bool> booleans;    ///< by Boolean
    double seconds = 0;
    std::optional<Rational> objective;
    std::optional<Rational> bound;
    Statistics statistics;
};

}  // namespace sinew
