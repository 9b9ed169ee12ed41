// Ctrl-C and SIGTERM ask for the best answer so far; a second one ends the program at once.
#pragma once

#include <atomic>

namespace sinew::cli {

/// Installs the handlers and returns the flag that they set (for Limits).
const std::atomic<bool>* interrupt_flag();

}  // namespace sinew::cli
