// SPDX-License-Identifier: Apache-2.0
// Slurm by its commands: sbatch, squeue, scancel, scontrol.
#pragma once

#include <memory>

#include "cluster/scheduler.hpp"

namespace sinew::cluster {

/// Tasks are array jobs called sinew-CAMPAIGN-ROUND: by these names they are found again, whatever is known of their
/// numbers. Throws UsageError where the commands are not there.
std::unique_ptr<Scheduler> make_slurm(SchedulerOptions options);

/// "1-3,7" as sbatch --array has it; `numbers` ascend.
std::string array_text(const std::vector<std::uint64_t>& numbers);

/// The lines of squeue -h -r -o '%j|%K|%T|%r', those of the campaign.
Tasks parse_queue(const std::string& text, const std::string& campaign);

}  // namespace sinew::cluster
