// SPDX-License-Identifier: Apache-2.0
// What the process must be before anything is opened, read or computed.
#pragma once

#include <atomic>

namespace sinew::cli {

/// Opens those of the descriptors 0 to 2 that are closed, so that no file of ours takes the number of standard output;
/// installs the handlers of SIGINT, SIGTERM and SIGXCPU; makes broken pipes and the limit of file sizes errors of
/// write(), which has a place to tell them, instead of the end of the process. Safe before static initialisers have
/// run.
void prepare_process();

/// True once SIGINT (Ctrl-C), SIGTERM or the soft limit of processor time (SIGXCPU) has asked for the best answer so
/// far. A second one of the first two ends the program at once, by that signal.
const std::atomic<bool>* interrupt_flag();

}  // namespace sinew::cli
