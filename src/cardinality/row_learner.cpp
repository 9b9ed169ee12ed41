// SPDX-License-Identifier: Apache-2.0
#include "cardinality/row_learner.hpp"

#include <algorithm>
#include <functional>

namespace sinew::cardinality {

RowLearner::RowLearner(sat::Solver& solver, RowTheory& rows, std::int64_t choice)
    : solver_(solver), rows_(rows), cutting_(solver.core(), rows), worth_(choice) {
    solver.set_learner(this);
}

void RowLearner::set_gates(std::span<const BoolVar> gates) {
    has_gates_ = !gates.empty();
    for (const BoolVar gate : gates) rows_.prefer(gate, gate_priority);
}

bool RowLearner::analyze(const sat::Conflict& conflict) {
    cutting_.decay(solver_.core().options.clause_decay);
    worth_.on_conflict(solver_.level());
    const RowId broken = conflict.theory == &rows_ ? rows_.broken() : RowId();
    projected_.clear();
    if (worth_.current() == Learning::rows) {
        sat::ClauseId id = conflict.id;
        // A row's word, of which the proof has the row.
        if (rows_.proof() != nullptr && !broken.valid() && !conflict.clause.valid())
            id = rows_.proof()->follows(conflict.literals, {&conflict.id, 1});
        if (cutting_.analyze(conflict.literals, broken, id)) return true;
    }
    if (has_gates_) project(conflict);
    return false;
}

void RowLearner::learn() {
    ++rows_learned_;
    const Constraint& constraint = cutting_.learned();
    if (constraint.sum() < constraint.degree) {
        rows_.add_clause({}, cutting_.proof_id());
        return;
    }
    if (constraint.terms.size() > 1 && !constraint.is_clause()) {
        cutting_.stamp(rows_.learn(constraint, cutting_.glue(), cutting_.proof_id()));
        return;
    }
    clause_.clear();
    for (const Term& term : constraint.terms) clause_.push_back(term.literal);
    solver_.add_learned(clause_, cutting_.glue(), cutting_.proof_id());
}

void RowLearner::restarted(std::uint64_t effort) {
    // Back to clauses: the rows of the meantime would only slow them down.
    if (worth_.restarted(effort) && worth_.current() == Learning::clauses) forget_at_ = solver_.counters().conflicts;
}

/// Drops the worse half of the learned rows, or when clauses are learned now all but the best. At level 0, where no row
/// is a reason that anyone asks for.
void RowLearner::forget() {
    ++reductions_;
    forget_at_ = solver_.counters().conflicts + 2000 + 300 * reductions_;
    std::vector<RowId> candidates;
    for (std::size_t i = 0; i < rows_.rows().size(); ++i) {
        const RowDatabase::Row& row = rows_.row(RowId(i));
        if (row.kind == RowKind::learned && !row.garbage && row.glue > 2) candidates.emplace_back(i);
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](RowId a, RowId b) { return rows_.row(a).activity < rows_.row(b).activity; });
    if (worth_.current() == Learning::rows) candidates.resize(candidates.size() / 2);
    for (const RowId id : candidates) rows_.drop(id);
    rows_.simplify();
}

// Clauses over the gates. Where a few variables separate the costs from everything else (the first neurons of a network
// from its inputs), a conflict deep inside says something about them alone. The clause of the first unique implication
// point is long there, a hundred neurons of later layers; its resolvent over the gates has some ten literals, and what
// it forbids is never looked at again. Learning both took a quarter of the conflicts of either on the networks
// measured.

/// Gates, and decisions: what the projection is over.
bool RowLearner::is_free(BoolVar variable) const {
    return rows_.priority(variable) == gate_priority || solver_.assignment().reason(variable).is_decision();
}

/// Resolves the conflict until only gates and decisions are left, one of them of the current level.
void RowLearner::project(const sat::Conflict& conflict) {
    const sat::Trail& trail = solver_.assignment();
    const std::uint32_t current = trail.level();
    in_projection_.resize(trail.variable_count());
    std::size_t open = 0;
    const auto meet = [&](Literal literal) {
        std::uint8_t& marked = in_projection_[literal.variable().index()];
        if (marked != 0 || trail.level(literal) == 0) return;
        marked = 1;
        if (trail.level(literal) == current) ++open;
    };
    for (const Literal literal : conflict.literals) meet(literal);
    projected_.assign(1, Literal());
    for (std::size_t p = trail.size(); p-- > trail.level_end(0);) {
        const Literal literal = trail[p];
        const BoolVar variable = literal.variable();
        if (in_projection_[variable.index()] == 0) continue;
        const bool is_current = trail.level(variable) == current;
        if (is_free(variable) && (!is_current || open == 1)) {
            if (is_current) {
                projected_.front() = ~literal;
                open = 0;
            } else {
                projected_.push_back(~literal);
            }
            continue;
        }
        if (is_current) --open;
        in_projection_[variable.index()] = 0;
        for (const Literal cause : solver_.reason(variable))
            if (cause != literal) meet(cause);
    }
    // What the others imply by one clause can go.
    const sat::Core& core = solver_.core();
    const auto is_redundant = [&](Literal literal) {
        const sat::Reason reason = trail.reason(literal.variable());
        if (!reason.is_clause()) return false;
        const auto causes = core.clauses[reason.clause()].literals();
        return std::all_of(causes.begin(), causes.end(), [&](Literal cause) {
            return cause == ~literal || trail.level(cause) == 0 || in_projection_[cause.variable().index()] != 0;
        });
    };
    const auto end = std::partition(projected_.begin() + 1, projected_.end(), std::not_fn(is_redundant));
    for (const Literal literal : projected_) in_projection_[literal.variable().index()] = 0;
    projected_.erase(end, projected_.end());
    if (rows_.proof() != nullptr && projected_.size() > 1 && projected_.size() <= longest_projection)
        projected_id_ = sat::derive(solver_.core(), projected_, conflict.literals, conflict.id);
}

/// The projected one, if it is short.
std::span<const Literal> RowLearner::second_clause() {
    return projected_.size() > longest_projection ? std::span<const Literal>() : projected_;
}

}  // namespace sinew::cardinality
