// SPDX-License-Identifier: Apache-2.0
#include "sat/analyze.hpp"

#include <algorithm>

namespace sinew::sat {

void Analyzer::mark(BoolVar variable, std::uint8_t mark) {
    std::uint8_t& marks = marks_[variable.index()];
    if (marks == 0) marked_.push_back(variable);
    marks |= mark;
}

void Analyzer::unmark_all() {
    for (const BoolVar variable : marked_) marks_[variable.index()] = 0;
    marked_.clear();
}

std::uint32_t Analyzer::count_levels(std::span<const Literal> literals) {
    if (level_stamp_.size() <= core_.trail.level()) level_stamp_.resize(core_.trail.level() + 1, 0);
    ++stamp_;
    std::uint32_t count = 0;
    for (const Literal literal : literals) {
        const std::uint32_t level = core_.trail.level(literal);
        if (level == 0 || level_stamp_[level] == stamp_) continue;
        level_stamp_[level] = stamp_;
        ++count;
    }
    return count;
}

/// Marks the new literals of a clause that takes part in the conflict: those below the current level go to the learned
/// clause; returns how many are of the current level.
std::uint32_t Analyzer::meet(std::span<const Literal> literals, BoolVar skip) {
    const Trail& trail = core_.trail;
    std::uint32_t open = 0;
    for (const Literal literal : literals) {
        const BoolVar variable = literal.variable();
        if (variable == skip || marks_[variable.index()] != 0) continue;
        const std::uint32_t level = trail.level(variable);
        if (level == 0) continue;
        mark(variable, seen);
        core_.queue.bump(variable);
        if (level == trail.level())
            ++open;
        else
            learned_.push_back(literal);
    }
    return open;
}

void Analyzer::bump_clause(Clause& clause) {
    clause.set_activity(clause.activity() + core_.clause_increment);
    if (clause.activity() < 1e20F) return;
    for (const ClauseRef ref : core_.clauses.learned())
        core_.clauses[ref].set_activity(core_.clauses[ref].activity() * 1e-20F);
    core_.clause_increment *= 1e-20F;
}

/// A learned clause that takes part in a conflict earns its stay.
void Analyzer::refresh(ClauseRef ref) {
    Clause& clause = core_.clauses[ref];
    if (clause.kind() != ClauseKind::learned) return;
    bump_clause(clause);
    if (clause.glue() <= static_cast<std::uint32_t>(core_.options.tier1)) return;
    const std::uint32_t glue = count_levels(clause.literals());
    if (glue < clause.glue()) clause.set_glue(glue);
}

void Analyzer::analyze(std::span<const Literal> conflict, ClauseRef conflict_ref) {
    if (conflict_ref.valid()) refresh(conflict_ref);
    learned_.assign(1, Literal());
    std::size_t position = core_.trail.size();
    std::uint32_t open = meet(conflict, BoolVar());
    Literal implied;
    for (;;) {
        do implied = core_.trail[--position];
        while (marks_[implied.variable().index()] == 0);
        if (--open == 0) break;
        const ClauseRef ref = reason_clause(core_, implied.variable());
        refresh(ref);
        open += meet(core_.clauses[ref].literals(), implied.variable());
    }
    learned_[0] = ~implied;
    glue_ = count_levels(learned_);
    minimize();
    place_second();
    unmark_all();
}

void Analyzer::minimize() {
    abstract_levels_ = 0;
    for (std::size_t i = 1; i < learned_.size(); ++i) abstract_levels_ |= 1U << (core_.trail.level(learned_[i]) & 31U);
    const auto first = learned_.begin() + 1;
    const auto end = std::remove_if(first, learned_.end(), [&](Literal literal) { return is_redundant(literal); });
    core_.counters.minimized_literals += static_cast<std::uint64_t>(learned_.end() - end);
    learned_.erase(end, learned_.end());
}

/// Whether a literal met on the way is decided already: true when known to follow from the clause or to be in it.
/// Otherwise either `pending` (its reason must be looked at) or hopeless.
bool Analyzer::settle(Literal literal, bool& pending) {
    const BoolVar variable = literal.variable();
    const std::uint32_t level = core_.trail.level(variable);
    const std::uint8_t marks = marks_[variable.index()];
    pending = false;
    if (level == 0 || (marks & (seen | removable)) != 0) return true;
    // A theory reason that was not needed yet would cost more than the literal is worth.
    if ((marks & needed) == 0 && core_.trail.reason(variable).is_clause() &&
        (abstract_levels_ & (1U << (level & 31U))) != 0)
        pending = true;
    return false;
}

/// Whether the reasons of a literal lead only to literals of the clause. An explicit stack: reasons can be a million
/// deep.
bool Analyzer::is_redundant(Literal literal) {
    if (!core_.trail.reason(literal.variable()).is_clause()) return false;
    stack_.assign(1, {literal.variable(), 0});
    while (!stack_.empty()) {
        Frame& frame = stack_.back();
        const Clause& clause = core_.clauses[core_.trail.reason(frame.variable).clause()];
        bool failed = false;
        bool descended = false;
        // After descending `frame` may have moved: it is not to be read again.
        while (!failed && !descended && frame.next < clause.size()) {
            const Literal next = clause[frame.next++];
            bool pending = false;
            if (next.variable() == frame.variable || settle(next, pending)) continue;
            if (pending) {
                stack_.push_back({next.variable(), 0});
                descended = true;
            } else {
                failed = true;
            }
        }
        if (failed) {
            for (const Frame& open : stack_) mark(open.variable, needed);
            return false;
        }
        if (descended) continue;
        mark(frame.variable, removable);
        stack_.pop_back();
    }
    return true;
}

void Analyzer::place_second() {
    backjump_level_ = 0;
    if (learned_.size() == 1) return;
    std::size_t latest = 1;
    for (std::size_t i = 2; i < learned_.size(); ++i)
        if (core_.trail.level(learned_[i]) > core_.trail.level(learned_[latest])) latest = i;
    std::swap(learned_[1], learned_[latest]);
    backjump_level_ = core_.trail.level(learned_[1]);
}

std::vector<Literal> Analyzer::failed_decisions(std::span<const Literal> conflict) {
    std::vector<Literal> failed;
    for (const Literal literal : conflict)
        if (core_.trail.level(literal) > 0) mark(literal.variable(), seen);
    for (std::size_t position = core_.trail.size(); position-- > core_.trail.level_end(0);) {
        const Literal literal = core_.trail[position];
        const BoolVar variable = literal.variable();
        if (marks_[variable.index()] == 0) continue;
        const Reason reason = core_.trail.reason(variable);
        if (!reason.is_clause() && !reason.is_theory()) {
            failed.push_back(literal);
            continue;
        }
        for (const Literal cause : core_.clauses[reason_clause(core_, variable)].literals())
            if (core_.trail.level(cause) > 0) mark(cause.variable(), seen);
    }
    unmark_all();
    return failed;
}

}  // namespace sinew::sat
