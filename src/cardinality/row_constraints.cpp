// SPDX-License-Identifier: Apache-2.0
// The problem side of the rows: what is added, replaced, learned, and made simpler by facts.
#include <algorithm>

#include "base/error.hpp"
#include "cardinality/row_theory.hpp"

namespace sinew::cardinality {

bool RowTheory::add_clause(std::span<const Literal> clause, RowProof::Id id) {
    if (proof_ != nullptr) proof_->announce(id);
    const bool possible = solver_.add_clause(clause);
    if (proof_ != nullptr) proof_->announce(0);
    return possible;
}

/// Facts are taken out, the coefficients saturated again. Returns what the proof calls the result by.
RowProof::Id RowTheory::simplify_facts(Constraint& constraint, RowProof::Id id) {
    if (proof_ != nullptr) {
        steps_.clear();
        steps_.row(id);
    }
    std::size_t kept = 0;
    for (const Term& term : constraint.terms) {
        const int value = solver_.fact(term.literal);
        if (value > 0) constraint.degree -= term.coefficient;
        if (proof_ != nullptr && value > 0) steps_.weaken(term.literal);
        if (proof_ != nullptr && value < 0)
            steps_.add(solver_.core().fact_ids[term.literal.variable().index()], term.coefficient);
        if (value == 0) constraint.terms[kept++] = term;
    }
    constraint.terms.resize(kept);
    const std::int64_t most = constraint.largest();
    const std::int64_t degree = constraint.degree;
    tidy(constraint);
    if (proof_ == nullptr || degree <= 0) return id;
    steps_.tidy(most, degree, constraint);
    return proof_->derived(steps_);
}

bool RowTheory::add(Constraint constraint, RowProof::Id id) {
    require(solver_.level() == 0, "constraints are added at level 0");
    if (solver_.unsat()) return false;
    if (proof_ != nullptr && id == 0) id = proof_->next_given();
    const RowProof::Id simpler = simplify_facts(constraint, id);
    if (proof_ != nullptr && simpler != id) proof_->forget(id);
    return add_row(constraint, simpler);
}

bool RowTheory::add_row(const Constraint& constraint, RowProof::Id id) {
    if (constraint.degree <= 0) return true;
    const std::int64_t slack = constraint.sum() - constraint.degree;
    if (slack < 0) return add_clause({}, id);
    if (slack < constraint.terms.front().coefficient) {
        // Something is implied at once; what is left may imply more.
        Constraint rest;
        rest.degree = constraint.degree;
        for (const Term& term : constraint.terms) {
            if (term.coefficient > slack) {
                const Literal& fact = term.literal;
                if (!add_clause({&fact, 1}, proof_ == nullptr ? 0 : proof_->follows({&fact, 1}, {&id, 1})))
                    return false;
                rest.degree -= term.coefficient;
            } else {
                rest.terms.push_back(term);
            }
        }
        const std::int64_t most = rest.largest();
        const std::int64_t degree = rest.degree;
        tidy(rest);
        if (degree <= 0) return true;
        if (proof_ != nullptr) {
            steps_.clear();
            steps_.row(id);
            for (const Term& term : constraint.terms)
                if (term.coefficient > slack) steps_.weaken(term.literal);
            steps_.tidy(most, degree, rest);
            const RowProof::Id whole = std::exchange(id, proof_->derived(steps_));
            if (whole != id) proof_->forget(whole);
        }
        return add_row(rest, id);
    }
    if (constraint.is_clause()) {
        clause_.clear();
        for (const Term& term : constraint.terms) clause_.push_back(term.literal);
        return add_clause(clause_, id);
    }
    grow();
    const RowId row =
        rows_.add(constraint, RowKind::problem, 0, [&](Literal literal) { return is_counted_false(literal); });
    rows_.row(row).proof = id;
    return true;
}

bool RowTheory::add_reified(Literal output, std::span<const Term> terms, std::int64_t bound,
                            const std::array<RowProof::Id, 2>* ids) {
    // output ⇒ Σ ≥ bound: bound'·¬output + Σ ≥ bound', in normal form; and likewise the converse with Σ ≤ bound - 1.
    std::vector<Term> negated(terms.begin(), terms.end());
    for (Term& term : negated) term.coefficient = -term.coefficient;
    for (const bool converse : {false, true}) {
        RowProof::Id id = 0;
        if (proof_ != nullptr) id = ids != nullptr ? (*ids)[converse ? 1 : 0] : proof_->next_given();
        Constraint row = converse ? merged(negated, 1 - bound) : merged(terms, bound);
        const Literal head = converse ? output : ~output;
        if (row.degree <= 0) continue;
        const std::int64_t most = row.largest();
        const std::int64_t degree = row.degree;
        tidy(row);
        if (proof_ != nullptr) {
            steps_.clear();
            steps_.row(id);
            steps_.tidy(most, degree, row);
            const RowProof::Id whole = std::exchange(id, proof_->derived(steps_));
            if (whole != id) proof_->forget(whole);
        }
        row.terms.push_back({row.degree, head});
        // The output may be among the terms: bring the sum to normal form once more.
        if (!add(merged(row.terms, row.degree), id)) return false;
    }
    return true;
}

bool RowTheory::replace(std::size_t slot, Constraint constraint, RowProof::Id id) {
    if (slots_.size() <= slot) slots_.resize(slot + 1);
    if (slots_[slot].valid()) drop(slots_[slot]);
    slots_[slot] = RowId();
    const std::size_t before = rows_.size();
    if (!add(std::move(constraint), id)) return false;
    if (rows_.size() > before) {
        slots_[slot] = RowId(before);
        rows_.row(slots_[slot]).slotted = true;
    }
    return true;
}

void RowTheory::clear_slots(std::size_t first) {
    for (std::size_t slot = first; slot < slots_.size(); ++slot)
        if (slots_[slot].valid()) drop(slots_[slot]);
    slots_.resize(std::min(first, slots_.size()));
}

RowId RowTheory::learn(const Constraint& constraint, std::uint32_t glue, RowProof::Id id) {
    pending_ =
        rows_.add(constraint, RowKind::learned, glue, [&](Literal literal) { return is_counted_false(literal); });
    rows_.row(pending_).proof = id;
    return pending_;
}

void RowTheory::forget_dropped() {
    if (proof_ == nullptr) return;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        RowDatabase::Row& row = rows_.row(RowId(i));
        if (row.garbage) proof_->forget(std::exchange(row.proof, 0));
    }
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
        Constraint simpler = rows_.constraint(id);
        const RowProof::Id proof = simplify_facts(simpler, old.proof);
        if (slot_of[i] < slots_.size()) slots_[slot_of[i]] = RowId();
        if (proof == old.proof) rows_.row(id).proof = 0;
        if (!add_row(simpler, proof)) return false;
        if (rows_.size() == before) continue;
        RowDatabase::Row& added = rows_.row(RowId(before));
        added.kind = old.kind;
        added.glue = old.glue;
        added.slotted = old.slotted;
        added.activity = old.activity;
        if (slot_of[i] < slots_.size()) slots_[slot_of[i]] = RowId(before);
    }
    forget_dropped();
    const std::vector<RowId> moved = rows_.collect();
    for (RowId& slot : slots_)
        if (slot.valid()) slot = moved[slot.index()];
    return solver_.propagate() != sat::Step::conflict;
}

}  // namespace sinew::cardinality
