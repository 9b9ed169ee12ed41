// SPDX-License-Identifier: Apache-2.0
// HOT: unit propagation takes most of the time of a search. The loop works on copies of the tables' addresses: a store
// to a truth value might alias everything, so that through references they would be loaded again after each.
#include "sat/core.hpp"

namespace sinew::sat {

namespace {

/// The tables of one call of propagate(); none of them moves while it runs.
class Propagation {
  public:
    explicit Propagation(Core& core)
        : trail_(core.trail.raw()),
          watches_(core.clauses.watch_lists()),
          words_(core.clauses.words_begin()),
          level_(core.trail.level()),
          size_(core.trail.size()) {}

    /// Propagates from `head` on; returns a clause that is false or an invalid reference.
    ClauseRef run(std::size_t& head) {
        ClauseRef conflict;
        while (head < size_ && !conflict.valid()) conflict = propagate(~trail_.literals[head++]);
        return conflict;
    }
    std::size_t size() const { return size_; }
    std::uint64_t ticks() const { return ticks_; }

  private:
    enum class Visit { keep, moved, conflict };

    int value(Literal literal) const { return trail_.values[literal.index()]; }

    void assign(Literal literal, ClauseRef reason) {
        trail_.values[literal.index()] = 1;
        trail_.values[(~literal).index()] = -1;
        trail_.facts[literal.variable().index()] = {level_, Reason(reason)};
        trail_.literals[size_++] = literal;
    }

    /// Looks at a clause of three or more literals one of whose watches became false. The ways out stand in order of
    /// frequency: satisfied by another literal, a new watch, unit, false.
    Visit visit(Watch& watch, Literal false_literal) {
        Clause& clause = *reinterpret_cast<Clause*>(words_ + watch.clause().index());
        Literal* const literals = clause.begin();
        const Literal other = Literal::from_index(literals[0].index() ^ literals[1].index() ^ false_literal.index());
        const int other_value = value(other);
        if (other_value > 0) {
            watch.set_blocker(other);
            return Visit::keep;
        }
        Literal* replacement = literals + 2;
        const Literal* const end = clause.end();
        int found_value = -1;
        while (replacement != end && (found_value = value(*replacement)) < 0) ++replacement;
        if (found_value > 0) {
            // False since this level at the earliest, so backtracking that undoes the true literal undoes this watch
            // too.
            watch.set_blocker(*replacement);
            return Visit::keep;
        }
        if (found_value == 0) {
            const Literal found = *replacement;
            literals[0] = other;
            literals[1] = found;
            *replacement = false_literal;
            watches_[found.index()].emplace_back(watch.clause(), other, false);
            return Visit::moved;
        }
        if (other_value < 0) return Visit::conflict;
        literals[0] = other;
        literals[1] = false_literal;
        assign(other, watch.clause());
        return Visit::keep;
    }

    ClauseRef propagate(Literal false_literal) {
        ClauseDatabase::WatchList& list = watches_[false_literal.index()];
        Watch* kept = list.data();
        const Watch* next = kept;
        const Watch* const end = kept + list.size();
        ticks_ += 1 + list.size() * sizeof(Watch) / 64;
        ClauseRef conflict;
        while (next != end) {
            Watch& watch = *kept++ = *next++;
            const int blocker = value(watch.blocker());
            if (blocker > 0) continue;
            if (watch.binary()) {
                if (blocker < 0) {
                    conflict = watch.clause();
                    break;
                }
                assign(watch.blocker(), watch.clause());
                continue;
            }
            ++ticks_;
            const Visit result = visit(watch, false_literal);
            if (result == Visit::moved) {
                --kept;
            } else if (result == Visit::conflict) {
                conflict = watch.clause();
                break;
            }
        }
        if (kept != next) {
            while (next != end) *kept++ = *next++;
            list.erase(list.begin() + (kept - list.data()), list.end());
        }
        return conflict;
    }

    const Trail::Raw trail_;
    ClauseDatabase::WatchList* const watches_;
    std::uint32_t* const words_;
    const std::uint32_t level_;
    std::size_t size_;
    std::uint64_t ticks_ = 0;
};

}  // namespace

ClauseRef propagate(Core& core) {
    const std::size_t before = core.propagated;
    Propagation propagation(core);
    const ClauseRef conflict = propagation.run(core.propagated);
    core.trail.set_size(propagation.size());
    core.counters.propagations += core.propagated - before;
    core.counters.ticks += propagation.ticks();
    return conflict;
}

}  // namespace sinew::sat
