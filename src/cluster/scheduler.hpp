// SPDX-License-Identifier: Apache-2.0
// Whoever starts the tasks of a campaign: Slurm, or this machine alone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sinew/error.hpp>

namespace sinew::cluster {

/// What a scheduler knows of a task that it has not ended yet.
enum class TaskState {
    waiting,
    running,
    held  ///< waits for a person
};
/// By the task's number; one that is not there has ended, or was never submitted.
using Tasks = std::map<std::uint64_t, TaskState>;

/// The scheduler does not take what it is given, whenever it is asked.
class SchedulerRefuses : public UsageError {
  public:
    using UsageError::UsageError;
};

class Scheduler {
  public:
    Scheduler() = default;
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;
    virtual ~Scheduler() = default;

    /// All tasks of the campaign that have not ended, whoever submitted them. Absent where the scheduler does not
    /// answer.
    virtual std::optional<Tasks> tasks() = 0;
    /// Starts tasks; `round` makes their name a new one. What the scheduler calls them, for people; absent where it
    /// does not answer: whether it took them tasks() tells when it does. Throws SchedulerRefuses.
    virtual std::optional<std::string> submit(const std::vector<std::uint64_t>& numbers, std::size_t round) = 0;
    /// Ends all tasks of the campaign; false where the scheduler does not answer.
    virtual bool cancel() = 0;
    /// Ctrl-C: what cannot live without this process is asked to end, and waited for.
    virtual void leave() = 0;
    /// Seconds between two looks at it that do not burden it.
    virtual double pause() const = 0;
    /// Whether tasks go on without this process.
    virtual bool outlives_us() const = 0;
    /// What a person should know of tasks that wait; empty: nothing.
    virtual std::string remark() const { return ""; }
    /// Why it did not answer.
    virtual const std::string& trouble() const = 0;
};

/// What both are made of.
struct SchedulerOptions {
    std::string campaign;       ///< an identifier that no other campaign has
    std::string folder;         ///< of the campaign, from /
    std::string script;         ///< runs one task: its number is its only word, or Slurm's SLURM_ARRAY_TASK_ID
    std::uint64_t at_once = 0;  ///< tasks that run at the same time; 0: as many as there is room for
    std::uint64_t threads = 1;  ///< of a task
    std::vector<std::string> for_sbatch;  ///< more options
};

}  // namespace sinew::cluster
