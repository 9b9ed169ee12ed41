// SPDX-License-Identifier: Apache-2.0
// A way to learn from conflicts beside the core's own, which learns clauses: rows by cutting planes, for instance.
#pragma once

#include <cstdint>
#include <span>

#include "sat/clause.hpp"
#include "sat/literal.hpp"
#include "sat/tracer.hpp"

namespace sinew::sat {

class TheoryHook;

/// Literals that are all false, and who says that one of them must be true: a clause of the core, or a theory that gave
/// them as a conflict; neither, where a theory implied a literal that was false already.
struct Conflict {
    std::span<const Literal> literals;
    ClauseRef clause;
    const TheoryHook* theory = nullptr;
    ClauseId id = 0;  ///< what a proof calls it by
};

class ConflictLearner {
  public:
    virtual ~ConflictLearner() = default;

    /// Looks at a conflict, the trail being at the latest level of its literals (above 0), and unchanged. True: there
    /// is something to learn in place of the usual clause. Then the core goes back to backjump_level() and calls
    /// learn() there. False: the core learns its clause.
    virtual bool analyze(const Conflict& conflict) = 0;
    virtual std::uint32_t backjump_level() const = 0;
    /// The number of levels that took part, for the restarts.
    virtual std::uint32_t glue() const = 0;
    /// May call Solver::add_learned() and Solver::add_clause().
    virtual void learn() = 0;
    /// After analyze() said false and the usual clause has been learned: a clause that follows too and is worth
    /// learning beside it; empty for none.
    virtual std::span<const Literal> second_clause() { return {}; }
    virtual ClauseId second_id() const { return 0; }

    /// A restart; `effort` is all work of the search so far, in ticks.
    virtual void restarted(std::uint64_t /*effort*/) {}
    /// Whether it is time to forget something, after so many conflicts. Then the core goes back to level 0 and calls
    /// forget(), which may add clauses and facts there.
    virtual bool wants_to_forget(std::uint64_t /*conflicts*/) const { return false; }
    virtual void forget() {}
};

}  // namespace sinew::sat
