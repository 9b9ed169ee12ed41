// SPDX-License-Identifier: Apache-2.0
// The one place of a command where what its limits end becomes an answer.
#pragma once

#include <new>
#include <string>
#include <utility>

#include "base/limit_scope.hpp"
#include "cli/exit_status.hpp"
#include "cli/print.hpp"
#include "cli/watchdog.hpp"
#include "model/stopped.hpp"
#include "model/verdict.hpp"

namespace sinew::cli {

/// Where there is no form of answer for it.
inline ExitStatus say_stopped(const Stopped& why) {
    print_error("sinew: {}\n", why.text);
    return no_answer;
}

/// The verdict that says so.
inline model::Verdict stopped_verdict(Stopped why) {
    model::Verdict verdict = model::stopped(why.reason);
    verdict.reason = std::move(why.text);
    return verdict;
}

/// What `work` returns, or `give_up(Stopped)` where a limit or the end of memory stops it, wherever it is: reading,
/// building, searching. Loops that are handed no Limits see these (base/limits.hpp).
template <class Work, class GiveUp>
auto within_limits(const Limits& limits, Work&& work, GiveUp&& give_up) -> decltype(work()) {
    const LimitScope scope(limits);
    try {
        return work();
    } catch (const LimitReached& limit) {
        return give_up(Stopped{limit.reason(), std::string(to_string(limit.reason()))});
    } catch (const std::bad_alloc&) {
        return give_up(Stopped{StopReason::memory, std::string(to_string(StopReason::memory))});
    }
}

/// A whole command: `tell(answer)` prints and gives the exit status. Where the work does not end in time, a watchdog
/// tells what `give_up` makes of that; both then must not touch what the work may be changing.
template <class Work, class GiveUp, class Tell>
ExitStatus within_limits(const Limits& limits, Work&& work, GiveUp&& give_up, Tell&& tell, int threads = 1) {
    Watchdog watchdog(limits, threads, [&](Stopped why) { return tell(give_up(std::move(why))); });
    return tell(watchdog.guard([&] { return within_limits(limits, work, give_up); }));
}

/// A command whose answer is nothing but what it writes.
template <class Work>
ExitStatus within_limits(const Limits& limits, Work&& work) {
    Watchdog watchdog(limits, 1, say_stopped);
    return watchdog.guard([&] { return within_limits(limits, work, say_stopped); });
}

}  // namespace sinew::cli
