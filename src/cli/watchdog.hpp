// SPDX-License-Identifier: Apache-2.0
// The last resort where work goes on after its limits: one operation of a library that cannot be interrupted (a product
// of huge numbers, a linear program, freeing gigabytes) must not keep the user waiting for an answer that is due.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/limits.hpp"
#include "base/run_together.hpp"
#include "cli/exit_status.hpp"

namespace sinew::cli {

/// Why a command ended before it had an answer.
struct Stopped {
    StopReason reason = StopReason::none;
    std::string text;  ///< for the user
};

/// Beside work that looks at `limits` (base/limits.hpp). Where it has not ended a good tenth of a second of processor
/// time after one was reached, says the last words from a thread of its own and ends the program with the status that
/// they return. They may read only what the work does not touch, or what is guarded.
class Watchdog {
  public:
    using LastWords = std::function<ExitStatus(Stopped)>;

    /// `threads` work.
    Watchdog(const Limits& limits, int threads, LastWords last_words);
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// What `work` returns, in this thread. Where the system gives no thread for the watch there is no last resort.
    template <class Work>
    auto guard(Work&& work) -> decltype(work()) {
        std::optional<decltype(work())> result;
        run_together(2, [&](std::size_t index, std::size_t) {
            if (index != 0) return watch();
            const Ending ending{*this};
            result.emplace(work());
        });
        return std::move(*result);
    }

  private:
    /// Ends the watch however the work ends; waits if last words are being said.
    struct Ending {
        Watchdog& watchdog;
        ~Ending() { watchdog.end(); }
    };
    void end();
    void watch();

    Limits limits_;
    double patience_;  ///< processor seconds, beside a share of those before
    LastWords last_words_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_over_ = false;
};

}  // namespace sinew::cli
