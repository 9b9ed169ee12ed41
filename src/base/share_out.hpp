// SPDX-License-Identifier: Apache-2.0
// The items of a list, answered by several threads and told in the order of the list.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include "base/limits.hpp"

namespace sinew {

struct SharedWork {
    /// Asked before each item: whether another one is to be begun.
    std::function<bool()> goes_on;
    /// Finds out about `item`, as one of several at a time; each worker answers one after the other.
    std::function<void(std::size_t item, std::size_t worker)> answer;
    /// An answered item: all before it have been told. One call at a time, in the thread that had the answer.
    std::function<void(std::size_t item)> tell;
};

/// Items 0 to `count` - 1 by `threads` workers at most (fewer where there are fewer items, or the system gives fewer).
/// They are begun in their order, and each that was begun is told, but for those behind an exception: what `answer`
/// threw is thrown again when the items before it have been told, and what `tell` threw at once. `ended` is true from
/// then on, so that what is under way may end early (Limits::until). One worker: an item is told before the next is
/// begun.
void share_out(std::size_t count, std::size_t threads, const SharedWork& work, std::atomic<bool>& ended);

/// Pieces of work that do not depend on each other, from `next` to `count` - 1, begun in their order by `threads`
/// threads until a limit is reached; each that is begun is done. Returns the first that is not. `limits`: their effort
/// is that of each thread. One thread: in this one.
std::size_t work_off(std::size_t next, std::size_t count, std::size_t threads, const Limits& limits,
                     const std::function<void(std::size_t piece, std::size_t worker)>& work);

}  // namespace sinew
