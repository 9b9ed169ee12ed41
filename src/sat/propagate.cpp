// HOT: unit propagation takes most of the time of a search. The loop keeps what it reads in registers; the three ways
// out for a clause (satisfied by another literal, new watch, unit or false) stand in order of frequency.
#include "sat/core.hpp"

namespace sinew::sat {

namespace {

enum class Visit { keep, moved, conflict };

/// Looks at a clause of three or more literals one of whose watches became false.
inline Visit visit(Core& core, Watch& watch, Literal false_literal) {
    const Trail& trail = core.trail;
    Clause& clause = core.clauses[watch.clause()];
    Literal* const literals = clause.begin();
    const Literal other = Literal::from_index(literals[0].index() ^ literals[1].index() ^ false_literal.index());
    const int other_value = trail.value(other);
    if (other_value > 0) {
        watch.set_blocker(other);
        return Visit::keep;
    }
    Literal* replacement = literals + 2;
    const Literal* const end = clause.end();
    while (replacement != end && trail.is_false(*replacement)) ++replacement;
    if (replacement != end) {
        const Literal found = *replacement;
        if (trail.is_true(found)) {
            // False since this level at the earliest, so backtracking that undoes `found` undoes this watch as well.
            watch.set_blocker(found);
            return Visit::keep;
        }
        literals[0] = other;
        literals[1] = found;
        *replacement = false_literal;
        core.clauses.watches(found).emplace_back(watch.clause(), other, false);
        return Visit::moved;
    }
    if (other_value < 0) return Visit::conflict;
    literals[0] = other;
    literals[1] = false_literal;
    core.trail.assign(other, Reason(watch.clause()));
    return Visit::keep;
}

/// Visits everyone who watches `false_literal`; returns a false clause or an invalid reference.
ClauseRef propagate_literal(Core& core, Literal false_literal, std::uint64_t& ticks) {
    ClauseDatabase::WatchList& watches = core.clauses.watches(false_literal);
    Watch* kept = watches.data();
    const Watch* next = kept;
    const Watch* const end = kept + watches.size();
    ticks += 1 + watches.size() * sizeof(Watch) / 64;
    ClauseRef conflict;
    while (next != end) {
        Watch& watch = *kept++ = *next++;
        const int blocker = core.trail.value(watch.blocker());
        if (blocker > 0) continue;
        if (watch.binary()) {
            if (blocker < 0) {
                conflict = watch.clause();
                break;
            }
            core.trail.assign(watch.blocker(), Reason(watch.clause()));
            continue;
        }
        ++ticks;
        const Visit result = visit(core, watch, false_literal);
        if (result == Visit::moved) {
            --kept;
        } else if (result == Visit::conflict) {
            conflict = watch.clause();
            break;
        }
    }
    if (kept != next) {
        while (next != end) *kept++ = *next++;
        watches.erase(watches.begin() + (kept - watches.data()), watches.end());
    }
    return conflict;
}

}  // namespace

ClauseRef propagate(Core& core) {
    const std::size_t before = core.propagated;
    std::uint64_t ticks = 0;
    ClauseRef conflict;
    while (core.propagated < core.trail.size() && !conflict.valid())
        conflict = propagate_literal(core, ~core.trail[core.propagated++], ticks);
    core.counters.propagations += core.propagated - before;
    core.counters.ticks += ticks;
    return conflict;
}

}  // namespace sinew::sat
