// SPDX-License-Identifier: Apache-2.0
// Progress for machines: events as JSON, one a line, each written at once.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

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

    /// From now on the events `search`, `better` and `bound` are kept for history(), too.
    void keep() { keeps_ = true; }
    /// What was kept, thinned to some hundred events: objects with `seconds`. Empty where it would be a single one.
    nlohmann::ordered_json history();

    bool is_wanted() const { return is_wanted_ || keeps_; }
    /// Whether standard error is left for the progress line of a person.
    bool leaves_errors() const { return !is_wanted_ || descriptor_ >= 0; }
    /// {"event": event, "seconds": since the start, and the facts}. Nothing without --progress and keep().
    void tell(std::string_view event, const nlohmann::ordered_json& facts);

  private:
    void keep_event(std::string_view event, nlohmann::ordered_json line);

    std::chrono::steady_clock::time_point begun_;
    bool is_wanted_ = false;
    bool keeps_ = false;
    int descriptor_ = -1;  ///< -1: standard error
    std::mutex mutex_;
    std::vector<nlohmann::ordered_json> kept_;
    std::size_t stride_ = 1;  ///< of the looks at the search every so many are kept
    std::size_t looks_ = 0;
};

}  // namespace sinew::cli
