// SPDX-License-Identifier: Apache-2.0
// The clauses, which of them may be dropped, and who watches them. Two literals of each clause are watched (Moskewicz
// et al., DAC 2001); a watch carries another literal of the clause, the blocker, that often saves the look at the
// clause (Sörensson and Eén, SAT 2005 solver description).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sat/arena.hpp"
#include "sat/tracer.hpp"
#include "sat/trail.hpp"

namespace sinew::sat {

/// An entry in the list of a watched literal. A clause of two literals is decided by its blocker alone.
class Watch {
  public:
    Watch(ClauseRef clause, Literal blocker, bool binary)
        : code_(static_cast<std::uint32_t>(clause.index()) | (binary ? binary_bit : 0)), blocker_(blocker) {}

    ClauseRef clause() const { return ClauseRef(code_ & ~binary_bit); }
    bool binary() const { return (code_ & binary_bit) != 0; }
    Literal blocker() const { return blocker_; }
    void set_blocker(Literal blocker) { blocker_ = blocker; }
    void set_clause(ClauseRef clause) { code_ = static_cast<std::uint32_t>(clause.index()) | (code_ & binary_bit); }

  private:
    static constexpr std::uint32_t binary_bit = 1U << 31;
    std::uint32_t code_;
    Literal blocker_;
};

class ClauseDatabase {
  public:
    using WatchList = std::vector<Watch>;

    void add_variable() { watches_.resize(watches_.size() + 2); }

    Clause& operator[](ClauseRef ref) { return arena_[ref]; }
    const Clause& operator[](ClauseRef ref) const { return arena_[ref]; }
    /// The clauses that watch `literal`: to be looked at when it becomes false.
    WatchList& watches(Literal literal) { return watches_[literal.index()]; }
    /// The tables themselves, for propagation: the list of each literal by its index, the words of all clauses.
    WatchList* watch_lists() { return watches_.data(); }
    std::uint32_t* words_begin() { return arena_.begin(); }
    std::span<const ClauseRef> irredundant() const { return irredundant_; }
    std::span<const ClauseRef> learned() const { return learned_; }
    std::size_t words() const { return arena_.words(); }

    /// Stores a clause of at least two literals and watches the first two.
    ClauseRef add(ClauseKind kind, std::span<const Literal> literals, std::uint32_t glue);
    /// Stores the reason of a theory literal; nobody watches it.
    ClauseRef add_explanation(std::span<const Literal> literals);
    /// Room for clauses to come.
    void reserve(std::size_t clauses, std::size_t literals);

    /// From now on clauses have numbers (sat/tracer.hpp).
    void keep_ids() { keeps_ids_ = true; }
    bool keeps_ids() const { return keeps_ids_; }
    ClauseId id(ClauseRef ref) const { return slot(ref) < ids_.size() ? ids_[slot(ref)] : 0; }
    void set_id(ClauseRef ref, ClauseId id) {
        if (slot(ref) >= ids_.size()) ids_.resize(arena_.words() / id_stride + 1, 0);
        ids_[slot(ref)] = id;
    }

    void mark_garbage(ClauseRef ref) { arena_.mark_garbage(ref); }
    /// Cuts a clause to its first `size` ≥ 2 literals; collect() must follow before the next propagation.
    void shrink(ClauseRef ref, std::uint32_t size) { arena_.shrink(ref, size); }
    /// Forgets the garbage clauses: watches go at once, memory when a quarter of the arena is waste. No garbage clause
    /// may be a reason on `trail`; the reasons there are renamed when clauses move.
    void collect(Trail& trail);

  private:
    void clean_watches();
    void drop_garbage_lists();
    void move_clauses(Trail& trail);
    void attach(ClauseRef ref);
    /// No two clauses begin within so many words.
    static constexpr std::size_t id_stride = Clause::header_words + 1;
    static std::size_t slot(ClauseRef ref) { return ref.index() / id_stride; }

    ClauseArena arena_;
    std::vector<WatchList> watches_;
    std::vector<ClauseRef> irredundant_;
    std::vector<ClauseRef> learned_;
    std::vector<ClauseRef> explanations_;
    bool keeps_ids_ = false;
    std::vector<ClauseId> ids_;  ///< by slot()
};

}  // namespace sinew::sat
