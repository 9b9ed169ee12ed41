// SPDX-License-Identifier: Apache-2.0
#include "sat/options.hpp"

namespace sinew::sat {

const OptionTable<Options>& option_table() {
    static const OptionRow<Options> rows[] = {
        {"restart", &Options::restart, 0, 2, "when to restart: 0 Luby, 1 glucose, 2 both in turn"},
        {"luby_unit", &Options::luby_unit, 1, 1e6, "conflicts of the shortest Luby run"},
        {"restart_margin", &Options::restart_margin, 1, 10, "recent glue over average glue that makes a restart"},
        {"restart_interval", &Options::restart_interval, 1, 1e6, "least conflicts between glucose restarts"},
        {"mode_interval", &Options::mode_interval, 1, 1e9, "conflicts of the first focused phase"},
        {"decay", &Options::decay, 0.5, 0.9999, "decay of variable activities a conflict"},
        {"clause_decay", &Options::clause_decay, 0.5, 1, "decay of learned clauses' activities a conflict"},
        {"learned_share", &Options::learned_share, 0, 100, "learned clauses kept at first, over the problem's clauses"},
        {"learned_growth", &Options::learned_growth, 1, 10, "growth of the number of learned clauses kept"},
        {"learned_least", &Options::learned_least, 1, 1e9, "learned clauses that are always kept"},
        {"learned_extra", &Options::learned_extra, 0, 1e9, "learned clauses kept beside those"},
        {"reduce_fraction", &Options::reduce_fraction, 0, 1, "share of the candidates that a reduction drops"},
        {"tier1", &Options::tier1, 1, 100, "learned clauses up to this glue are kept for ever"},
        {"target_phases", &Options::target_phases, 0, 1, "decide towards the longest conflict-free trail when stable"},
        {"initial_phase", &Options::initial_phase, 0, 1, "the value that a variable is first decided to"},
        {"rephase_interval", &Options::rephase_interval, 0, 1e9,
         "conflicts to the first change of all phases, 0 for never"},
        {"random_decisions", &Options::random_decisions, 0, 1, "share of decisions that take a random variable"},
        {"conflict_limit", &Options::conflict_limit, -1, 9e15, "conflicts after which a solve gives up, -1 for none"},
    };
    static const OptionTable<Options> table{"sat", "clause learning over Booleans, alone and below lazy and cone",
                                            rows};
    return table;
}

}  // namespace sinew::sat
