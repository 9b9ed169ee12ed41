// SPDX-License-Identifier: Apache-2.0
// Work for several threads at once, for callers that must also live where the system gives fewer threads than wanted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "base/limit_scope.hpp"
#include "base/limits.hpp"

namespace sinew {

/// Calls work(index, count) once for each index below `count`, each in a thread of its own, index 0 in the caller's,
/// and returns `count` when all have returned. It is `wanted`, or what the system gave (limits of processes and
/// memory); at least 1. An exception of any is thrown again when all have ended; that the others end early is the
/// affair of `work`. Their time counts for what the caller's does (base/work_times.hpp).
std::size_t run_together(std::size_t wanted, const std::function<void(std::size_t index, std::size_t count)>& work);

/// The same under limits, whose effort is that of each thread from now on: `own` are a thread's. The caller's
/// LimitScope holds in each. `failed` is called where a work throws, before that thread ends: the others may wait for
/// it.
std::size_t run_together(
    std::size_t wanted, const Limits& limits,
    const std::function<void(std::size_t index, std::size_t count, const Limits& own)>& work,
    const std::function<void()>& failed = [] {});

/// What `make(place)` returns for each place below `count`, each made in a thread of its own; fewer where the system
/// gives fewer threads, and one at least.
template <class Make>
auto made_together(std::size_t count, const Make& make) -> std::vector<decltype(make(std::size_t{0}))> {
    std::vector<decltype(make(std::size_t{0}))> made(count);
    const Limits scope_limits = current_limits();
    made.resize(run_together(count, [&](std::size_t place, std::size_t) {
        const LimitScope scope(scope_limits);
        made[place] = make(place);
    }));
    return made;
}

/// The seed of one of several that search side by side: the first has the one that was asked for.
inline std::uint64_t seed_of_place(std::uint64_t seed, std::size_t place) {
    return seed + 0x9e3779b97f4a7c15ULL * place;
}

}  // namespace sinew
