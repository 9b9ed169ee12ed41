// SPDX-License-Identifier: Apache-2.0
// The one way to look at limits from anywhere: loops that are handed no Limits (readers, encoders, evaluation, writers)
// look at those of their thread's run, and end by an exception that the run's entry point makes an answer.
#pragma once

#include <exception>

#include "base/limits.hpp"

namespace sinew {

/// Thrown where a limit is reached in the middle of work that has no other way to return early: reading, building,
/// writing, evaluating. Entry points of the library (verify::verify and its like) and commands catch it and answer
/// `timeout` or `unknown`, with the best answer so far.
class LimitReached : public std::exception {
  public:
    explicit LimitReached(StopReason reason) : reason_(reason) {}
    StopReason reason() const { return reason_; }
    const char* what() const noexcept override { return to_string(reason_).data(); }

  private:
    StopReason reason_;
};

/// Throws LimitReached if a limit is reached.
inline void throw_if_reached(const Limits& limits) {
    if (const StopReason reason = limits.reached(); reason != StopReason::none) throw LimitReached(reason);
}

/// While it lives, `limits` are those that check_limits() looks at in this thread, in the place of those before. For
/// the limits of a whole run, not for one engine's turn: what they end is lost. A thread begins without any.
class LimitScope {
  public:
    explicit LimitScope(const Limits& limits) : limits_(limits), outer_(current) { current = &limits_; }
    LimitScope(const LimitScope&) = delete;
    LimitScope& operator=(const LimitScope&) = delete;
    ~LimitScope() { current = outer_; }

  private:
    friend void check_limits();
    friend Limits current_limits();
    static inline constinit thread_local const Limits* current = nullptr;
    Limits limits_;
    const Limits* outer_;
};

/// Throws LimitReached if the limits of this thread's innermost LimitScope are reached. For every loop that input can
/// make long and that is handed no Limits. Costs as much as Limits::reached(): loops whose turns take less than some
/// 50 ns look once in 64 turns or so.
inline void check_limits() {
    if (LimitScope::current != nullptr) throw_if_reached(*LimitScope::current);
}

/// The limits that check_limits() looks at; none without a scope. To give a new thread the scope of its maker.
inline Limits current_limits() {
    return LimitScope::current != nullptr ? *LimitScope::current : Limits();
}

}  // namespace sinew
