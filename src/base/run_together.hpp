// SPDX-License-Identifier: Apache-2.0
// Work for several threads at once, for callers that must also live where the system gives fewer threads than wanted.
#pragma once

#include <cstddef>
#include <functional>

namespace sinew {

/// Calls work(index, count) once for each index below `count`, each in a thread of its own, index 0 in the caller's,
/// and returns `count` when all have returned. It is `wanted`, or what the system gave (limits of processes and
/// memory); at least 1. An exception of any is thrown again when all have ended; that the others end early is the
/// affair of `work`.
std::size_t run_together(std::size_t wanted, const std::function<void(std::size_t index, std::size_t count)>& work);

}  // namespace sinew
