// SPDX-License-Identifier: Apache-2.0
// The knobs of the core, with their ranges. The defaults are what measured best on bench/sat: Luby's restarts beat
// glucose's and the two in turn there, mostly on unrolled circuits and colourings.
#pragma once

#include <cstdint>
#include <span>

#include "base/options.hpp"

namespace sinew::sat {

struct Options {
    std::int64_t restart = 0;           ///< 0 Luby, 1 glucose, 2 both in turn
    std::int64_t luby_unit = 100;       ///< conflicts
    double restart_margin = 1.1;        ///< recent glue over average glue
    std::int64_t restart_interval = 2;  ///< least conflicts between glucose restarts
    std::int64_t mode_interval = 1000;  ///< conflicts of the first phase of either kind
    double decay = 0.92;                ///< of variables' activities
    double clause_decay = 0.999;        ///< of learned clauses' activities
    double learned_share = 0.33;        ///< learned clauses kept at first, over the clauses of the problem
    double learned_growth = 1.1;  ///< of that number, at conflicts 100, 250, 475, … (each gap 1.5 times the last)
    std::int64_t learned_least = 100;  ///< learned clauses that are always kept
    std::int64_t learned_extra = 0;    ///< learned clauses kept beside those, however large the problem
    double reduce_fraction = 0.5;      ///< of the candidates
    std::int64_t tier1 = 2;            ///< glue of clauses that are kept for ever
    bool target_phases = false;        ///< in stable mode, decide towards the longest conflict-free trail
    bool initial_phase = false;
    std::int64_t rephase_interval = 0;  ///< conflicts; 0 never
    double random_decisions = 0;
    std::uint64_t seed = 0;
    std::int64_t conflict_limit = -1;  ///< of one solve(); -1 for none
};

const OptionTable<Options>& option_table();

}  // namespace sinew::sat
