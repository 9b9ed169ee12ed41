// SPDX-License-Identifier: Apache-2.0
// The knobs of the integer engine, with their ranges.
#pragma once

#include <cstdint>

#include "base/options.hpp"

namespace sinew::integer {

struct Options {
    std::uint64_t seed = 0;
    std::int64_t restart = 0;          ///< 0 Luby, 1 glucose, 2 both in turn
    std::int64_t luby_unit = 100;      ///< conflicts
    double decay = 0.95;               ///< of variables' activities
    std::uint64_t learned = 2000;      ///< learned clauses before the first reduction
    double learned_growth = 1.1;       ///< of that number a reduction
    std::uint64_t rises = 128;         ///< of a variable's bound in one propagation, before it counts as creeping
    std::uint64_t check_period = 256;  ///< occasions between two checks of all rows together, at most
    std::uint64_t first_budget = 300;  ///< conflicts of the first search for a better solution
    std::uint64_t relaxed_share = 8;   ///< a conflict under relaxations costs about so many without
    bool relax = true;                 ///< objectives are bounded by linear relaxations
};

const OptionTable<Options>& option_table();

}  // namespace sinew::integer
