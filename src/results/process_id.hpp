// Which process writes a run, told so that a later one on this machine knows whether it is alive.
#pragma once

#include <string>

namespace sinew::results {

/// Host, start of the system, number and start of this process: no other process has the same.
std::string this_process();

/// Whether such a process runs. What was told on another machine, which nobody here can know, counts as ended: two
/// processes that write one run do no harm, they do work twice.
bool is_alive(const std::string& process);

}  // namespace sinew::results
