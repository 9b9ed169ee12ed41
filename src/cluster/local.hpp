// SPDX-License-Identifier: Apache-2.0
// Tasks as plain processes of this machine, some at a time.
#pragma once

#include <memory>

#include "cluster/scheduler.hpp"

namespace sinew::cluster {

/// Who runs and who is to run next is known by this process alone; those that run when it is killed run on to their
/// end, and are found again by FOLDER/local/NUMBER.
std::unique_ptr<Scheduler> make_local(SchedulerOptions options);

}  // namespace sinew::cluster
