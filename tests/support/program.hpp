// SPDX-License-Identifier: Apache-2.0
// Runs a program as a user does and catches what it prints.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace support {

struct ProgramResult {
    int exit_status = -1;  ///< -1 if a signal ended it or it was killed for its time
    int signal = 0;        ///< the signal that ended it, if one did
    bool out_of_time = false;
    std::string output;  ///< standard output
    std::string errors;  ///< standard error
    double seconds = 0;  ///< wall time
    long peak_kilobytes = 0;
    /// Processor time after the mark of ProgramOptions: 0 if it had ended by then. Other programs do not lengthen it.
    double processor_seconds_after_mark = 0;

    /// The first line of the standard output.
    std::string first_line() const { return output.substr(0, output.find('\n')); }
    /// What follows "LETTER " in the last line of the output that begins so, as solvers of competitions answer.
    std::string last_line(char letter) const;
};

struct ProgramOptions {
    double kill_after_seconds = 60;
    /// Sent to the program after so many seconds; 0: none.
    int signal = 0;
    double signal_after_seconds = 0;
    /// From this wall time on processor time is counted; 0: it is not.
    double mark_seconds = 0;
    /// Where its standard output and standard error go instead, e.g. "/dev/full".
    std::string output_file;
    std::string errors_file;
    /// Called in its process just before it starts: closes descriptors, lowers limits.
    std::function<void()> prepare;
};

/// The program under test: what SINEW_TESTED names (a build under sanitizers is tested by another build's tests), or
/// else `built`.
const char* tested_program(const char* built);

/// Runs words[0] with the other words and no standard input.
ProgramResult run_program(const std::vector<std::string>& words, const ProgramOptions& options = {});

/// A new folder, removed with all it holds by the destructor.
class TemporaryFolder {
  public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return path_; }
    /// Writes a file in it and returns its path.
    std::string write(const std::string& name, const std::string& content) const;

  private:
    std::filesystem::path path_;
};

/// The program under test is instrumented (SINEW_SANITIZED is set): its memory is no measure, and it has no ceilings of
/// addresses, as its shadow takes terabytes of them.
bool is_sanitized();

std::string content_of(const std::filesystem::path& file);

}  // namespace support
