// SPDX-License-Identifier: Apache-2.0
// By which clauses one follows: what a proof with hints (LRAT: Cruz-Filipe et al., CADE 2017) says of each step.
#include <utility>

#include "sat/core.hpp"

namespace sinew::sat {

namespace {
/// Reasons in the order in which unit propagation uses them. Those of minimised literals are found as well: the way
/// goes from the conflict to what the clause has, whatever analysis did in between. An explicit stack: reasons can be
/// a million deep.
class Antecedents {
  public:
    explicit Antecedents(Core& core) : core_(core) { core.derivation_stamps.resize(core.trail.variable_count(), 0); }

    std::span<const ClauseId> of(std::span<const Literal> clause, std::span<const Literal> conflict, ClauseId id) {
        ++core_.derivation_stamp;
        core_.antecedents.clear();
        for (const Literal literal : clause) is_new(literal);
        std::vector<Open>& open = core_.derivation_stack;
        open.assign(1, {id, ClauseRef(), 0});
        while (!open.empty()) {
            Open& top = open.back();
            const std::span<const Literal> literals =
                top.reason.valid() ? core_.clauses[top.reason].literals() : conflict;
            if (top.next == literals.size()) {
                core_.antecedents.push_back(top.id);
                open.pop_back();
                continue;
            }
            const Literal literal = literals[top.next++];
            if (!is_new(literal)) continue;
            const BoolVar variable = literal.variable();
            if (core_.fact_ids[variable.index()] != 0) {
                core_.antecedents.push_back(core_.fact_ids[variable.index()]);
                continue;
            }
            const ClauseRef reason = reason_clause(core_, variable);
            open.push_back({core_.clauses.id(reason), reason, 0});
        }
        return core_.antecedents;
    }

  private:
    using Open = Core::OpenReason;
    bool is_new(Literal literal) {
        std::uint64_t& stamp = core_.derivation_stamps[literal.variable().index()];
        return std::exchange(stamp, core_.derivation_stamp) != core_.derivation_stamp;
    }
    Core& core_;
};
}  // namespace

ClauseId derive(Core& core, std::span<const Literal> clause, std::span<const Literal> conflict, ClauseId conflict_id) {
    if (!core.clauses.keeps_ids()) return core.tracer->derived(clause, {});
    return core.tracer->derived(clause, Antecedents(core).of(clause, conflict, conflict_id));
}

}  // namespace sinew::sat
