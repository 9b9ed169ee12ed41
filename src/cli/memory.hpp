// Running out of memory is a result, not a crash: every allocator throws, and a ceiling stands before the system's.
#pragma once

#include <cstddef>
#include <optional>

namespace sinew::cli {

/// GMP ends the program when an allocation fails; from now on it throws std::bad_alloc instead.
void exact_numbers_throw_when_memory_ends();

/// Makes allocations fail at about an eighth above `bytes` of resident memory, for what does not look at the limit
/// while it allocates (readers). Searches look (base/limits.hpp) and stop before. `threads` will run, this one
/// included.
void set_memory_ceiling(std::size_t bytes, std::size_t threads);

}  // namespace sinew::cli
