// SPDX-License-Identifier: Apache-2.0
// sinew solve F.opb: pseudo-Boolean problems, answered in the form of the pseudo-Boolean competitions.
#pragma once

#include "cli/command.hpp"

namespace sinew::cli {

/// Prints `o VALUE` for each better solution as it is found, `s …`, and the solution in `v` lines.
ExitStatus solve_opb(const Arguments& arguments);

}  // namespace sinew::cli
