// SPDX-License-Identifier: Apache-2.0
// The problem side of the core: variables, clauses at any level, backtracking.
#include "sat/solver.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::sat {

Solver::Solver(const Options& options)
    : core_(options),
      analyzer_(core_),
      restart_(options),
      rephase_at_(static_cast<std::uint64_t>(options.rephase_interval)) {}

BoolVar Solver::new_variable() {
    const BoolVar variable = core_.add_variable();
    analyzer_.add_variable();
    return variable;
}

void Solver::reserve(std::size_t variables, std::size_t clauses, std::size_t literals) {
    core_.trail.reserve(variables);
    core_.clauses.reserve(clauses, literals);
}

void Solver::add_theory(TheoryHook& theory, Hears hears) {
    require(level() == 0 && core_.theories.size() < 200, "a theory is added at level 0, and there are not many");
    core_.theories.push_back(&theory);
    links_.emplace_back(theory, hears);
}

void Solver::watch_theory_variable(BoolVar variable, const TheoryHook& theory) {
    const auto link =
        std::find_if(links_.begin(), links_.end(), [&](const TheoryLink& each) { return &each.theory() == &theory; });
    require(link != links_.end(), "a theory is added before it hears of variables");
    link->watch(variable, core_.trail);
}

void Solver::set_phase(Literal preferred) {
    core_.phases.saved[preferred.variable().index()] = preferred.negated() ? -1 : 1;
}

Truth Solver::value(Literal literal) const {
    const int value = core_.trail.value(literal);
    return value > 0 ? Truth::true_value : value < 0 ? Truth::false_value : Truth::undefined;
}

bool Solver::model_value(BoolVar variable) const {
    return variable.index() < model_.size() && model_[variable.index()];
}

bool Solver::add_clause(std::span<const Literal> literals) {
    require(!in_theory_, "a theory adds clauses through its Inferences");
    if (unsat_) return false;
    add(literals, ClauseKind::irredundant, core_.tracer != nullptr ? core_.tracer->given(literals) : 0);
    return !unsat_;
}

void Solver::add_learned(std::span<const Literal> literals, std::uint32_t glue, ClauseId id) {
    require(!in_theory_, "a theory adds clauses through its Inferences");
    ++core_.counters.learned_clauses;
    core_.counters.learned_literals += literals.size();
    scratch_.assign(literals.begin(), literals.end());
    if (scratch_.size() == 1)
        add_fact(scratch_[0], id);
    else
        add_distinct(scratch_, ClauseKind::learned, glue, id);
}

void Solver::add(std::span<const Literal> literals, ClauseKind kind, ClauseId id) {
    if (unsat_) return;
    scratch_.assign(literals.begin(), literals.end());
    std::sort(scratch_.begin(), scratch_.end());
    Literal last;
    std::size_t kept = 0;
    for (const Literal literal : scratch_) {
        require(literal.variable().index() < variable_count(), "a clause is over known variables");
        if (fact(literal) > 0 || (last.valid() && literal == ~last)) return;
        if (fact(literal) < 0 || literal == last) continue;
        scratch_[kept++] = last = literal;
    }
    scratch_.resize(kept);
    if (core_.tracer != nullptr && kept != literals.size() && kept > 0) id = derive(core_, scratch_, literals, id);
    if (kept == 0)
        become_unsat(literals, id);
    else if (kept == 1)
        add_fact(scratch_[0], id);
    else
        add_distinct(scratch_, kind, static_cast<std::uint32_t>(kept), id);
}

/// Puts the two literals first that are worth watching: true or undefined ones, else those that became false last.
void Solver::place_watches(std::vector<Literal>& literals) const {
    const Trail& trail = core_.trail;
    const auto rank = [&](Literal literal) {
        if (trail.is_true(literal)) return std::uint64_t{1} << 34;
        if (trail.is_undefined(literal)) return std::uint64_t{1} << 33;
        return std::uint64_t{trail.level(literal)};
    };
    for (std::size_t place = 0; place < 2; ++place)
        for (std::size_t i = place + 1; i < literals.size(); ++i)
            if (rank(literals[i]) > rank(literals[place])) std::swap(literals[i], literals[place]);
}

ClauseRef Solver::store(ClauseKind kind, std::span<const Literal> literals, std::uint32_t glue, ClauseId id) {
    const ClauseRef ref = core_.clauses.add(kind, literals, glue);
    if (core_.clauses.keeps_ids()) core_.clauses.set_id(ref, id);
    if (kind == ClauseKind::learned) core_.clauses[ref].set_activity(core_.clause_increment);
    return ref;
}

void Solver::add_distinct(std::vector<Literal>& literals, ClauseKind kind, std::uint32_t glue, ClauseId id) {
    place_watches(literals);
    const Trail& trail = core_.trail;
    const bool second_false = trail.is_false(literals[1]);
    const std::uint32_t second_level = second_false ? trail.level(literals[1]) : 0;
    const bool all_false = trail.is_false(literals[0]);
    if (all_false && trail.level(literals[0]) == second_level) {
        const ClauseRef ref = store(kind, literals, glue, id);
        // Of several conflicts the one of the lowest level counts: resolving it undoes a literal of each other.
        if (!has_conflict_ || second_level < conflict_level()) set_conflict(ref);
        return;
    }
    const bool unit = second_false && !trail.is_true(literals[0]);
    if (unit) backtrack(second_level);
    const ClauseRef ref = store(kind, literals, glue, id);
    if (unit) core_.trail.assign(literals[0], Reason(ref));
}

void Solver::add_fact(Literal literal, ClauseId id) {
    backtrack(0);
    if (core_.trail.is_false(literal)) become_unsat({&literal, 1}, id);
    if (!core_.trail.is_undefined(literal)) return;
    know_fact(literal, id);
    core_.trail.assign(literal, Reason::decision());
}

void Solver::know_fact(Literal literal, ClauseId id) {
    if (core_.clauses.keeps_ids()) core_.fact_ids[literal.variable().index()] = id;
}

void Solver::become_unsat(std::span<const Literal> conflict, ClauseId id) {
    if (unsat_) return;
    backtrack(0);
    unsat_ = true;
    if (core_.tracer != nullptr) derive(core_, {}, conflict, id);
}

void Solver::backtrack(std::uint32_t level) {
    if (level >= core_.trail.level()) return;
    require(!in_theory_, "a theory does not backtrack the core");
    core_.trail.backtrack(level, [&](Literal literal) {
        core_.phases.saved[literal.variable().index()] = literal.negated() ? -1 : 1;
        core_.queue.insert(literal.variable());
    });
    core_.propagated = std::min(core_.propagated, core_.trail.size());
    traced_ = std::min(traced_, core_.trail.size());
    for (TheoryLink& link : links_) link.backtrack(core_.trail);
    // A conflict stands while its literals are false.
    if (has_conflict_ &&
        !std::all_of(conflict_.begin(), conflict_.end(), [&](Literal l) { return core_.trail.is_false(l); }))
        has_conflict_ = false;
    if (core_.tracer != nullptr) core_.tracer->backtracked(level);
}

std::uint64_t Solver::effort() const {
    std::uint64_t ticks = core_.counters.ticks;
    for (const TheoryHook* theory : core_.theories) ticks += theory->effort();
    return ticks;
}

Statistics Solver::statistics() const {
    const Counters& c = core_.counters;
    Statistics statistics;
    const auto add = [&](std::string_view name, std::uint64_t value) {
        statistics.add(name, static_cast<double>(value));
    };
    add("sat_variables", variable_count());
    add("sat_conflicts", c.conflicts);
    add("sat_decisions", c.decisions);
    add("sat_propagations", c.propagations);
    add("sat_ticks", c.ticks);
    add("sat_restarts", c.restarts);
    add("sat_reductions", c.reductions);
    add("sat_learned_clauses", c.learned_clauses);
    add("sat_learned_literals", c.learned_literals);
    add("sat_minimized_literals", c.minimized_literals);
    add("sat_kept_clauses", core_.clauses.learned().size());
    add("sat_theory_conflicts", c.theory_conflicts);
    add("sat_theory_literals", c.theory_literals);
    add("sat_theory_lemmas", c.theory_lemmas);
    add("sat_explanations", c.explanations);
    return statistics;
}

}  // namespace sinew::sat
