// SPDX-License-Identifier: Apache-2.0
// One step of the search: propagation of clauses and theories to their common fixpoint, and learning from a conflict.
#include <algorithm>

#include "base/error.hpp"
#include "sat/solver.hpp"

namespace sinew::sat {

void Solver::set_conflict(ClauseRef clause) {
    set_conflict(core_.clauses[clause].literals(), nullptr, core_.clauses.id(clause));
    conflict_clause_ = clause;
}

void Solver::set_conflict(std::span<const Literal> clause, const TheoryHook* theory, ClauseId id) {
    conflict_.assign(clause.begin(), clause.end());
    conflict_id_ = id;
    conflict_clause_ = ClauseRef();
    conflict_theory_ = theory;
    has_conflict_ = true;
}

Step Solver::propagate_clauses() {
    if (unsat_) return Step::conflict;
    if (!has_conflict_) {
        const ClauseRef conflict = sat::propagate(core_);
        if (core_.tracer != nullptr) trace_propagations();
        if (conflict.valid()) set_conflict(conflict);
    }
    if (level() == 0) has_conflict_ ? become_unsat(conflict_, conflict_id_) : seal_root();
    return has_conflict_ || unsat_ ? Step::conflict : Step::quiet;
}

Step Solver::propagate() {
    for (;;) {
        if (propagate_clauses() == Step::conflict) return Step::conflict;
        for (std::size_t theory = 0; theory < links_.size() && core_.propagated == core_.trail.size(); ++theory) {
            consult(theory, Call::propagate);
            if (unsat_ || has_conflict_) return Step::conflict;
        }
        if (core_.propagated == core_.trail.size()) return Step::quiet;
    }
}

Step Solver::final_check() {
    for (std::size_t theory = 0; theory < links_.size(); ++theory) {
        consult(theory, Call::final_check);
        if (has_conflict_ || unsat_) return Step::conflict;
        if (!inferences_.empty() || core_.trail.size() != variable_count()) return Step::progress;
    }
    return Step::quiet;
}

void Solver::consult(std::size_t theory, Call call) {
    TheoryLink& link = links_[theory];
    link.tell(core_.trail);
    inferences_.clear();
    theory_level_ = level();
    in_theory_ = true;
    if (call == Call::propagate)
        link.theory().propagate(inferences_);
    else
        link.theory().final_check(inferences_);
    in_theory_ = false;
    if (!inferences_.empty()) apply_inferences(theory);
    if (has_conflict_ && level() == 0) become_unsat(conflict_, conflict_id_);
}

void Solver::apply_inferences(std::size_t theory) {
    const Trail& trail = core_.trail;
    for (std::size_t i = 0; i < inferences_.lemma_count() && !unsat_; ++i) {
        const std::span<const Literal> lemma = inferences_.lemma_clause(i);
        ++core_.counters.theory_lemmas;
        const ClauseId id = core_.tracer != nullptr ? core_.tracer->axiom(lemma) : 0;
        const bool learned = inferences_.lemma_life(i) == LemmaLife::removable;
        add(lemma, learned ? ClauseKind::learned : ClauseKind::irredundant, id);
    }
    if (unsat_ || has_conflict_) return;
    if (inferences_.has_conflict()) {
        const auto clause = inferences_.conflict_clause();
        // A lemma of the same call may have made the core backtrack; then the theory finds its conflict again.
        if (!std::all_of(clause.begin(), clause.end(), [&](Literal l) { return trail.is_false(l); })) {
            require(inferences_.lemma_count() > 0, "all literals of a theory's conflict are false");
            return;
        }
        // What was implied before the conflict came is there for analysis all the same.
        for (const Literal literal : inferences_.implied())
            if (trail.is_undefined(literal)) core_.trail.assign(literal, Reason::theory(theory));
        ++core_.counters.theory_conflicts;
        const ClauseId id = core_.tracer != nullptr ? core_.tracer->axiom(clause) : 0;
        set_conflict(clause, core_.theories[theory], id);
        return;
    }
    // Literals were implied at the level of the call; after backtracking the theory has to see again.
    if (inferences_.lemma_count() > 0 && trail.level() != theory_level_) return;
    for (const Literal literal : inferences_.implied()) {
        apply_literal(literal, theory);
        if (has_conflict_) return;
    }
}

void Solver::apply_literal(Literal literal, std::size_t theory) {
    if (core_.trail.is_true(literal)) return;
    ++core_.counters.theory_literals;
    if (core_.trail.is_undefined(literal)) {
        core_.trail.assign(literal, Reason::theory(theory));
        if (level() == 0 && core_.tracer != nullptr) reason_clause(core_, literal.variable());
        return;
    }
    // Implied, but false: its reason is a conflict.
    ++core_.counters.theory_conflicts;
    explain(core_, *core_.theories[theory], literal, core_.explanation);
    set_conflict(core_.explanation, nullptr, core_.explanation_id);
}

/// Facts of level 0 need no reason; in a proof they stand as clauses of their own.
void Solver::seal_root() {
    for (; sealed_ < core_.trail.size(); ++sealed_) {
        const Literal literal = core_.trail[sealed_];
        const Reason reason = core_.trail.reason(literal.variable());
        if (core_.tracer != nullptr && reason.is_clause()) {
            const ClauseRef ref = reason.clause();
            const ClauseId id = derive(core_, {&literal, 1}, core_.clauses[ref].literals(), core_.clauses.id(ref));
            know_fact(literal, id);
        }
        core_.trail.set_reason(literal.variable(), Reason::decision());
    }
}

void Solver::trace_propagations() {
    for (; traced_ < core_.trail.size(); ++traced_) {
        const Literal literal = core_.trail[traced_];
        const Reason reason = core_.trail.reason(literal.variable());
        const bool decided = level() > 0 && traced_ == core_.trail.level_begin(level());
        if (decided && !reason.is_clause()) continue;
        core_.tracer->propagated(
            literal, reason.is_clause() ? core_.clauses[reason.clause()].literals() : std::span<const Literal>());
    }
}

void Solver::decide(Literal literal) {
    require(!has_conflict_ && core_.propagated == core_.trail.size(),
            "a decision follows propagation without conflict");
    require(core_.trail.is_undefined(literal), "a decision is undefined before");
    ++core_.counters.decisions;
    open_level();
    core_.trail.assign(literal, Reason::decision());
    if (core_.tracer != nullptr) core_.tracer->decided(literal, level());
}

void Solver::open_level() {
    for (TheoryLink& link : links_) link.tell(core_.trail);
    core_.trail.new_level();
    for (TheoryLink& link : links_) link.new_level();
}

Literal Solver::next_decision() {
    for (TheoryHook* theory : core_.theories) {
        const std::optional<Literal> suggestion = theory->suggest_decision();
        if (suggestion && core_.trail.is_undefined(*suggestion)) return *suggestion;
    }
    return pick_decision(core_, restart_.stable());
}

std::uint32_t Solver::conflict_level() const {
    std::uint32_t latest = 0;
    for (const Literal literal : conflict_) latest = std::max(latest, core_.trail.level(literal));
    return latest;
}

bool Solver::resolve_conflict() {
    require(has_conflict_ || unsat_, "there is a conflict to resolve");
    ++core_.counters.conflicts;
    if (unsat_) return false;
    const std::uint32_t latest = conflict_level();
    if (latest == 0) {
        become_unsat(conflict_, conflict_id_);
        return false;
    }
    backtrack(latest);
    if (core_.tracer != nullptr) core_.tracer->conflict(conflict_, !conflict_clause_.valid());
    const std::size_t conflict_free = core_.trail.level_begin(latest);
    if (learner_ != nullptr && learner_->analyze({conflict_, conflict_clause_, conflict_theory_, conflict_id_})) {
        remember_phases(conflict_free);
        has_conflict_ = false;
        backtrack(learner_->backjump_level());
        learner_->learn();
        after_conflict(learner_->glue());
        return !unsat_;
    }
    analyzer_.analyze(conflict_, conflict_clause_);
    remember_phases(conflict_free);
    learn_clause();
    if (learner_ != nullptr) learn_second(learner_->second_clause(), learner_->second_id());
    after_conflict(analyzer_.glue());
    return true;
}

void Solver::learn_clause() {
    const std::span<const Literal> learned = analyzer_.learned();
    ++core_.counters.learned_clauses;
    core_.counters.learned_literals += learned.size();
    ClauseId id = 0;
    if (core_.tracer != nullptr) {
        id = derive(core_, learned, conflict_, conflict_id_);
        core_.tracer->learned(learned, analyzer_.backjump_level());
    }
    if (exports_ != nullptr) exports_->offer(learned, analyzer_.glue());
    has_conflict_ = false;
    backtrack(analyzer_.backjump_level());
    Reason reason = Reason::decision();
    if (learned.size() > 1)
        reason = Reason(store(ClauseKind::learned, learned, analyzer_.glue(), id));
    else
        know_fact(learned[0], id);
    core_.trail.assign(learned[0], reason);
}

/// A clause beside the one just learned may imply something too, at the level that the search is at now.
void Solver::learn_second(std::span<const Literal> clause, ClauseId id) {
    if (clause.size() < 2) return;
    scratch_.assign(clause.begin(), clause.end());
    place_watches(scratch_);
    const Trail& trail = core_.trail;
    if (trail.is_false(scratch_[0])) return;
    const bool unit = trail.is_false(scratch_[1]) && trail.is_undefined(scratch_[0]);
    if (unit && trail.level(scratch_[1]) != trail.level()) return;
    ++core_.counters.learned_clauses;
    core_.counters.learned_literals += scratch_.size();
    const ClauseRef ref = store(ClauseKind::learned, scratch_, static_cast<std::uint32_t>(scratch_.size()), id);
    if (unit) core_.trail.assign(scratch_[0], Reason(ref));
}

void Solver::after_conflict(std::uint32_t glue) {
    core_.clause_increment /= static_cast<float>(core_.options.clause_decay);
    core_.queue.decay(core_.options.decay);
    restart_.on_conflict(glue, effort());
    // Theories' reasons that were written out pile up between reductions.
    constexpr std::size_t most_waste = std::size_t{1} << 20;
    if (links_.empty() || core_.clauses.words() <= 2 * words_after_collection_ + most_waste) return;
    core_.clauses.collect(core_.trail);
    words_after_collection_ = core_.clauses.words();
}

void Solver::remember_phases(std::size_t conflict_free) {
    Phases& phases = core_.phases;
    const auto remember = [&](std::vector<std::int8_t>& values, std::size_t& size) {
        if (conflict_free <= size) return;
        size = conflict_free;
        for (std::size_t i = 0; i < conflict_free; ++i) {
            const Literal literal = core_.trail[i];
            values[literal.variable().index()] = literal.negated() ? -1 : 1;
        }
    };
    if (!restart_.stable()) return;
    remember(phases.target, phases.target_size);
    remember(phases.best, phases.best_size);
}

}  // namespace sinew::sat
