// SPDX-License-Identifier: Apache-2.0
// Which process writes a run, told so that a later one on this machine knows whether it is alive.
#pragma once

#include <string>

namespace sinew::results {

/// Host, start of the system, number and start of this process: no other process has the same.
std::string this_process();

enum class Life {
    alive,
    ended,
    unknown  ///< it was of another machine
};
Life life_of(const std::string& process);

}  // namespace sinew::results
