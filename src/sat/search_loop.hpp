// SPDX-License-Identifier: Apache-2.0
// The loop of every clause-learning search of this tool: propagate, learn, restart, tidy up, assume, decide, check.
// What a literal is, how it is propagated and how a conflict is learned from is the driver's: Booleans with theories
// beside them (sat/solver.hpp), bounds of integers (integer/engine.hpp).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "base/answer.hpp"
#include "base/limits.hpp"

namespace sinew::sat {

/// What a step of a search came to: nothing left to do, a conflict that waits to be resolved, something new that
/// propagation has to see to, or a limit.
enum class Step : std::uint8_t { quiet, conflict, progress, stopped };

/// A driver has these members, called in this order, with a type `Decision` for its literals:
/// - Step propagate(limits): to a fixpoint; never progress.
/// - bool resolve_conflict(): learns from the conflict and goes back; false: nothing can be satisfied any more.
/// - bool wants_restart(), void restart(assumptions): back to the level of so many assumptions, or further.
/// - Step tidy(): forgets what is useless, changes what is remembered; progress: it went back or found facts; conflict:
///   one that resolve_conflict() will say the last word on.
/// - bool assume(literal): opens a level, even if the literal is true already; false: it is false, and the driver has
///   noted which assumptions fail together.
/// - Step choose(std::optional<Decision>&), void decide(literal): quiet without a decision: all is decided.
/// - Step final_check(limits): quiet: what is assigned is a model.
/// - void account(): tells the work done since the last time to base/effort.hpp, before limits are looked at.
/// - level(), conflicts(), decisions(): counts.
///
/// Decides under `assumptions`, from the level and the knowledge that the driver is at; gives up at a limit or after so
/// many conflicts more. Called again it goes on with all that was learned.
template <class Driver>
Answer search(Driver& driver, std::span<const typename Driver::Decision> assumptions, const Limits& limits,
              std::uint64_t conflict_budget) {
    const std::uint64_t end = driver.conflicts() + std::min(conflict_budget, ~std::uint64_t{0} - driver.conflicts());
    const auto exceeded = [&] {
        driver.account();
        return limits.exceeded();
    };
    if (exceeded()) return Answer::unknown;
    Step step = driver.propagate(limits);
    for (;;) {
        if (step == Step::stopped) return Answer::unknown;
        if (step == Step::conflict) {
            if (!driver.resolve_conflict()) return Answer::unsat;
            if (driver.conflicts() >= end || exceeded()) return Answer::unknown;
            step = driver.propagate(limits);
            continue;
        }
        if (driver.wants_restart() && driver.level() > assumptions.size()) {
            driver.restart(assumptions.size());
            step = driver.propagate(limits);
            continue;
        }
        step = driver.tidy();
        if (step == Step::quiet && driver.level() < assumptions.size()) {
            if (!driver.assume(assumptions[driver.level()])) return Answer::unsat;
            step = driver.propagate(limits);
            continue;
        }
        if (step == Step::quiet) {
            // A clock read in 32 decisions: they may be slow with a theory, and too quick to look each time without.
            if ((driver.decisions() & 31U) == 0 && exceeded()) return Answer::unknown;
            std::optional<typename Driver::Decision> decision;
            step = driver.choose(decision);
            if (step == Step::quiet && decision) {
                driver.decide(*decision);
                step = Step::progress;
            } else if (step == Step::quiet) {
                step = driver.final_check(limits);
                if (step == Step::quiet) return Answer::sat;
                if (exceeded()) return Answer::unknown;
            }
        }
        if (step == Step::progress) step = driver.propagate(limits);
    }
}

}  // namespace sinew::sat
