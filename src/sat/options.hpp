// The knobs of the core, with their ranges.
#pragma once

#include <cstdint>
#include <span>

#include "base/options.hpp"

namespace sinew::sat {

struct Options {
    std::int64_t restart = 2;            ///< 0 Luby, 1 glucose, 2 both in turn
    std::int64_t luby_unit = 100;        ///< conflicts
    double restart_margin = 1.1;         ///< recent glue over average glue
    std::int64_t restart_interval = 2;   ///< least conflicts between glucose restarts
    std::int64_t mode_interval = 1000;   ///< conflicts of the first phase of either kind
    double decay = 0.95;                 ///< of activities
    std::int64_t reduce_interval = 300;  ///< conflicts; grows with the square root of the conflicts
    double reduce_fraction = 0.75;       ///< of the candidates
    std::int64_t tier1 = 2;              ///< glue of clauses that are kept for ever
    std::int64_t tier2 = 6;              ///< glue of clauses that survive two reductions
    bool target_phases = true;           ///< in stable mode, decide towards the longest conflict-free trail
    bool initial_phase = false;
    std::int64_t rephase_interval = 1000;  ///< conflicts; 0 never
    double random_decisions = 0;
    std::int64_t seed = 0;
    std::int64_t conflict_limit = -1;  ///< of one solve(); -1 for none
};

std::span<const OptionRow<Options>> option_table();

}  // namespace sinew::sat
