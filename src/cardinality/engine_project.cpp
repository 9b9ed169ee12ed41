// Clauses over the gates. Where a few variables separate the costs from everything else (the first neurons of a network
// from its inputs), a conflict deep inside says something about them alone. The clause of the first unique implication
// point is long there, a hundred neurons of later layers; its resolvent over the gates has some ten literals, and what
// it forbids is never looked at again. Learning both took a quarter of the conflicts of either on the networks
// measured.
#include <algorithm>
#include <functional>

#include "cardinality/engine.hpp"

namespace sinew::cardinality {

/// Gates, and decisions: what the projection is over.
bool Engine::is_free(BoolVar variable) const {
    const sat::Reason reason = core_.trail.reason(variable);
    return priority_[variable.index()] == gate_priority || (!reason.is_clause() && !reason.is_theory());
}

/// Resolves the conflict (scratch_) until only gates and decisions are left, one of them of the current level.
void Engine::project() {
    const sat::Trail& trail = core_.trail;
    const std::uint32_t current = trail.level();
    std::size_t open = 0;
    const auto meet = [&](Literal literal) {
        std::uint8_t& marked = in_projection_[literal.variable().index()];
        if (marked != 0 || trail.level(literal) == 0) return;
        marked = 1;
        if (trail.level(literal) == current) ++open;
    };
    for (const Literal literal : scratch_) meet(literal);
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
        for (const Literal cause : core_.clauses[sat::reason_clause(core_, variable)].literals())
            if (cause != literal) meet(cause);
    }
    // What the others imply by one clause can go.
    const auto is_redundant = [&](Literal literal) {
        const sat::Reason reason = trail.reason(literal.variable());
        if (!reason.is_clause()) return false;
        const auto causes = core_.clauses[reason.clause()].literals();
        return std::all_of(causes.begin(), causes.end(), [&](Literal cause) {
            return cause == ~literal || trail.level(cause) == 0 || in_projection_[cause.variable().index()] != 0;
        });
    };
    const auto end = std::partition(projected_.begin() + 1, projected_.end(), std::not_fn(is_redundant));
    for (const Literal literal : projected_) in_projection_[literal.variable().index()] = 0;
    projected_.erase(end, projected_.end());
}

/// After the usual clause has been learned and the trail gone back: the projected one is kept if it is short, and may
/// imply something too.
void Engine::add_projected() {
    if (projected_.size() < 2 || projected_.size() > longest_projection) return;
    const sat::Trail& trail = core_.trail;
    const auto rank = [&](Literal l) {
        return trail.is_false(l) ? std::uint64_t{trail.level(l)} : std::uint64_t{1} << 33;
    };
    for (std::size_t place = 0; place < 2; ++place)
        for (std::size_t i = place + 1; i < projected_.size(); ++i)
            if (rank(projected_[i]) > rank(projected_[place])) std::swap(projected_[i], projected_[place]);
    if (trail.is_false(projected_[0])) return;
    const bool unit = trail.is_false(projected_[1]) && trail.is_undefined(projected_[0]);
    if (unit && trail.level(projected_[1]) != trail.level()) return;
    ++core_.counters.learned_clauses;
    core_.counters.learned_literals += projected_.size();
    const auto glue = static_cast<std::uint32_t>(projected_.size());
    const sat::ClauseRef ref = core_.clauses.add(sat::ClauseKind::learned, projected_, glue);
    core_.clauses[ref].set_activity(core_.clause_increment);
    if (unit) core_.trail.assign(projected_[0], sat::Reason(ref));
}

}  // namespace sinew::cardinality
