// SPDX-License-Identifier: Apache-2.0
// Results files of shards put together, for sinew merge and sinew cluster.
#pragma once

#include <string>
#include <vector>

#include "cli/exit_status.hpp"

namespace sinew::cli {

struct MergeFiles {
    std::vector<std::string> files;  ///< FILE or FILE:RUN
    std::string out;
    bool allows_missing = false;
    bool is_quiet = false;
};

/// Tells what was merged, and what is missing or contradicts. The exit status: 5 with a contradiction, 3 with missing
/// questions, else 0. Throws InputError, UsageError, OutputError.
ExitStatus merge_files(const MergeFiles& merge);

}  // namespace sinew::cli
