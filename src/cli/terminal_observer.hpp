// SPDX-License-Identifier: Apache-2.0
// Tells a run on the terminal: a progress line and log sentences on stderr, the trace on stdout. Where stdout is no
// terminal its first line must be the verdict, so the trace is kept until that is written.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/observer.hpp"
#include "cli/progress_lines.hpp"

namespace sinew::cli {

enum class Verbosity { quiet, normal };

/// The progress line is drawn at most ten times a second, only where stderr is a terminal, and erased by the
/// destructor.
class TerminalObserver : public Observer {
  public:
    /// `lines`: the same for machines, at most ten times a second.
    TerminalObserver(Verbosity verbosity, bool trace, ProgressLines& lines);
    TerminalObserver(const TerminalObserver&) = delete;
    TerminalObserver& operator=(const TerminalObserver&) = delete;
    ~TerminalObserver() override { erase(); }

    void progress(const Progress& progress) override;
    void message(std::string_view text) override;
    bool wants_trace() const override { return trace_; }
    void trace(std::string_view line) override;
    /// Writes what has been kept of the trace.
    void tell_story();
    /// Removes the progress line; the next progress() draws it again.
    void erase();

  private:
    using Clock = std::chrono::steady_clock;

    Verbosity verbosity_;
    bool trace_;
    bool story_is_live_;
    std::string story_;
    ProgressLines& lines_;
    bool draws_;
    bool drawn_ = false;
    Clock::time_point begin_ = Clock::now();
    Clock::time_point next_ = begin_ + std::chrono::milliseconds(300);
};

}  // namespace sinew::cli
