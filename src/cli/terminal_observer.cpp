#include "cli/terminal_observer.hpp"

#include <cmath>

#include <fmt/core.h>
#include <unistd.h>

#include "cli/print.hpp"

namespace sinew::cli {

TerminalObserver::TerminalObserver(Verbosity verbosity, bool trace)
    : verbosity_(verbosity),
      trace_(trace),
      story_is_live_(isatty(STDOUT_FILENO) == 1),
      draws_(verbosity == Verbosity::normal && isatty(STDERR_FILENO) == 1) {}

void TerminalObserver::progress(const Progress& progress) {
    if (!draws_) return;
    const Clock::time_point now = Clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(100);
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
    if (verbosity_ == Verbosity::quiet) return;
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
