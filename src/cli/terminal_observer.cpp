// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal_observer.hpp"

#include <cmath>

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cli/print.hpp"

namespace sinew::cli {

TerminalObserver::TerminalObserver(Verbosity verbosity, bool trace, ProgressLines& lines)
    : verbosity_(verbosity),
      trace_(trace),
      story_is_live_(isatty(STDOUT_FILENO) == 1),
      lines_(lines),
      draws_(verbosity == Verbosity::normal && isatty(STDERR_FILENO) == 1 && lines.leaves_errors()) {}

void TerminalObserver::progress(const Progress& progress) {
    if (!draws_ && !lines_.is_wanted()) return;
    const Clock::time_point now = Clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(100);
    if (lines_.is_wanted())
        lines_.tell("search", {{"nodes", progress.nodes},
                               {"open", progress.open},
                               {"conflicts", progress.conflicts},
                               {"depth", progress.depth},
                               {"bound", std::isfinite(progress.bound) ? nlohmann::ordered_json(progress.bound)
                                                                       : nlohmann::ordered_json(nullptr)}});
    if (!draws_) return;
    drawn_ = true;
    std::string line = fmt::format("{} nodes", progress.nodes);
    if (progress.open != 0) line += fmt::format("  {} open", progress.open);
    if (progress.conflicts != 0) line += fmt::format("  {} conflicts", progress.conflicts);
    if (std::isfinite(progress.bound)) line += fmt::format("  bound {:.4g}", progress.bound);
    if (progress.depth != 0) line += fmt::format("  depth {}", progress.depth);
    line += fmt::format("  {:.1f} s", std::chrono::duration<double>(now - begin_).count());
    print_error("\r\x1b[K{:.79}", line);
}

void TerminalObserver::message(std::string_view text) {
    lines_.tell("message", {{"text", text}});
    if (verbosity_ == Verbosity::quiet || !lines_.leaves_errors()) return;
    erase();
    print_error("{}\n", text);
}

void TerminalObserver::trace(std::string_view line) {
    if (!story_is_live_) {
        story_.append(line).push_back('\n');
        return;
    }
    erase();
    print_out("{}\n", line);
}

void TerminalObserver::tell_story() {
    write_output(story_);
    story_.clear();
}

void TerminalObserver::erase() {
    if (!drawn_) return;
    drawn_ = false;
    write_errors("\r\x1b[K");
}

}  // namespace sinew::cli
