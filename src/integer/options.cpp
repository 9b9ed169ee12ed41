// SPDX-License-Identifier: Apache-2.0
#include "integer/options.hpp"

namespace sinew::integer {

const OptionTable<Options>& option_table() {
    static const OptionRow<Options> rows[] = {
        {"restart", &Options::restart, 0, 2, "when to restart: 0 Luby, 1 glucose, 2 both in turn"},
        {"luby_unit", &Options::luby_unit, 1, 1e6, "conflicts of the shortest Luby run"},
        {"decay", &Options::decay, 0.5, 0.9999, "decay of variable activities a conflict"},
        {"learned", &Options::learned, 10, 1e9, "learned clauses before the first reduction"},
        {"learned_growth", &Options::learned_growth, 1, 10, "growth of that number a reduction"},
        {"rises", &Options::rises, 1, 1e9, "of a bound in one propagation, before the rows are asked together"},
        {"check_period", &Options::check_period, 1, 1e6, "occasions between two such checks, at most"},
        {"first_budget", &Options::first_budget, 1, 1e9, "conflicts of an optimisation's first search"},
        {"relaxed_share", &Options::relaxed_share, 1, 1e6, "what a conflict under relaxations costs, in plain ones"},
        {"relax", &Options::relax, 0, 1, "bound objectives by linear relaxations"},
    };
    static const OptionTable<Options> table{
        "integer", "clause learning over bounds of integers (FlatZinc, precision, all-integer queries)", rows};
    return table;
}

}  // namespace sinew::integer
