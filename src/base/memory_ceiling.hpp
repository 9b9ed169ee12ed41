// SPDX-License-Identifier: Apache-2.0
// Running out of memory is a result, not a crash: a ceiling, at which allocations throw, stands before the system's.
#pragma once

#include <cstddef>

namespace sinew {

/// The memory that a run may use where --memory does not say: three quarters of what the machine has, or of what the
/// control group (a container, a batch job) that this process is in allows, whichever is less.
std::size_t default_memory();

/// Makes allocations fail at about an eighth above `bytes` of resident memory, for what does not look at the limit
/// while it allocates (readers, and whatever is built of what they read). Searches look (base/limits.hpp) and stop
/// before. `threads` will run, this one included.
void set_memory_ceiling(std::size_t bytes, std::size_t threads);

}  // namespace sinew
