// SPDX-License-Identifier: Apache-2.0
// sinew solve on a network with conditions in dnn text: sat with the assignment alone, or unsat.
#pragma once

#include "cli/command.hpp"

namespace sinew::cli {

ExitStatus solve_dnn(const Arguments& arguments);

}  // namespace sinew::cli
