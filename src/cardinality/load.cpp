// SPDX-License-Identifier: Apache-2.0
#include "cardinality/load.hpp"

namespace sinew::cardinality {

bool load(Engine& engine, const Problem& problem, Loaded& loaded, const Limits& limits) {
    for (; loaded.variables < problem.variable_count(); ++loaded.variables) {
        if (loaded.variables % 4096 == 4095 && limits.exceeded()) return true;
        engine.new_variable();
    }
    for (; loaded.clauses < problem.clause_count(); ++loaded.clauses) {
        if (loaded.clauses % 1024 == 1023 && limits.exceeded()) return true;
        if (!engine.add_clause(problem.clause(loaded.clauses))) return false;
    }
    for (; loaded.rows < problem.linear_count(); ++loaded.rows) {
        if (loaded.rows % 64 == 63 && limits.exceeded()) return true;
        const LinearView row = problem.linear(loaded.rows);
        const bool possible = row.output.valid() ? engine.add_reified(row.output, row.terms, row.bound)
                                                 : engine.add(merged(row.terms, row.bound));
        if (!possible) return false;
    }
    return true;
}

void Hints::apply(Engine& engine) const {
    for (std::size_t v = 0; v < solution.size() && v < engine.variable_count(); ++v)
        engine.set_phase(Literal(BoolVar(v), !solution[v]));
    for (const Literal literal : phases) engine.set_phase(literal);
    for (const auto& [variable, priority] : preferred) engine.prefer(variable, priority);
}

}  // namespace sinew::cardinality
