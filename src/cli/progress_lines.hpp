// Progress for machines: events as JSON, one a line, each written at once.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "cli/command.hpp"

namespace sinew::cli {

/// Adds --progress to the last group.
void describe_progress(OptionGroups& options);

/// What --progress asks for: nothing, lines on standard error, or in a file (a pipe, /dev/fd/3) behind what it holds.
/// Like all that tells about the work, what cannot be written is dropped. Any thread may tell.
class ProgressLines {
  public:
    /// The event "started" is told. Throws UsageError, OutputError where the file cannot be opened.
    ProgressLines(std::string_view kind, const Arguments& arguments);
    ProgressLines(const ProgressLines&) = delete;
    ProgressLines& operator=(const ProgressLines&) = delete;
    ~ProgressLines();

    bool is_wanted() const { return is_wanted_; }
    /// Whether standard error is left for the progress line of a person.
    bool leaves_errors() const { return !is_wanted_ || descriptor_ >= 0; }
    /// {"event": event, "seconds": since the start, and the facts}. Nothing without --progress.
    void tell(std::string_view event, const nlohmann::ordered_json& facts);

  private:
    std::chrono::steady_clock::time_point begun_;
    bool is_wanted_ = false;
    int descriptor_ = -1;  ///< -1: standard error
    std::mutex mutex_;
};

}  // namespace sinew::cli
