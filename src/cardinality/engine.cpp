// SPDX-License-Identifier: Apache-2.0
#include "cardinality/engine.hpp"

namespace sinew::cardinality {

namespace {

sat::Options core_options(const Options& options) {
    sat::Options core;
    core.restart = options.restart;
    core.decay = options.decay;
    core.seed = options.seed;
    core.rephase_interval = options.rephase_interval;
    core.target_phases = true;
    // Rows say more than clauses do, and there are few of either where conflicts are dear.
    core.learned_share = 0.99;
    core.learned_extra = 1980;
    core.learned_least = 1;
    return core;
}

}  // namespace

Engine::Engine(const Options& options)
    : options_(options),
      proof_(options.proof != nullptr ? std::optional<EngineProof>(*options.proof) : std::nullopt),
      solver_(core_options(options)),
      rows_(solver_, proof()),
      learner_(solver_, rows_, options.learning) {
    solver_.set_tracer(proof());
}

void Engine::leave_proof() {
    if (!proof_) return;
    for (std::size_t i = 0; i < rows().size(); ++i) rows_.drop(RowId(i));
    rows_.forget_dropped();
    sat::ClauseDatabase& clauses = solver_.core().clauses;
    for (const auto& refs : {clauses.learned(), clauses.irredundant()})
        for (const sat::ClauseRef ref : refs)
            if (!clauses[ref].garbage()) proof_->forget(clauses.id(ref));
    for (const sat::ClauseId id : solver_.core().fact_ids)
        if (id != proof_->contradiction()) proof_->forget(id);
}

Answer Engine::solve(std::span<const Literal> assumptions, const Limits& limits, std::uint64_t conflicts) {
    if (!propagate_facts()) return Answer::unsat;
    return solver_.solve(assumptions, limits, conflicts);
}

Statistics Engine::statistics() const {
    const sat::Counters& c = solver_.counters();
    Statistics statistics;
    const auto add = [&](std::string_view name, std::uint64_t value) {
        statistics.add(name, static_cast<double>(value));
    };
    add("pb_conflicts", c.conflicts);
    add("pb_decisions", c.decisions);
    add("pb_propagations", c.propagations);
    add("pb_ticks", c.ticks);
    add("pb_effort", effort());
    add("pb_restarts", c.restarts);
    add("pb_reductions", c.reductions + learner_.reductions());
    add("pb_learned_clauses", c.learned_clauses);
    add("pb_learned_literals", c.learned_literals);
    add("pb_learned_rows", learner_.rows_learned());
    add("pb_explanations", c.explanations);
    return statistics;
}

}  // namespace sinew::cardinality
