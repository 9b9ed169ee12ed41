// SPDX-License-Identifier: Apache-2.0
// Theory reasons are written out the first time that conflict analysis follows them, and then kept as clauses.
#include "base/error.hpp"
#include "sat/core.hpp"

namespace sinew::sat {

void explain(Core& core, TheoryHook& theory, Literal implied, std::vector<Literal>& clause) {
    clause.clear();
    theory.explain(implied, clause);
    for (Literal& cause : clause) {
        require(core.trail.is_true(cause) && cause != implied, "a theory's reason is true before what it implies");
        cause = ~cause;
    }
    clause.push_back(implied);
    std::swap(clause.front(), clause.back());
    if (core.tracer != nullptr) core.explanation_id = core.tracer->axiom(clause);
    ++core.counters.explanations;
}

ClauseRef reason_clause(Core& core, BoolVar variable) {
    const Reason reason = core.trail.reason(variable);
    if (reason.is_clause()) return reason.clause();
    require(reason.is_theory(), "only implied variables have a reason");
    const Literal implied(variable, core.trail.is_false(Literal(variable)));
    explain(core, *core.theories[reason.theory_number()], implied, core.explanation);
    const ClauseRef ref = core.clauses.add_explanation(core.explanation);
    if (core.clauses.keeps_ids()) core.clauses.set_id(ref, core.explanation_id);
    core.trail.set_reason(variable, Reason(ref));
    return ref;
}

}  // namespace sinew::sat
