// From a conflict to what prevents it: a clause or a row, whichever way is the better one now.
#include <algorithm>

#include "base/error.hpp"
#include "cardinality/engine.hpp"

namespace sinew::cardinality {

std::uint32_t Engine::conflict_level(std::span<const Literal> literals) const {
    std::uint32_t latest = 0;
    for (const Literal literal : literals) latest = std::max(latest, core_.trail.level(literal));
    return latest;
}

/// False: the problem is unsatisfiable.
bool Engine::learn_from(Conflict conflict) {
    place_positions();
    scratch_.clear();
    if (conflict.clause.valid()) {
        const auto literals = core_.clauses[conflict.clause].literals();
        scratch_.assign(literals.begin(), literals.end());
    } else {
        select_causes(conflict.row, static_cast<std::uint32_t>(core_.trail.size()), Literal(), scratch_);
        for (Literal& literal : scratch_) literal = ~literal;
    }
    const std::uint32_t level = conflict_level(scratch_);
    ++core_.counters.conflicts;
    if (level == 0) return contradiction();
    backtrack_to(level);
    worth_.on_conflict(level);
    const std::size_t conflict_free = core_.trail.level_begin(level);
    if (worth_.current() == Learning::rows && cutting_.analyze(conflict.clause, conflict.row)) {
        remember_best(conflict_free);
        backtrack_to(cutting_.backjump_level());
        const bool possible = learn_row(cutting_.learned());
        after_conflict(cutting_.glue());
        return possible;
    }
    if (has_gates_) project();
    analyzer_.analyze(scratch_, conflict.clause);
    remember_best(conflict_free);
    learn_clause(analyzer_.learned(), analyzer_.backjump_level(), analyzer_.glue());
    if (has_gates_) add_projected();
    after_conflict(analyzer_.glue());
    return true;
}

/// The first literal becomes true at `level`, the second is the latest of the others.
void Engine::learn_clause(std::span<const Literal> clause, std::uint32_t level, std::uint32_t glue) {
    ++core_.counters.learned_clauses;
    core_.counters.learned_literals += clause.size();
    backtrack_to(level);
    sat::Reason reason = sat::Reason::decision();
    if (clause.size() > 1) {
        const sat::ClauseRef ref = core_.clauses.add(sat::ClauseKind::learned, clause, glue);
        core_.clauses[ref].set_activity(core_.clause_increment);
        reason = sat::Reason(ref);
    }
    core_.trail.assign(clause[0], reason);
}

/// At the level where the row implies something. False: it cannot be satisfied at all.
bool Engine::learn_row(const Constraint& constraint) {
    ++rows_learned_;
    const sat::Trail& trail = core_.trail;
    if (constraint.sum() < constraint.degree) return contradiction();
    if (constraint.is_clause()) {
        std::vector<Literal>& clause = scratch_;
        clause.clear();
        for (const Term& term : constraint.terms) clause.push_back(term.literal);
        const auto rank = [&](Literal l) {
            return trail.is_false(l) ? std::uint64_t{trail.level(l)} : std::uint64_t{1} << 33;
        };
        for (std::size_t place = 0; place < std::min<std::size_t>(2, clause.size()); ++place)
            for (std::size_t i = place + 1; i < clause.size(); ++i)
                if (rank(clause[i]) > rank(clause[place])) std::swap(clause[i], clause[place]);
        if (clause.size() == 1 && trail.level() > 0) backtrack_to(0);
        if (trail.is_undefined(clause[0]) && (clause.size() == 1 || trail.is_false(clause[1]))) {
            learn_clause(clause, trail.level(), cutting_.glue());
            return true;
        }
        if (trail.level() == 0) return contradiction();
    }
    if (constraint.terms.size() == 1) {
        backtrack_to(0);
        return assign_fact(constraint.terms[0].literal);
    }
    const RowId id = rows_.add(constraint, RowKind::learned, cutting_.glue(),
                               [&](Literal l) { return trail.is_false(l) && counted_[l.variable().index()] != 0; });
    rows_.row(id).activity = row_increment_;
    ++learned_rows_now_;
    pending_ = id;
    return true;
}

void Engine::after_conflict(std::uint32_t glue) {
    core_.clause_increment /= static_cast<float>(core_.options.clause_decay);
    row_increment_ /= static_cast<float>(core_.options.clause_decay);
    if (row_increment_ > 1e20F) {
        for (std::size_t i = 0; i < rows_.size(); ++i) rows_.row(RowId(i)).activity *= 1e-20F;
        row_increment_ *= 1e-20F;
    }
    core_.queue.decay(core_.options.decay);
    restart_.on_conflict(glue, effort());
    // Reasons written out for analysis pile up between reductions.
    if (core_.clauses.words() > 2 * words_after_collection_ + (std::size_t{1} << 20)) {
        core_.clauses.collect(core_.trail);
        words_after_collection_ = core_.clauses.words();
    }
}

void Engine::bump_row(RowId id) {
    RowDatabase::Row& row = rows_.row(id);
    if (row.kind == RowKind::learned) row.activity += row_increment_;
}

/// Drops the worse half of the learned rows, or when clauses are learned now all but the best. Only at level 0, where
/// no row is a reason that anyone asks for.
bool Engine::reduce_rows() {
    ++reductions_;
    reduce_at_ = core_.counters.conflicts + 2000 + 300 * reductions_;
    backtrack_to(0);
    std::vector<RowId> candidates;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const RowDatabase::Row& row = rows_.row(RowId(i));
        if (row.kind == RowKind::learned && !row.garbage && row.glue > 2) candidates.emplace_back(i);
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](RowId a, RowId b) { return rows_.row(a).activity < rows_.row(b).activity; });
    if (worth_.current() == Learning::rows) candidates.resize(candidates.size() / 2);
    for (const RowId id : candidates) rows_.mark_garbage(id);
    return simplify();
}

}  // namespace sinew::cardinality
