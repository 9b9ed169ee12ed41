// SPDX-License-Identifier: Apache-2.0
// sinew solve M.fzn: constraint programs, answered as MiniZinc expects it of a solver.
#pragma once

#include "cli/command.hpp"

namespace sinew::cli {

/// The options that MiniZinc passes to solvers: -a, -i, -n, -f, -s, -t, -p, -r, -v.
void describe_flatzinc(OptionGroups& options);

/// Prints each solution, `----------` after it, `==========` when all or the best have been found,
/// `=====UNSATISFIABLE=====` or `=====UNKNOWN=====`.
ExitStatus solve_flatzinc(const Arguments& arguments);

}  // namespace sinew::cli
