// SPDX-License-Identifier: Apache-2.0
// How many threads can run at the same time.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sinew {

/// The processors that this process may use: those that it may run on (taskset, a batch job's cores), and no more than
/// its control groups give it time for (a container's --cpus, rounded up). 1 at least.
int usable_processors();

/// What the control groups in these folders give time for; absent where none limits it.
std::optional<int> processors_of_quota(const std::vector<std::string>& folders);

/// The threads of a search that was asked to have so many: 0 is all usable processors. Throws UsageError for less.
int thread_count(int asked);

}  // namespace sinew
