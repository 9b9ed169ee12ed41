// SPDX-License-Identifier: Apache-2.0
#include "base/limits.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

#include <unistd.h>

namespace sinew {

std::string_view to_string(StopReason reason) {
    switch (reason) {
        case StopReason::none:
            return "none";
        case StopReason::timeout:
            return "time limit reached";
        case StopReason::memory:
            return "memory limit reached";
        case StopReason::interrupted:
            return "interrupted";
        case StopReason::effort:
            return "effort limit reached";
    }
    return "?";
}

Limits::Limits(std::optional<double> seconds, std::optional<std::size_t> bytes, const std::atomic<bool>* interrupt)
    : bytes_(bytes), interrupt_(interrupt) {
    // Beyond some thirty years a deadline is none, and would overflow the clock.
    if (seconds && *seconds < 1e9)
        deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(*seconds));
}

Limits Limits::within(double seconds) const {
    Limits result = *this;
    const Limits own(seconds, std::nullopt, nullptr);
    if (own.deadline_ && (!deadline_ || *own.deadline_ < *deadline_)) result.deadline_ = own.deadline_;
    return result;
}

Limits Limits::within_effort(Effort ticks) const {
    Limits result = *this;
    const Effort spent = effort_spent();
    if (ticks < no_effort_limit - spent) result.effort_end_ = std::min(effort_end_, spent + ticks);
    return result;
}

Limits Limits::without_effort() const {
    Limits result = *this;
    result.effort_end_ = no_effort_limit;
    return result;
}

Effort Limits::effort_left() const {
    if (effort_end_ == no_effort_limit) return no_effort_limit;
    return effort_end_ - std::min(effort_end_, effort_spent());
}

Limits Limits::until(const std::atomic<bool>& answered) const {
    Limits result = *this;
    result.answered_ = &answered;
    return result;
}

namespace {
/// Longer than a tick of the coarse clock, which is 1 to 10 ms behind.
constexpr std::chrono::milliseconds longest_tick{16};

/// steady_clock as of the kernel's last tick: reading it touches no hardware.
Limits::Clock::time_point coarse_now() {
#ifdef CLOCK_MONOTONIC_COARSE
    timespec now{};
    if (clock_gettime(CLOCK_MONOTONIC_COARSE, &now) == 0)
        return Limits::Clock::time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
#endif
    return Limits::Clock::now();
}
}  // namespace

StopReason Limits::reached() const {
    if (answered_ != nullptr && answered_->load(std::memory_order_relaxed)) return StopReason::interrupted;
    if (interrupt_ != nullptr && interrupt_->load(std::memory_order_relaxed)) return StopReason::interrupted;
    if (effort_spent() >= effort_end_) return StopReason::effort;
    if (!deadline_ && !bytes_) return StopReason::none;
    const Clock::time_point now = coarse_now();
    if (deadline_ && now + longest_tick >= *deadline_ && Clock::now() >= *deadline_) return StopReason::timeout;
    if (bytes_) {
        thread_local Clock::time_point next_look{};
        thread_local std::size_t last_seen = 0;
        if (now >= next_look) {
            next_look = now + std::chrono::milliseconds(50);
            last_seen = resident_memory();
        }
        if (last_seen > *bytes_) return StopReason::memory;
    }
    return StopReason::none;
}

double Limits::seconds_left() const {
    if (!deadline_) return std::numeric_limits<double>::infinity();
    return std::chrono::duration<double>(*deadline_ - Clock::now()).count();
}

std::size_t resident_memory() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr) return 0;
    unsigned long total = 0;
    unsigned long resident = 0;
    const int read = std::fscanf(file, "%lu %lu", &total, &resident);
    std::fclose(file);
    return read == 2 ? resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace sinew
