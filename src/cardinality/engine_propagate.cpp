// HOT: propagation of clauses and rows to their common fixpoint, backtracking, and the rows' reasons as clauses.
#include <algorithm>

#include "base/error.hpp"
#include "cardinality/engine.hpp"

namespace sinew::cardinality {

/// Clauses first, then one literal at a time through the rows. Literals that came in a large batch (all other inputs
/// once a budget is spent) wait until nothing else is left: most conflicts are found without them, and what is not
/// counted need not be uncounted.
Engine::Conflict Engine::propagate_all() {
    sat::Trail& trail = core_.trail;
    if (pending_.valid()) {
        const RowId row = pending_;
        pending_ = RowId();
        if (!scan(row)) return {{}, row};
    }
    for (;;) {
        if (core_.propagated < trail.size()) {
            const sat::ClauseRef ref = sat::propagate(core_);
            if (ref.valid()) return {ref, {}};
        }
        const Literal next = next_to_count();
        if (!next.valid()) return {};
        counted_[next.variable().index()] = 1;
        RowId broken;
        rows_.count(next, [&](RowId id) {
            if (!broken.valid() && !scan(id)) broken = id;
        });
        core_.counters.ticks += 1 + rows_.visits(next) / 8;
        if (broken.valid()) return {{}, broken};
    }
}

Literal Engine::next_to_count() {
    const sat::Trail& trail = core_.trail;
    while (seen_ < trail.size()) {
        const Literal literal = trail[seen_];
        const std::size_t v = literal.variable().index();
        position_[v] = static_cast<std::uint32_t>(seen_++);
        if (may_wait_[v] == 0) return literal;
        waiting_.push_back(literal);
    }
    if (waiting_head_ < waiting_.size()) return waiting_[waiting_head_++];
    waiting_.clear();
    waiting_head_ = 0;
    return {};
}

/// Implies what the row's slack asks for; false when the row is broken.
bool Engine::scan(RowId id) {
    const std::int64_t slack = rows_.state(id).slack;
    if (slack < 0) return false;
    sat::Trail& trail = core_.trail;
    const auto literals = rows_.literals(id);
    const auto coefficients = rows_.coefficients(id);
    const std::size_t before = trail.size();
    core_.counters.ticks += 2;
    for (std::size_t i = 0; i < literals.size() && coefficients[i] > slack; ++i) {
        if (!trail.is_undefined(literals[i])) continue;
        row_reason_[literals[i].variable().index()] = id;
        trail.assign(literals[i], sat::Reason::theory());
    }
    if (trail.size() - before >= batch)
        for (std::size_t p = before; p < trail.size(); ++p) may_wait_[trail[p].variable().index()] = 1;
    return true;
}

void Engine::backtrack_to(std::uint32_t level) {
    if (level >= core_.trail.level()) return;
    core_.trail.backtrack(level, [&](Literal literal) {
        const std::size_t v = literal.variable().index();
        core_.phases.saved[v] = literal.negated() ? -1 : 1;
        core_.queue.insert(literal.variable());
        may_wait_[v] = 0;
        if (counted_[v] == 0) return;
        counted_[v] = 0;
        rows_.uncount(literal);
    });
    core_.propagated = std::min(core_.propagated, core_.trail.size());
    seen_ = std::min(seen_, core_.trail.size());
    // Only literals of the latest level can have waited.
    waiting_.clear();
    waiting_head_ = 0;
    pending_ = RowId();
}

/// Positions of what was not looked at before a conflict came.
void Engine::place_positions() {
    for (std::size_t p = seen_; p < core_.trail.size(); ++p)
        position_[core_.trail[p].variable().index()] = static_cast<std::uint32_t>(p);
}

bool Engine::is_row_reason(BoolVar variable) const {
    const sat::Reason reason = core_.trail.reason(variable);
    if (reason.is_theory()) return true;
    return reason.is_clause() && core_.clauses[reason.clause()].kind() == sat::ClauseKind::explanation;
}

void Engine::explain(Literal implied, std::vector<Literal>& reason) {
    const std::size_t v = implied.variable().index();
    select_causes(row_reason_[v], position_[v], implied, reason);
}

/// True literals before the trail position that suffice to make the row imply `implied` (invalid: that break it). The
/// earliest are taken: facts cost nothing, and low levels are shared with other reasons. Then the latest that turn out
/// to be superfluous go.
void Engine::select_causes(RowId id, std::uint32_t before, Literal implied, std::vector<Literal>& causes) {
    const sat::Trail& trail = core_.trail;
    const auto literals = rows_.literals(id);
    const auto coefficients = rows_.coefficients(id);
    std::int64_t missing = 1 - rows_.row(id).degree;
    terms_seen_ += 4 * literals.size();
    causes_.clear();
    for (std::size_t i = 0; i < literals.size(); ++i) {
        const Literal literal = literals[i];
        if (literal == implied) continue;
        missing += coefficients[i];
        if (!trail.is_false(literal)) continue;
        const std::uint32_t position = position_[literal.variable().index()];
        if (position >= before) continue;
        if (trail.level(literal) == 0)
            missing -= coefficients[i];
        else
            causes_.push_back({position, coefficients[i], literal});
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
