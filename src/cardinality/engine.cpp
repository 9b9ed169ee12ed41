// The problem side of the engine: variables, constraints, facts.
#include "cardinality/engine.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::cardinality {

namespace {

sat::Options core_options(const Options& options) {
    sat::Options core;
    core.restart = options.restart;
    core.decay = options.decay;
    core.seed = options.seed;
    core.target_phases = true;
    return core;
}

}  // namespace

Engine::Engine(const Options& options)
    : options_(options),
      core_(core_options(options)),
      analyzer_(core_),
      restart_(core_.options),
      cutting_(*this),
      worth_(options.learning) {
    core_.theory = this;
    rephase_at_ = static_cast<std::uint64_t>(options.rephase_interval);
}

BoolVar Engine::new_variable() {
    const BoolVar variable = core_.add_variable();
    analyzer_.add_variable();
    rows_.add_variable();
    cutting_.add_variable();
    row_reason_.emplace_back();
    position_.push_back(0);
    counted_.push_back(0);
    may_wait_.push_back(0);
    priority_.push_back(0);
    in_projection_.push_back(0);
    return variable;
}

void Engine::set_phase(Literal preferred) {
    const std::int8_t value = preferred.negated() ? -1 : 1;
    core_.phases.saved[preferred.variable().index()] = value;
}

void Engine::prefer(BoolVar variable, std::uint32_t priority) {
    std::erase(preferred_, variable);
    priority_[variable.index()] = priority;
    if (priority == 0) return;
    const auto place = std::upper_bound(preferred_.begin(), preferred_.end(), priority,
                                        [&](std::uint32_t p, BoolVar v) { return p > priority_[v.index()]; });
    preferred_.insert(place, variable);
}

void Engine::set_gates(std::span<const BoolVar> gates) {
    has_gates_ = !gates.empty();
    for (const BoolVar gate : gates) prefer(gate, gate_priority);
}

bool Engine::contradiction() {
    backtrack_to(0);
    unsat_ = true;
    return false;
}

bool Engine::assign_fact(Literal literal) {
    require(core_.trail.level() == 0, "facts are added at level 0");
    if (core_.trail.is_false(literal)) return contradiction();
    if (core_.trail.is_undefined(literal)) core_.trail.assign(literal, sat::Reason::decision());
    return true;
}

bool Engine::add_clause(std::span<const Literal> literals) {
    require(core_.trail.level() == 0, "constraints are added at level 0");
    if (unsat_) return false;
    scratch_.clear();
    for (const Literal literal : literals) {
        if (fact(literal) > 0) return true;
        if (fact(literal) == 0) scratch_.push_back(literal);
    }
    std::sort(scratch_.begin(), scratch_.end());
    scratch_.erase(std::unique(scratch_.begin(), scratch_.end()), scratch_.end());
    for (std::size_t i = 1; i < scratch_.size(); ++i)
        if (scratch_[i] == ~scratch_[i - 1]) return true;
    if (scratch_.empty()) return contradiction();
    if (scratch_.size() == 1) return assign_fact(scratch_[0]);
    core_.clauses.add(sat::ClauseKind::irredundant, scratch_, static_cast<std::uint32_t>(scratch_.size()));
    return true;
}

/// Facts are taken out, the coefficients saturated again.
Constraint Engine::without_facts(const Constraint& constraint) const {
    Constraint result;
    result.degree = constraint.degree;
    for (const Term& term : constraint.terms) {
        const int value = fact(term.literal);
        if (value > 0) result.degree -= term.coefficient;
        if (value == 0) result.terms.push_back(term);
    }
    tidy(result);
    return result;
}

bool Engine::add(const Constraint& constraint) {
    require(core_.trail.level() == 0, "constraints are added at level 0");
    if (unsat_) return false;
    return add_row(without_facts(constraint));
}

bool Engine::add_row(const Constraint& constraint) {
    if (constraint.degree <= 0) return true;
    const std::int64_t slack = constraint.sum() - constraint.degree;
    if (slack < 0) return contradiction();
    if (slack < constraint.terms.front().coefficient) {
        // Something is implied at once; what is left may imply more.
        Constraint rest;
        rest.degree = constraint.degree;
        for (const Term& term : constraint.terms) {
            if (term.coefficient > slack) {
                if (!assign_fact(term.literal)) return false;
                rest.degree -= term.coefficient;
            } else {
                rest.terms.push_back(term);
            }
        }
        tidy(rest);
        return add_row(rest);
    }
    if (constraint.is_clause()) {
        std::vector<Literal> literals;
        for (const Term& term : constraint.terms) literals.push_back(term.literal);
        return add_clause(literals);
    }
    rows_.add(constraint, RowKind::problem, 0,
              [&](Literal l) { return core_.trail.is_false(l) && counted_[l.variable().index()] != 0; });
    return true;
}

bool Engine::add_reified(Literal output, std::span<const Term> terms, std::int64_t bound) {
    // output ⇒ Σ ≥ bound: bound'·¬output + Σ ≥ bound', in normal form; and likewise the converse with Σ ≤ bound - 1.
    std::vector<Term> negated(terms.begin(), terms.end());
    for (Term& term : negated) term.coefficient = -term.coefficient;
    for (const bool converse : {false, true}) {
        Constraint row = converse ? normalized(negated, 1 - bound) : normalized(terms, bound);
        const Literal head = converse ? output : ~output;
        if (row.degree <= 0) continue;
        // The output may be among the terms: bring the sum to normal form once more.
        row.terms.push_back({row.degree, head});
        if (!add(normalized(row.terms, row.degree))) return false;
    }
    return true;
}

bool Engine::replace(std::size_t slot, const Constraint& constraint) {
    if (slots_.size() <= slot) slots_.resize(slot + 1);
    if (slots_[slot].valid()) rows_.mark_garbage(slots_[slot]);
    slots_[slot] = RowId();
    const std::size_t before = rows_.size();
    if (!add(constraint)) return false;
    if (rows_.size() > before) {
        slots_[slot] = RowId(before);
        rows_.row(slots_[slot]).slotted = true;
    }
    return true;
}

void Engine::clear_slots(std::size_t first) {
    for (std::size_t slot = first; slot < slots_.size(); ++slot)
        if (slots_[slot].valid()) rows_.mark_garbage(slots_[slot]);
    slots_.resize(std::min(first, slots_.size()));
}

bool Engine::propagate_facts() {
    require(core_.trail.level() == 0, "facts are propagated at level 0");
    if (unsat_) return false;
    return propagate_all().valid() ? contradiction() : true;
}

bool Engine::simplify() {
    backtrack_to(0);
    if (!propagate_facts()) return false;
    std::vector<std::size_t> slot_of(rows_.size(), slots_.size());
    for (std::size_t slot = 0; slot < slots_.size(); ++slot)
        if (slots_[slot].valid()) slot_of[slots_[slot].index()] = slot;
    const std::size_t count = rows_.size();
    for (std::size_t i = 0; i < count; ++i) {
        const RowId id(i);
        if (rows_.row(id).garbage) continue;
        const auto literals = rows_.literals(id);
        if (std::none_of(literals.begin(), literals.end(), [&](Literal l) { return fact(l) != 0; })) continue;
        const RowDatabase::Row old = rows_.row(id);
        const std::size_t before = rows_.size();
        rows_.mark_garbage(id);
        const Constraint simpler = without_facts(rows_.constraint(id));
        if (slot_of[i] < slots_.size()) slots_[slot_of[i]] = RowId();
        if (!add_row(simpler)) return false;
        if (rows_.size() == before) continue;
        RowDatabase::Row& added = rows_.row(RowId(before));
        added.kind = old.kind;
        added.glue = old.glue;
        added.slotted = old.slotted;
        added.activity = old.activity;
        if (slot_of[i] < slots_.size()) slots_[slot_of[i]] = RowId(before);
    }
    const std::vector<RowId> moved = rows_.collect();
    for (RowId& slot : slots_)
        if (slot.valid()) slot = moved[slot.index()];
    learned_rows_now_ = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i)
        learned_rows_now_ += rows_.row(RowId(i)).kind == RowKind::learned ? 1 : 0;
    return propagate_facts();
}

Statistics Engine::statistics() const {
    const sat::Counters& c = core_.counters;
    Statistics statistics;
    const auto add = [&](std::string_view name, std::uint64_t value) {
        statistics.add(name, static_cast<double>(value));
    };
    add("pb_conflicts", c.conflicts);
    add("pb_decisions", c.decisions);
    add("pb_propagations", c.propagations);
    add("pb_ticks", c.ticks);
    add("pb_effort", effort());
    add("pb_restarts", c.restarts);
    add("pb_reductions", c.reductions + reductions_);
    add("pb_learned_clauses", c.learned_clauses);
    add("pb_learned_literals", c.learned_literals);
    add("pb_learned_rows", rows_learned_);
    add("pb_explanations", c.explanations);
    return statistics;
}

}  // namespace sinew::cardinality
