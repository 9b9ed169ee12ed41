// SPDX-License-Identifier: Apache-2.0
// What a run's processor time went into, in a few kinds of work. Who does the work says what it is; work inside other
// work counts for itself alone.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "base/statistics.hpp"

namespace sinew {

enum class Work : std::uint8_t {
    other,   ///< preparing, and what nobody names
    attack,  ///< looking for witnesses in floating point
    roots,   ///< bounds of a query as a whole, or of a part of it that is searched alone
    tree,    ///< search: nodes, clauses, their bounds
    exact,   ///< arithmetic over rationals: witnesses, leaves
};
inline constexpr std::size_t kinds_of_work = 5;
std::string_view to_string(Work work);

/// Processor seconds by kind of work, of all threads. Safe between threads.
class WorkTimes {
  public:
    void add(Work work, std::uint64_t nanoseconds) {
        nanoseconds_[static_cast<std::size_t>(work)].fetch_add(nanoseconds, std::memory_order_relaxed);
    }
    /// `attack_seconds`, `roots_seconds` and so on.
    void report(Statistics& statistics) const;

  private:
    std::array<std::atomic<std::uint64_t>, kinds_of_work> nanoseconds_{};
};

/// What a thread counts for, to hand it on to another one; nothing at first.
struct WorkPlace {
    WorkTimes* times = nullptr;
    Work work = Work::other;
};
WorkPlace current_work();

/// While it lives this thread's time is counted as that of a place; without an effect where its times are null. Costs
/// two looks at the thread's clock (some 0.3 µs each).
class WorkScope {
  public:
    explicit WorkScope(WorkPlace place);
    /// Of what the thread counts for already.
    explicit WorkScope(Work work) : WorkScope(WorkPlace{current_work().times, work}) {}
    WorkScope(const WorkScope&) = delete;
    WorkScope& operator=(const WorkScope&) = delete;
    ~WorkScope();

  private:
    WorkPlace before_;
};

}  // namespace sinew
