// SPDX-License-Identifier: Apache-2.0
// sinew verify of a unit: a part of a question that sinew split has cut (docs/units.md), its result beside it.
#pragma once

#include "cli/command.hpp"
#include "verify/verify.hpp"

namespace sinew::cli {

/// Whether the command's one file is a unit.
bool asks_unit(const Arguments& arguments);

/// Answers it, and writes what was found beside it; a unit that has an answer is not searched again. Throws UsageError
/// for options that say what is asked: the unit does.
ExitStatus verify_unit(const Arguments& arguments, const verify::Options& options);

}  // namespace sinew::cli
