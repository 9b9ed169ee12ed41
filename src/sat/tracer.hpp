// SPDX-License-Identifier: Apache-2.0
// Someone who listens to the core: a proof writer, a story teller. Absent it costs nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sat/literal.hpp"

namespace sinew::sat {

/// What a proof calls a clause by; 0 is none.
using ClauseId = std::uint64_t;

/// Every member may be left out. Spans are valid during the call only.
class Tracer {
  public:
    virtual ~Tracer() = default;

    // What is known: enough for a clausal proof. Members that hear of a clause return its number in the proof.
    /// Whether clauses have numbers, and derived() is told by which of them.
    virtual bool wants_antecedents() const { return false; }
    /// A clause of the problem, as it is given. What is made of it is derived, if it is another one.
    virtual ClauseId given(std::span<const Literal>) { return 0; }
    /// A clause that follows by reverse unit propagation from those known before; the empty one ends the proof.
    /// `antecedents` become unit in this order when all literals of the clause are false, and the last one false.
    virtual ClauseId derived(std::span<const Literal>, std::span<const ClauseId> /*antecedents*/) { return 0; }
    /// A clause on the theory's word: a lemma, a conflict or the reason of an implied literal.
    virtual ClauseId axiom(std::span<const Literal>) { return 0; }
    virtual void deleted(std::span<const Literal>, ClauseId) {}

    // What happens, in order.
    virtual void decided(Literal, std::size_t /*level*/) {}
    /// `reason` is the clause that became unit, with the literal in it; empty when the theory implied the literal or a
    /// fact of level 0 was added.
    virtual void propagated(Literal, std::span<const Literal> /*reason*/) {}
    /// All of `clause` is false; `of_theory` when the theory said so.
    virtual void conflict(std::span<const Literal> /*clause*/, bool /*of_theory*/) {}
    /// The clause learned from the conflict; its first literal will be implied at `backjump_level`.
    virtual void learned(std::span<const Literal>, std::size_t /*backjump_level*/) {}
    virtual void backtracked(std::size_t /*level*/) {}
};

}  // namespace sinew::sat
