// SPDX-License-Identifier: Apache-2.0
// Does the witness of a sat answer hold? Read back from the JSON answer and evaluated anew from the files.
#pragma once

#include <string>
#include <vector>

namespace sinew::bench {

struct WitnessCheck {
    bool exact = false;    ///< evaluated over rationals, domains and conditions hold
    bool float32 = false;  ///< a float32 run on the rounded inputs satisfies the output condition
};

/// `answer` is the text of `sinew --json`; `files` are the query's files. Throws std::exception where the answer has no
/// readable witness.
WitnessCheck check_witness(const std::string& answer, const std::vector<std::string>& files);
}  // namespace sinew::bench
