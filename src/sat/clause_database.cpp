// SPDX-License-Identifier: Apache-2.0
#include "sat/clause_database.hpp"

#include <algorithm>

namespace sinew::sat {

ClauseRef ClauseDatabase::add(ClauseKind kind, std::span<const Literal> literals, std::uint32_t glue) {
    const ClauseRef ref = arena_.add(kind, literals, glue);
    (kind == ClauseKind::irredundant ? irredundant_ : learned_).push_back(ref);
    attach(ref);
    return ref;
}

ClauseRef ClauseDatabase::add_explanation(std::span<const Literal> literals) {
    const ClauseRef ref = arena_.add(ClauseKind::explanation, literals, 0);
    explanations_.push_back(ref);
    return ref;
}

void ClauseDatabase::reserve(std::size_t clauses, std::size_t literals) {
    arena_.reserve_words(arena_.words() + clauses * Clause::header_words + literals);
    irredundant_.reserve(irredundant_.size() + clauses);
}

void ClauseDatabase::attach(ClauseRef ref) {
    const Clause& clause = arena_[ref];
    const bool binary = clause.size() == 2;
    watches(clause[0]).emplace_back(ref, clause[1], binary);
    watches(clause[1]).emplace_back(ref, clause[0], binary);
}

void ClauseDatabase::collect(Trail& trail) {
    // An explanation lives while it is a reason.
    for (const ClauseRef ref : explanations_) {
        const BoolVar variable = arena_[ref][0].variable();
        const Reason reason = trail.reason(variable);
        const bool used = trail.is_true(arena_[ref][0]) && reason.is_clause() && reason.clause() == ref;
        if (!used) arena_.mark_garbage(ref);
    }
    clean_watches();
    drop_garbage_lists();
    if (arena_.wasted_words() * 4 > arena_.words()) move_clauses(trail);
}

void ClauseDatabase::clean_watches() {
    for (WatchList& list : watches_) {
        Watch* kept = list.data();
        for (Watch& watch : list) {
            const Clause& clause = arena_[watch.clause()];
            if (clause.garbage()) continue;
            *kept = watch;
            // Shrunk since it was attached.
            if (!watch.binary() && clause.size() == 2) {
                const std::size_t own = static_cast<std::size_t>(&list - watches_.data());
                *kept = Watch(watch.clause(), clause[0].index() == own ? clause[1] : clause[0], true);
            }
            ++kept;
        }
        list.erase(list.begin() + (kept - list.data()), list.end());
    }
}

void ClauseDatabase::drop_garbage_lists() {
    for (std::vector<ClauseRef>* list : {&irredundant_, &learned_, &explanations_})
        std::erase_if(*list, [&](ClauseRef ref) { return arena_[ref].garbage(); });
}

// Clauses move in the order in which watch lists name them, so that those visited together lie together.
void ClauseDatabase::move_clauses(Trail& trail) {
    ClauseArena moved;
    moved.reserve_words(arena_.words() - arena_.wasted_words());
    std::vector<ClauseId> ids(keeps_ids_ ? (arena_.words() - arena_.wasted_words()) / id_stride + 1 : 0);
    const auto new_place = [&](ClauseRef ref) {
        Clause& clause = arena_[ref];
        if (clause.moved()) return clause.moved_to();
        const ClauseRef place = moved.add(clause.kind(), clause.literals(), clause.glue());
        moved[place].copy_marks(clause);
        if (keeps_ids_) ids[slot(place)] = id(ref);
        clause.move_to(place);
        return place;
    };
    for (WatchList& list : watches_)
        for (Watch& watch : list) watch.set_clause(new_place(watch.clause()));
    for (std::vector<ClauseRef>* list : {&irredundant_, &learned_, &explanations_})
        for (ClauseRef& ref : *list) ref = new_place(ref);
    for (const Literal literal : trail.literals()) {
        const Reason reason = trail.reason(literal.variable());
        if (reason.is_clause()) trail.set_reason(literal.variable(), Reason(new_place(reason.clause())));
    }
    arena_ = std::move(moved);
    ids_ = std::move(ids);
}

}  // namespace sinew::sat
