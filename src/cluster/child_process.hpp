// SPDX-License-Identifier: Apache-2.0
// A program that is run for its answer, within a time.
#pragma once

#include <atomic>
#include <string>
#include <vector>

namespace sinew::cluster {

struct ChildResult {
    bool was_started = false;  ///< there is such a program
    bool out_of_time = false;  ///< it was killed
    int exit_status = -1;      ///< -1 where a signal ended it
    std::string output;        ///< standard output
    std::string errors;        ///< standard error
    bool is_good() const { return was_started && !out_of_time && exit_status == 0; }
};

/// Runs words[0], looked for in PATH, with the other words and no standard input. Descriptors that are open for
/// children (no FD_CLOEXEC) are open in it. Ctrl-C on the terminal does not reach it; it is asked to end (SIGTERM) when
/// `interrupted`, if given, becomes true.
ChildResult run_child(const std::vector<std::string>& words, double seconds,
                      const std::atomic<bool>* interrupted = nullptr);

}  // namespace sinew::cluster
