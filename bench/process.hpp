// SPDX-License-Identifier: Apache-2.0
// Runs a program as a process of its own and measures it as the shell's `time` would: startup and parsing included.
#pragma once

#include <string>
#include <vector>

namespace sinew::bench {

struct ProcessResult {
    int exit_status = -1;          ///< -1 if a signal ended it
    int signal = 0;                ///< that signal
    bool killed_by_limit = false;  ///< it did not end by itself in time
    bool interrupted = false;      ///< it had used its processor time
    double wall_seconds = 0;
    double cpu_seconds = 0;  ///< user and system time
    double peak_megabytes = 0;
};

/// Runs words[0] with the other words, standard input and output closed off, standard error into `error_file`; kills it
/// after `kill_seconds` of wall time. Where `cpu_seconds` is not 0, it is interrupted (SIGINT) when it has used so much
/// processor time, and killed where it then goes on for a tenth of that and five seconds. Throws std::runtime_error if
/// no process can be made.
ProcessResult run_process(const std::vector<std::string>& words, double kill_seconds, const std::string& error_file,
                          double cpu_seconds = 0);

}  // namespace sinew::bench
