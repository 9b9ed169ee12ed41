// SPDX-License-Identifier: Apache-2.0
// What the program's exit status says (docs/results.md).
#pragma once

namespace sinew::cli {

enum ExitStatus : int {
    answered = 0,        ///< sat or unsat, or the command did what it was asked to
    usage_error = 1,     ///< the command line is wrong
    input_error = 2,     ///< a file is missing, malformed or says what is not supported
    no_answer = 3,       ///< unknown, a limit was reached, or training has no network for --out
    output_error = 4,    ///< a result could not be written: a file, or standard output
    internal_error = 4,  ///< a bug; the message tells the two apart
    not_as_expected = 5  ///< --expect named another verdict
};

}  // namespace sinew::cli
