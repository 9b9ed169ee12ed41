// SPDX-License-Identifier: Apache-2.0
#include "cli/watchdog.hpp"

#include <chrono>
#include <cstdlib>
#include <optional>
#include <utility>

#include "cli/print.hpp"

namespace sinew::cli {

namespace {
using Clock = std::chrono::steady_clock;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double slowness = 10;  // of instrumented code
#else
constexpr double slowness = 1;
#endif
constexpr double patience = 0.12 * slowness;
constexpr double patient_share = 0.025;
/// Work that waits for something else takes no processor time.
constexpr std::chrono::seconds longest_wait{5};

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}
}  // namespace

Watchdog::Watchdog(const Limits& limits, int threads, LastWords last_words)
    : limits_(limits), patience_(patience * threads), last_words_(std::move(last_words)) {}

void Watchdog::end() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    changed_.notify_one();
}

void Watchdog::watch() {
    struct Reached {
        Clock::time_point when;
        double processor;
    };
    std::optional<Reached> reached;
    std::unique_lock lock(mutex_);
    while (!is_over_) {
        changed_.wait_for(lock, std::chrono::milliseconds(reached ? 10 : 40));
        const StopReason reason = limits_.reached();
        if (is_over_ || reason == StopReason::none) {
            reached.reset();
            continue;
        }
        const double processor = processor_seconds();
        if (!reached) reached = Reached{Clock::now(), processor};
        const bool is_patient = processor - reached->processor < patience_ + patient_share * reached->processor;
        if (is_patient && Clock::now() - reached->when < longest_wait) continue;
        ExitStatus status = internal_error;
        try {
            status = last_words_({reason, std::string(to_string(reason))});
            flush_output();
        } catch (const std::exception& error) {
            print_error("sinew: {}\n", error.what());
        }
        std::_Exit(status);
    }
}

}  // namespace sinew::cli
