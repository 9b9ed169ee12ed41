// SPDX-License-Identifier: Apache-2.0
#include "cardinality/options.hpp"

namespace sinew::cardinality {

const OptionTable<Options>& option_table() {
    static const OptionRow<Options> rows[] = {
        {"conflict_limit", &Options::conflict_limit, -1, 9e15, "conflicts after which a solve gives up, -1 for none"},
        {"learning", &Options::learning, 0, 2, "0 clauses, 1 rows by cutting planes, 2 whichever measures better"},
        {"restart", &Options::restart, 0, 2, "when to restart: 0 Luby, 1 glucose, 2 both in turn"},
        {"decay", &Options::decay, 0.5, 0.9999, "decay of variable activities a conflict"},
        {"rephase_interval", &Options::rephase_interval, 0, 1e9,
         "conflicts to the first change of all phases, 0 for never"},
        {"strengthen", &Options::strengthen, 0, 1, "add rows up with budget rows that share their variables"},
        {"residues", &Options::residues, 0, 1, "solve equalities modulo small primes before the search"},
        {"gates", &Options::gates, 0, 1, "trials of a budget decide first on what the costs act through"},
        {"bound_share", &Options::bound_share, 0, 100,
         "per cent of the effort of an optimisation that goes into lower bounds"},
    };
    static const OptionTable<Options> table{"rows", "pseudo-Boolean rows and their optimisation", rows};
    return table;
}

}  // namespace sinew::cardinality
