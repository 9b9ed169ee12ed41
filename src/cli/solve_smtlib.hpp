// SPDX-License-Identifier: Apache-2.0
// sinew solve F.smt2: runs a script and prints what it asks for, as SMT solvers do.
#pragma once

#include "cli/command.hpp"

namespace sinew::cli {

/// Answers every check-sat, get-model, get-value and echo of the script in the order of the file, on standard output.
/// The exit status is that of the last check-sat; --expect speaks of it too.
ExitStatus solve_smtlib(const Arguments& arguments);

}  // namespace sinew::cli
