// SPDX-License-Identifier: Apache-2.0
// What the control groups that this process is in (a container, a batch job) allow it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sinew {

/// The folders that hold this process's limits for a controller ("memory", "cpu"), from its own group up to the root,
/// of the one hierarchy (version 2) or of the older one of that controller. In a container the group's own path may not
/// be there, but the root is its own then. Empty where the system has no such groups.
std::vector<std::string> control_group_folders(std::string_view controller);

/// The first line of a file of the system; empty where there is none.
std::string system_line(const std::string& path);

}  // namespace sinew
