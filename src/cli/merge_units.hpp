// SPDX-License-Identifier: Apache-2.0
// sinew merge over a folder of units: one verdict, and what is left to do.
#pragma once

#include "cli/command.hpp"

namespace sinew::cli {

/// Whether the command's one file is a folder of units.
bool merges_units(const Arguments& arguments);

/// Reads them and tells. The exit status: 2 where a file is missing, changed or foreign, 3 while units are open.
ExitStatus merge_units(const Arguments& arguments);

}  // namespace sinew::cli
