// The search loop: propagate, learn, restart, reduce, decide.
#include <algorithm>

#include "base/error.hpp"
#include "sat/solver.hpp"

namespace sinew::sat {

Result Solver::solve(std::span<const Literal> assumptions, const Limits& limits) {
    require(!in_theory_, "a theory does not start a search");
    failed_.clear();
    backtrack(0);
    const Result result = unsat_ ? Result::unsat : search(assumptions, limits);
    if (result == Result::sat) {
        model_.resize(variable_count());
        for (std::size_t v = 0; v < model_.size(); ++v) model_[v] = core_.trail.is_true(Literal(BoolVar(v)));
    }
    backtrack(0);
    return result;
}

Result Solver::search(std::span<const Literal> assumptions, const Limits& limits) {
    const std::uint64_t conflict_limit =
        core_.options.conflict_limit < 0
            ? ~std::uint64_t{0}
            : core_.counters.conflicts + static_cast<std::uint64_t>(core_.options.conflict_limit);
    if (limits.exceeded()) return Result::unknown;
    for (;;) {
        if (propagate() == Step::conflict) {
            if (!resolve_conflict()) return Result::unsat;
            if (core_.counters.conflicts >= conflict_limit || limits.exceeded()) return Result::unknown;
            continue;
        }
        if (restart_.wants_restart() && level() > assumptions.size()) {
            restart(assumptions.size());
            continue;
        }
        reduce_if_due();
        rephase_if_due();
        if (level() < assumptions.size()) {
            if (!next_assumption(assumptions)) return Result::unsat;
            continue;
        }
        // A clock read in 32 decisions: they may be slow with a theory, and too quick to look each time without.
        if ((core_.counters.decisions & 31U) == 0 && limits.exceeded()) return Result::unknown;
        const Literal decision = next_decision();
        if (decision.valid()) {
            decide(decision);
        } else if (final_check() == Step::quiet) {
            return Result::sat;
        } else if (limits.exceeded()) {
            return Result::unknown;
        }
    }
}

/// One level an assumption, also for those that are true already. False: one of them is false.
bool Solver::next_assumption(std::span<const Literal> assumptions) {
    const Literal assumption = assumptions[level()];
    if (core_.trail.is_undefined(assumption)) {
        decide(assumption);
        return true;
    }
    if (core_.trail.is_true(assumption)) {
        link_.tell(core_.trail);
        core_.trail.new_level();
        link_.new_level();
        return true;
    }
    failed_ = analyzer_.failed_decisions({&assumption, 1});
    failed_.push_back(assumption);
    return false;
}

void Solver::restart(std::size_t assumption_count) {
    ++core_.counters.restarts;
    restart_.restarted();
    backtrack(static_cast<std::uint32_t>(assumption_count));
}

void Solver::reduce_if_due() {
    const std::size_t removable = core_.clauses.learned().size() - unremovable_;
    if (reduce_.due(core_.options, core_.counters.conflicts, core_.clauses.irredundant().size(),
                    removable - std::min(removable, core_.trail.size())))
        unremovable_ = reduce(core_);
}

/// Now and then the remembered phases are replaced, so that stable search does not stay in one corner.
void Solver::rephase_if_due() {
    if (core_.options.rephase_interval == 0 || core_.counters.conflicts < rephase_at_) return;
    Phases& phases = core_.phases;
    ++rephased_;
    rephase_at_ =
        core_.counters.conflicts + static_cast<std::uint64_t>(core_.options.rephase_interval) * (rephased_ + 1);
    const std::int8_t original = core_.options.initial_phase ? 1 : -1;
    switch (rephased_ % 4) {
        case 1:
            std::fill(phases.saved.begin(), phases.saved.end(), original);
            break;
        case 2:
            std::fill(phases.saved.begin(), phases.saved.end(), static_cast<std::int8_t>(-original));
            break;
        default:
            for (std::size_t v = 0; v < phases.saved.size(); ++v)
                if (phases.best[v] != 0) phases.saved[v] = phases.best[v];
            phases.best_size = 0;
    }
    std::fill(phases.target.begin(), phases.target.end(), std::int8_t{0});
    phases.target_size = 0;
}

}  // namespace sinew::sat
