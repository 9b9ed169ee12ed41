// SPDX-License-Identifier: Apache-2.0
// The problem side of the rows: what is added, replaced, learned, and made simpler by facts.
#include <algorithm>

#include "base/error.hpp"
#include "cardinality/row_theory.hpp"

namespace sinew::cardinality {

/// Facts are taken out, the coefficients saturated again.
Constraint RowTheory::without_facts(const Constraint& constraint) const {
    Constraint result;
    result.degree = constraint.degree;
    for (const Term& term : constraint.terms) {
        const int value = solver_.fact(term.literal);
        if (value > 0) result.degree -= term.coefficient;
        if (value == 0) result.terms.push_back(term);
    }
    tidy(result);
    return result;
}

bool RowTheory::add(const Constraint& constraint) {
    require(solver_.level() == 0, "constraints are added at level 0");
    if (solver_.unsat()) return false;
    return add_row(without_facts(constraint));
}

bool RowTheory::add_row(const Constraint& constraint) {
    if (constraint.degree <= 0) return true;
    const std::int64_t slack = constraint.sum() - constraint.degree;
    if (slack < 0) return solver_.add_clause({});
    if (slack < constraint.terms.front().coefficient) {
        // Something is implied at once; what is left may imply more.
        Constraint rest;
        rest.degree = constraint.degree;
        for (const Term& term : constraint.terms) {
            if (term.coefficient > slack) {
                if (!solver_.add_clause({term.literal})) return false;
                rest.degree -= term.coefficient;
            } else {
                rest.terms.push_back(term);
            }
        }
        tidy(rest);
        return add_row(rest);
    }
    if (constraint.is_clause()) {
        clause_.clear();
        for (const Term& term : constraint.terms) clause_.push_back(term.literal);
        return solver_.add_clause(clause_);
    }
    grow();
    rows_.add(constraint, RowKind::problem, 0, [&](Literal literal) { return is_counted_false(literal); });
    return true;
}

bool RowTheory::add_reified(Literal output, std::span<const Term> terms, std::int64_t bound) {
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

bool RowTheory::replace(std::size_t slot, const Constraint& constraint) {
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

void RowTheory::clear_slots(std::size_t first) {
    for (std::size_t slot = first; slot < slots_.size(); ++slot)
        if (slots_[slot].valid()) rows_.mark_garbage(slots_[slot]);
    slots_.resize(std::min(first, slots_.size()));
}

RowId RowTheory::learn(const Constraint& constraint, std::uint32_t glue) {
    pending_ =
        rows_.add(constraint, RowKind::learned, glue, [&](Literal literal) { return is_counted_false(literal); });
    return pending_;
}

bool RowTheory::simplify() {
    require(solver_.level() == 0, "rows are made simpler at level 0");
    if (solver_.propagate() == sat::Step::conflict) return false;
    std::vector<std::size_t> slot_of(rows_.size(), slots_.size());
    for (std::size_t slot = 0; slot < slots_.size(); ++slot)
        if (slots_[slot].valid()) slot_of[slots_[slot].index()] = slot;
    const std::size_t count = rows_.size();
    for (std::size_t i = 0; i < count; ++i) {
        const RowId id(i);
        if (rows_.row(id).garbage) continue;
        const auto literals = rows_.literals(id);
        if (std::none_of(literals.begin(), literals.end(), [&](Literal l) { return solver_.fact(l) != 0; })) continue;
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
    return solver_.propagate() != sat::Step::conflict;
}

}  // namespace sinew::cardinality
