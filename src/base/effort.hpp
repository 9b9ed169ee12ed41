// SPDX-License-Identifier: Apache-2.0
// Work counted rather than timed, so that a search that takes turns is the same search on every machine and under any
// load.
#pragma once

#include <cstdint>

namespace sinew {

/// Work in ticks. A tick is what takes about ten nanoseconds: a cache line looked at, or some sixty multiplications of
/// doubles that lie side by side. Who does the work counts it, at places that repeat exactly.
using Effort = std::uint64_t;

/// So much of it is a second's work, roughly.
inline constexpr Effort effort_per_second = 100'000'000;
inline constexpr Effort no_effort_limit = ~Effort{0};
inline constexpr Effort multiplications_per_tick = 64;
/// Of an addition and a multiplication of rationals or integers of any size, with what they allocate.
inline constexpr Effort ticks_per_rational = 10;

namespace detail {
inline constinit thread_local Effort effort_spent = 0;
}

/// Counts work done by this thread.
inline void spend(Effort ticks) {
    detail::effort_spent += ticks;
}
/// All that this thread has done.
inline Effort effort_spent() {
    return detail::effort_spent;
}

}  // namespace sinew
