// SPDX-License-Identifier: Apache-2.0
// The state that the verbs of the search (propagate, analyze, decide, restart, reduce) share. Data only: each verb
// lives in its own file, and Solver calls them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "sat/clause_database.hpp"
#include "sat/decision_queue.hpp"
#include "sat/options.hpp"
#include "sat/theory_hook.hpp"
#include "sat/tracer.hpp"
#include "sat/trail.hpp"

namespace sinew::sat {

/// What the core has done so far. Ticks count cache lines touched by propagation: effort that repeats exactly.
struct Counters {
    std::uint64_t conflicts = 0;
    std::uint64_t decisions = 0;
    std::uint64_t propagations = 0;
    std::uint64_t ticks = 0;
    std::uint64_t restarts = 0;
    std::uint64_t reductions = 0;
    std::uint64_t learned_clauses = 0;
    std::uint64_t learned_literals = 0;
    std::uint64_t minimized_literals = 0;
    std::uint64_t theory_conflicts = 0;
    std::uint64_t theory_literals = 0;
    std::uint64_t theory_lemmas = 0;
    std::uint64_t explanations = 0;
};

/// The value a variable gets when it is decided: -1 or 1 a variable, 0 where nothing is remembered.
struct Phases {
    std::vector<std::int8_t> saved;   ///< the value it had last
    std::vector<std::int8_t> target;  ///< its value on the longest conflict-free trail since the last rephase
    std::vector<std::int8_t> best;    ///< likewise, since the last time `best` was used
    std::size_t target_size = 0;
    std::size_t best_size = 0;
};

struct Core {
    explicit Core(const Options& chosen) : options(chosen), random(chosen.seed) {}

    BoolVar add_variable() {
        const BoolVar variable(trail.variable_count());
        trail.add_variable();
        clauses.add_variable();
        queue.add_variable();
        if (clauses.keeps_ids()) fact_ids.push_back(0);
        // A seed shuffles neighbours in the order of decisions; that newer variables come first by and large stays.
        if (options.seed != 0)
            queue.bump(variable, 1e-9 * (static_cast<double>(variable.index()) + 64 * random.uniform()));
        for (std::vector<std::int8_t>* values : {&phases.saved, &phases.target, &phases.best}) values->push_back(0);
        return variable;
    }

    Options options;
    Random random;
    Trail trail;
    ClauseDatabase clauses;
    DecisionQueue queue;
    Phases phases;
    Counters counters;
    float clause_increment = 1;  ///< what taking part in the next conflict adds to a learned clause's activity

    std::size_t propagated = 0;     ///< the trail before this position has been propagated through the clauses
    std::size_t root_literals = 0;  ///< facts of level 0 that the clauses have been simplified by
    std::vector<TheoryHook*> theories;
    Tracer* tracer = nullptr;
    std::vector<Literal> explanation;  ///< scratch
    ClauseId explanation_id = 0;       ///< its number
    std::vector<ClauseId> fact_ids;    ///< by variable: the clause of one literal that is a fact of level 0
    /// Scratch of derive().
    struct OpenReason {
        ClauseId id;
        ClauseRef reason;  ///< invalid: the conflict
        std::uint32_t next;
    };
    std::vector<OpenReason> derivation_stack;
    std::vector<ClauseId> antecedents;
    std::vector<std::uint64_t> derivation_stamps;
    std::uint64_t derivation_stamp = 0;
};

/// Unit propagation to its fixpoint; returns a clause that is false, or an invalid reference.
ClauseRef propagate(Core& core);

/// The clause that implied the assigned `variable`. Asks the theory and writes its reason out when it has not been yet.
/// Only for variables that were not decided.
ClauseRef reason_clause(Core& core, BoolVar variable);

/// Asks a theory why it implied `implied`: the clause that has it in front, and behind it what is false.
void explain(Core& core, TheoryHook& theory, Literal implied, std::vector<Literal>& clause);

/// Tells the tracer of a clause that follows: were all its literals false, so were those of `conflict`, the clause
/// `conflict_id`. Every literal of `conflict` that is not in it is false, and was not decided. Its number.
ClauseId derive(Core& core, std::span<const Literal> clause, std::span<const Literal> conflict, ClauseId conflict_id);

/// An undefined variable with the value to try, from the queue; an invalid literal when every variable is assigned.
Literal pick_decision(Core& core, bool stable);

/// The literal that deciding an undefined variable makes true: towards the value it had when things went well.
Literal decision_literal(const Core& core, BoolVar variable, bool stable);

/// Drops the learned clauses that seem least useful, and every clause that the facts of level 0 satisfy. Returns how
/// many learned clauses stay that no reduction may touch.
std::size_t reduce(Core& core);

}  // namespace sinew::sat
