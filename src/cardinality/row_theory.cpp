// SPDX-License-Identifier: Apache-2.0
// HOT: rows at work beside the core: counting, what follows, and why.
#include "cardinality/row_theory.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew::cardinality {

RowTheory::RowTheory(sat::Solver& solver, EngineProof* proof)
    : solver_(solver), proof_(proof), trail_(solver.assignment()) {
    solver.add_theory(*this, sat::Hears::everything);
}

void RowTheory::grow() {
    while (variables_.size() < trail_.variable_count()) {
        variables_.emplace_back();
        rows_.add_variable();
    }
}

void RowTheory::prefer(BoolVar variable, std::uint32_t priority) {
    std::erase(preferred_, variable);
    if (priority_.size() <= variable.index()) priority_.resize(variable.index() + 1);
    priority_[variable.index()] = priority;
    if (priority == 0) return;
    const auto place = std::upper_bound(preferred_.begin(), preferred_.end(), priority,
                                        [&](std::uint32_t p, BoolVar v) { return p > priority_[v.index()]; });
    preferred_.insert(place, variable);
}

/// Of the preferred variables those of the highest priority that is still open, the most active first.
std::optional<Literal> RowTheory::suggest_decision() {
    BoolVar best;
    for (const BoolVar variable : preferred_) {
        if (best.valid() && priority(variable) < priority(best)) break;
        if (!trail_.is_undefined(Literal(variable))) continue;
        if (!best.valid() || solver_.activity(variable) > solver_.activity(best)) best = variable;
    }
    if (!best.valid()) return std::nullopt;
    return solver_.decision_of(best);
}

void RowTheory::assigned(Literal literal) {
    if (literal.variable().index() >= variables_.size()) grow();
    Variable& variable = variables_[literal.variable().index()];
    variable.position = static_cast<std::uint32_t>(told_.size());
    variable.is_told = true;
    told_.push_back(literal);
    placed_ = std::max(placed_, told_.size());
}

void RowTheory::place_positions() {
    grow();
    for (; placed_ < trail_.size(); ++placed_)
        variables_[trail_[placed_].variable().index()].position = static_cast<std::uint32_t>(placed_);
}

void RowTheory::backtrack(std::size_t level) {
    if (level >= level_begin_.size()) return;
    const std::size_t begin = level_begin_[level];
    level_begin_.resize(level);
    // What was said but has not come back: a conflict was there first.
    for (const Literal literal : said_) {
        Variable& variable = variables_[literal.variable().index()];
        if (variable.is_told) continue;
        variable.row = RowId();
        variable.may_wait = false;
    }
    said_.clear();
    for (std::size_t i = told_.size(); i-- > begin;) {
        Variable& variable = variables_[told_[i].variable().index()];
        if (variable.is_counted) rows_.uncount(told_[i]);
        variable.row = RowId();
        variable.is_told = variable.is_counted = variable.may_wait = false;
    }
    told_.resize(begin);
    placed_ = begin;
    seen_ = std::min(seen_, begin);
    while (waiting_.size() > waiting_head_ && position(waiting_.back().variable()) >= begin) waiting_.pop_back();
    pending_ = RowId();
}

/// One literal at a time, the clauses first whenever something follows. Literals that came in a large batch (all other
/// inputs once a budget is spent) wait until nothing else is left: most conflicts are found without them, and what is
/// not counted need not be uncounted.
void RowTheory::propagate(sat::Inferences& out) {
    said_.clear();
    if (pending_.valid()) {
        const RowId row = pending_;
        pending_ = RowId();
        if (!scan(row, out)) return report(row, out);
    }
    while (said_.empty()) {
        const Literal next = next_to_count();
        if (!next.valid()) return;
        variables_[next.variable().index()].is_counted = true;
        RowId broken;
        rows_.count(next, [&](RowId id) {
            if (!broken.valid() && !scan(id, out)) broken = id;
        });
        ticks_ += 1 + rows_.visits(next) / 8;
        if (broken.valid()) return report(broken, out);
    }
}

Literal RowTheory::next_to_count() {
    while (seen_ < told_.size()) {
        const Literal literal = told_[seen_++];
        if (!variables_[literal.variable().index()].may_wait) return literal;
        waiting_.push_back(literal);
    }
    if (waiting_head_ < waiting_.size()) return waiting_[waiting_head_++];
    waiting_.clear();
    waiting_head_ = 0;
    return {};
}

/// Says what the row's slack asks for; false when the row is broken.
bool RowTheory::scan(RowId id, sat::Inferences& out) {
    const std::int64_t slack = rows_.state(id).slack;
    if (slack < 0) return false;
    const auto literals = rows_.literals(id);
    const auto coefficients = rows_.coefficients(id);
    const std::size_t before = said_.size();
    ticks_ += 2;
    for (std::size_t i = 0; i < literals.size() && coefficients[i] > slack; ++i) {
        if (!trail_.is_undefined(literals[i])) continue;
        Variable& variable = variables_[literals[i].variable().index()];
        // Another row has just said it, or the opposite: then this one is found to be broken when that is counted.
        if (variable.row.valid()) continue;
        variable.row = id;
        said_.push_back(literals[i]);
        out.literal(literals[i]);
    }
    if (said_.size() - before >= batch)
        for (std::size_t i = before; i < said_.size(); ++i) variables_[said_[i].variable().index()].may_wait = true;
    return true;
}

void RowTheory::report(RowId broken, sat::Inferences& out) {
    broken_ = broken;
    clause_.clear();
    select_causes(broken, static_cast<std::uint32_t>(trail_.size()), Literal(), clause_);
    for (Literal& literal : clause_) literal = ~literal;
    out.conflict(clause_);
    if (proof_ != nullptr) proof_->announce(rows_.row(broken).proof);
}

/// Everything has been counted by then, and what is broken found.
void RowTheory::final_check(sat::Inferences& out) {
    for (std::size_t i = 0; i < rows_.size(); ++i)
        if (!rows_.row(RowId(i)).garbage && rows_.state(RowId(i)).slack < 0) return report(RowId(i), out);
}

void RowTheory::explain(Literal implied, std::vector<Literal>& reason) {
    place_positions();
    const BoolVar variable = implied.variable();
    const bool assigned = trail_.is_true(implied);
    select_causes(this->reason(variable), assigned ? position(variable) : static_cast<std::uint32_t>(trail_.size()),
                  implied, reason);
    if (proof_ != nullptr) proof_->announce(rows_.row(this->reason(variable)).proof);
}

/// True literals before the trail position that suffice to make the row imply `implied` (invalid: that break it). The
/// earliest are taken: facts cost nothing, and low levels are shared with other reasons. Then the latest that turn out
/// to be superfluous go.
void RowTheory::select_causes(RowId id, std::uint32_t before, Literal implied, std::vector<Literal>& causes) {
    const auto literals = rows_.literals(id);
    const auto coefficients = rows_.coefficients(id);
    std::int64_t missing = 1 - rows_.row(id).degree;
    terms_seen_ += 4 * literals.size();
    causes_.clear();
    for (std::size_t i = 0; i < literals.size(); ++i) {
        const Literal literal = literals[i];
        if (literal == implied) continue;
        missing += coefficients[i];
        if (!trail_.is_false(literal)) continue;
        const std::uint32_t at = position(literal.variable());
        if (at >= before) continue;
        if (trail_.level(literal) == 0) {
            missing -= coefficients[i];
            // A proof has to hear of facts.
            if (proof_ != nullptr) causes.push_back(~literal);
        } else {
            causes_.push_back({at, coefficients[i], literal});
        }
    }
    std::sort(causes_.begin(), causes_.end(), [](const Cause& a, const Cause& b) { return a.position < b.position; });
    std::size_t taken = 0;
    while (missing > 0) {
        require(taken < causes_.size(), "a row's false literals explain what it implied");
        missing -= causes_[taken++].coefficient;
    }
    for (std::size_t i = taken; i-- > 0;) {
        if (missing + causes_[i].coefficient <= 0)
            missing += causes_[i].coefficient;
        else
            causes.push_back(~causes_[i].literal);
    }
}

}  // namespace sinew::cardinality
