// SPDX-License-Identifier: Apache-2.0
// Running out of memory is a result, not a crash: every allocator throws, and a ceiling stands before the system's.
#pragma once

#include <cstddef>

namespace sinew::cli {

/// GMP ends the program when an allocation fails; from now on it throws std::bad_alloc instead.
void exact_numbers_throw_when_memory_ends();

/// The memory that a run may use where --memory does not say: three quarters of what the machine has, or of what the
/// control group (a container, a batch job) that this process is in allows, whichever is less.
std::size_t default_memory();

/// Makes allocations fail at about an eighth above `bytes` of resident memory, for what does not look at the limit
/// while it allocates (readers, and whatever is built of what they read). Searches look (base/limits.hpp) and stop
/// before. `threads` will run, this one included.
void set_memory_ceiling(std::size_t bytes, std::size_t threads);

}  // namespace sinew::cli
