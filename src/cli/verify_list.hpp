// SPDX-License-Identifier: Apache-2.0
// sinew verify over a folder, a list, or several files: one question after the other, each within its own limits.
#pragma once

#include "cli/command.hpp"
#include "verify/verify.hpp"

namespace sinew::cli {

/// Whether the command's files are several questions. Throws as read::are_several_questions().
bool asks_several(const Arguments& arguments);

/// Asks them and prints a table. A question that cannot be read is a row with its error, and the run goes on; Ctrl-C
/// ends it with the rows that are there. `options` has all but the limits, which every question has of its own. The
/// exit status: 2 with an error in a row, else 5 where --expect or a list names another verdict than a row's, else 3
/// with a row without an answer or a question that was not asked, else 0.
ExitStatus verify_list(const Arguments& arguments, verify::Options options);

}  // namespace sinew::cli
