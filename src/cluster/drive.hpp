// SPDX-License-Identifier: Apache-2.0
// Drives a campaign to its end: submits what is not done, looks, submits again what ended before its end.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "cluster/campaign.hpp"
#include "cluster/scheduler.hpp"

namespace sinew::cluster {

struct Tally {
    std::string word = "shards";  ///< what tasks are called
    std::uint64_t count = 0;
    std::uint64_t done = 0;
    std::uint64_t running = 0;
    std::uint64_t waiting = 0;
    std::uint64_t held = 0;
    std::int64_t answers = 0;
};

/// Who is told.
class Watcher {
  public:
    Watcher() = default;
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    virtual ~Watcher() = default;
    /// Whenever it was looked.
    virtual void show(const Tally& tally) = 0;
    /// What a person should know.
    virtual void tell(const std::string& line) = 0;
};

enum class Driven {
    done,         ///< every task is, or all is over
    interrupted,  ///< Ctrl-C
    cancelled,    ///< by sinew cluster cancel
    failed        ///< some tasks end again and again without a new answer; they were told
};

/// What is to be done: tasks 1 to `count`.
struct Work {
    std::uint64_t count = 0;
    std::string word = "shard";  ///< what a task is called
    /// InputError: it is looked at again later.
    std::function<TaskFacts(std::uint64_t number)> facts;
    /// All is done, whatever tasks say; empty: it never is.
    std::function<bool()> is_over;
};
/// The shards of a campaign.
Work shards_of(const Campaign& campaign);

/// Every task is submitted where it is neither done nor known to the scheduler; three times in a row without a new
/// answer, and it is given up. At the end of all work what the scheduler still has of it (started again elsewhere, and
/// no longer wanted) is cancelled.
Driven drive(const Campaign& campaign, const Work& work, Scheduler& scheduler, Watcher& watcher,
             const std::atomic<bool>& interrupted);

/// One look, without doing anything.
Tally look(const Work& work, const Tasks& tasks);

}  // namespace sinew::cluster
