// SPDX-License-Identifier: Apache-2.0
// How long and how much: a deadline, a memory ceiling, an interrupt. Reaching one is a result, not an error.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/effort.hpp"

namespace sinew {

/// Why a search stopped before it had an answer.
enum class StopReason {
    none,
    timeout,
    memory,
    interrupted,
    effort,  ///< the work of one turn is done (Limits::within_effort): the search goes on with the next
};

std::string_view to_string(StopReason reason);

/// Limits of one run, shared by every component and every worker of it. Cheap to copy.
class Limits {
  public:
    using Clock = std::chrono::steady_clock;

    Limits() = default;
    /// `seconds` from now; `bytes` of resident memory of the whole process; `interrupt` becomes true on Ctrl-C.
    Limits(std::optional<double> seconds, std::optional<std::size_t> bytes, const std::atomic<bool>* interrupt);

    /// These limits, and `seconds` from now at most.
    Limits within(double seconds) const;

    /// These limits, and `ticks` more of this thread's work at most (base/effort.hpp). Only for use by this thread.
    Limits within_effort(Effort ticks) const;

    /// These limits without those of effort; and what of it is left in this thread (no_effort_limit: all). To hand a
    /// turn on to another thread.
    Limits without_effort() const;
    Effort effort_left() const;

    /// These limits, and an end when `answered` becomes true (counted as an interrupt). It must outlive the copy.
    Limits until(const std::atomic<bool>& answered) const;

    /// Which limit is reached, if any. Costs a read of the coarse clock (about 5 ns); memory is read from the system at
    /// most once in 50 ms of calls by a thread.
    StopReason reached() const;
    bool exceeded() const { return reached() != StopReason::none; }
    /// Seconds until the deadline; infinity without one.
    double seconds_left() const;

  private:
    std::optional<Clock::time_point> deadline_;
    std::optional<std::size_t> bytes_;
    Effort effort_end_ = no_effort_limit;
    const std::atomic<bool>* interrupt_ = nullptr;
    const std::atomic<bool>* answered_ = nullptr;
};

/// Resident memory of this process in bytes (0 where the system does not say).
std::size_t resident_memory();

}  // namespace sinew
