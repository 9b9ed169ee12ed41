// SPDX-License-Identifier: Apache-2.0
// Keeps the clause database small: by glue tiers (Audemard and Simon, IJCAI 2009; Oh, SAT 2015) and by the facts of
// level 0. May be called at any level: clauses that are reasons stay.
#include <algorithm>

#include "sat/core.hpp"

namespace sinew::sat {

namespace {

bool is_reason(const Core& core, ClauseRef ref) {
    const Clause& clause = core.clauses[ref];
    for (const Literal literal : {clause[0], clause[1]}) {
        if (!core.trail.is_true(literal)) continue;
        const Reason reason = core.trail.reason(literal.variable());
        if (reason.is_clause() && reason.clause() == ref) return true;
    }
    return false;
}

void drop(Core& core, ClauseRef ref) {
    if (core.tracer != nullptr) core.tracer->deleted(core.clauses[ref].literals(), core.clauses.id(ref));
    core.clauses.mark_garbage(ref);
}

/// Removes satisfied clauses and false literals, as far as level 0 knows. Watched literals of a clause that is not
/// satisfied are never false at level 0 once propagation is done, so the watches stay.
void simplify(Core& core, std::span<const ClauseRef> refs) {
    const auto fact = [&](Literal literal) { return core.trail.level(literal) == 0 ? core.trail.value(literal) : 0; };
    std::vector<Literal> before;
    for (const ClauseRef ref : refs) {
        Clause& clause = core.clauses[ref];
        if (clause.garbage()) continue;
        bool satisfied = false;
        std::size_t dropped = 0;
        for (const Literal literal : clause) {
            const int value = fact(literal);
            satisfied |= value > 0;
            dropped += value < 0 ? 1 : 0;
        }
        if (satisfied) {
            drop(core, ref);
            continue;
        }
        if (dropped == 0) continue;
        before.assign(clause.begin(), clause.end());
        const auto end = std::remove_if(clause.begin() + 2, clause.end(), [&](Literal l) { return fact(l) < 0; });
        core.clauses.shrink(ref, static_cast<std::uint32_t>(end - clause.begin()));
        if (core.tracer != nullptr) {
            const ClauseId old = core.clauses.id(ref);
            const ClauseId id = derive(core, clause.literals(), before, old);
            if (core.clauses.keeps_ids()) core.clauses.set_id(ref, id);
            core.tracer->deleted(before, old);
        }
    }
}

std::vector<ClauseRef> candidates(Core& core) {
    std::vector<ClauseRef> found;
    for (const ClauseRef ref : core.clauses.learned()) {
        const Clause& clause = core.clauses[ref];
        if (clause.garbage() || clause.size() == 2) continue;
        if (clause.glue() <= static_cast<std::uint32_t>(core.options.tier1)) continue;
        if (!is_reason(core, ref)) found.push_back(ref);
    }
    return found;
}

}  // namespace

std::size_t reduce(Core& core) {
    ++core.counters.reductions;
    const std::size_t facts = core.trail.level_end(0);
    if (facts > core.root_literals && core.propagated >= facts) {
        simplify(core, core.clauses.irredundant());
        simplify(core, core.clauses.learned());
        core.root_literals = facts;
    }
    std::vector<ClauseRef> refs = candidates(core);
    std::stable_sort(refs.begin(), refs.end(),
                     [&](ClauseRef a, ClauseRef b) { return core.clauses[a].activity() < core.clauses[b].activity(); });
    const std::size_t candidate_count = refs.size();
    refs.resize(static_cast<std::size_t>(static_cast<double>(refs.size()) * core.options.reduce_fraction));
    for (const ClauseRef ref : refs) drop(core, ref);
    const std::size_t dropped = refs.size();
    core.clauses.collect(core.trail);
    return core.clauses.learned().size() + dropped - candidate_count;
}

}  // namespace sinew::sat
