// SPDX-License-Identifier: Apache-2.0
// The next decision: the most active undefined variable, towards the value it had when things went well.
#include "sat/core.hpp"

namespace sinew::sat {

Literal decision_literal(const Core& core, BoolVar variable, bool stable) {
    const std::size_t v = variable.index();
    if (stable && core.options.target_phases && core.phases.target[v] != 0)
        return Literal(variable, core.phases.target[v] < 0);
    if (core.phases.saved[v] != 0) return Literal(variable, core.phases.saved[v] < 0);
    return Literal(variable, !core.options.initial_phase);
}

Literal pick_decision(Core& core, bool stable) {
    BoolVar variable;
    if (core.options.random_decisions > 0 && core.random.chance(core.options.random_decisions)) {
        const BoolVar guess(core.random.below(core.trail.variable_count()));
        if (core.trail.is_undefined(Literal(guess))) variable = guess;
    }
    while (!variable.valid()) {
        if (core.queue.empty()) return {};
        const BoolVar top = core.queue.top();
        if (core.trail.is_undefined(Literal(top))) variable = top;
        // A decided variable leaves the queue when it is next met here; backtracking puts it back.
        else
            core.queue.pop();
    }
    return decision_literal(core, variable, stable);
}

}  // namespace sinew::sat
