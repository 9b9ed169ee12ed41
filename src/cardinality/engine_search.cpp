// The search loop: propagate, learn, restart, reduce, decide.
#include <algorithm>

#include "base/error.hpp"
#include "cardinality/engine.hpp"

namespace sinew::cardinality {

Answer Engine::solve(std::span<const Literal> assumptions, const Limits& limits, std::uint64_t conflicts) {
    failed_.clear();
    backtrack_to(0);
    if (!propagate_facts()) return Answer::unsat;
    const std::uint64_t most = ~std::uint64_t{0} - core_.counters.conflicts;
    const Answer answer = search(assumptions, limits, core_.counters.conflicts + std::min(conflicts, most));
    if (answer == Answer::sat) {
        model_.resize(variable_count());
        for (std::size_t v = 0; v < model_.size(); ++v) model_[v] = core_.trail.is_true(Literal(BoolVar(v)));
    }
    backtrack_to(0);
    return answer;
}

Answer Engine::search(std::span<const Literal> assumptions, const Limits& limits, std::uint64_t conflict_limit) {
    if (limits.exceeded()) return Answer::unknown;
    for (;;) {
        const Conflict conflict = propagate_all();
        if (conflict.valid()) {
            if (!learn_from(conflict)) return Answer::unsat;
            if (core_.counters.conflicts >= conflict_limit || limits.exceeded()) return Answer::unknown;
            continue;
        }
        if (restart_.wants_restart() && core_.trail.level() > assumptions.size()) {
            restart(assumptions.size());
            continue;
        }
        if (core_.counters.conflicts >= reduce_at_) {
            if (!reduce_rows()) return Answer::unsat;
            continue;
        }
        reduce_clauses_if_due();
        rephase_if_due();
        if (core_.trail.level() < assumptions.size()) {
            if (!next_assumption(assumptions)) return Answer::unsat;
            continue;
        }
        if ((core_.counters.decisions & 31U) == 0 && limits.exceeded()) return Answer::unknown;
        const Literal decision = next_decision();
        if (!decision.valid()) return Answer::sat;
        decide(decision);
    }
}

void Engine::decide(Literal literal) {
    ++core_.counters.decisions;
    core_.trail.new_level();
    core_.trail.assign(literal, sat::Reason::decision());
}

Literal Engine::next_decision() {
    // Of the preferred variables those of the highest priority that is still open, the most active first.
    BoolVar best;
    for (const BoolVar variable : preferred_) {
        if (best.valid() && priority_[variable.index()] < priority_[best.index()]) break;
        if (!core_.trail.is_undefined(Literal(variable))) continue;
        if (!best.valid() || core_.queue.activity(variable) > core_.queue.activity(best)) best = variable;
    }
    if (!best.valid()) return sat::pick_decision(core_, restart_.stable());
    const std::size_t v = best.index();
    const std::int8_t target = restart_.stable() ? core_.phases.target[v] : std::int8_t{0};
    const std::int8_t phase = target != 0 ? target : core_.phases.saved[v];
    return Literal(best, phase <= 0);
}

/// One level an assumption, also for those that are true already. False: one of them is false.
bool Engine::next_assumption(std::span<const Literal> assumptions) {
    const Literal assumption = assumptions[core_.trail.level()];
    if (core_.trail.is_undefined(assumption)) {
        decide(assumption);
        return true;
    }
    if (core_.trail.is_true(assumption)) {
        core_.trail.new_level();
        return true;
    }
    failed_ = analyzer_.failed_decisions({&assumption, 1});
    failed_.push_back(assumption);
    return false;
}

void Engine::restart(std::size_t assumption_count) {
    ++core_.counters.restarts;
    restart_.restarted();
    // Back to clauses: the rows of the meantime would only slow them down.
    if (worth_.restarted(effort()) && worth_.current() == Learning::clauses) reduce_at_ = core_.counters.conflicts;
    backtrack_to(static_cast<std::uint32_t>(assumption_count));
}

void Engine::reduce_clauses_if_due() {
    const std::size_t removable = core_.clauses.learned().size() - unremovable_;
    const std::size_t size = core_.clauses.irredundant().size() + rows_.size();
    if (!reduce_.due(core_.options, core_.counters.conflicts, 3 * size + 6000,
                     removable - std::min(removable, core_.trail.size())))
        return;
    unremovable_ = sat::reduce(core_);
    words_after_collection_ = core_.clauses.words();
}

void Engine::remember_best(std::size_t conflict_free) {
    if (!restart_.stable()) return;
    sat::Phases& phases = core_.phases;
    const auto remember = [&](std::vector<std::int8_t>& values, std::size_t& size) {
        if (conflict_free <= size) return;
        size = conflict_free;
        for (std::size_t i = 0; i < conflict_free; ++i) {
            const Literal literal = core_.trail[i];
            values[literal.variable().index()] = literal.negated() ? -1 : 1;
        }
    };
    remember(phases.target, phases.target_size);
    remember(phases.best, phases.best_size);
}

/// Now and then the remembered phases are replaced: by the best, by random ones, by their opposites.
void Engine::rephase_if_due() {
    if (options_.rephase_interval == 0 || core_.counters.conflicts < rephase_at_) return;
    sat::Phases& phases = core_.phases;
    ++rephased_;
    rephase_at_ = core_.counters.conflicts + static_cast<std::uint64_t>(options_.rephase_interval) * (rephased_ + 1);
    switch (rephased_ % 4) {
        case 1:
            for (std::size_t v = 0; v < phases.saved.size(); ++v)
                if (core_.random.chance(0.5)) phases.saved[v] = static_cast<std::int8_t>(-phases.saved[v]);
            break;
        case 3:
            std::fill(phases.saved.begin(), phases.saved.end(), std::int8_t{-1});
            break;
        default:
            for (std::size_t v = 0; v < phases.saved.size(); ++v)
                if (phases.best[v] != 0) phases.saved[v] = phases.best[v];
            phases.best_size = 0;
    }
    std::fill(phases.target.begin(), phases.target.end(), std::int8_t{0});
    phases.target_size = 0;
}

}  // namespace sinew::cardinality
