// SPDX-License-Identifier: Apache-2.0
// The whole search: the common loop over the core.
#include <algorithm>

#include "base/error.hpp"
#include "sat/solver.hpp"

namespace sinew::sat {

/// What the loop asks of the core.
class Solver::Driver {
  public:
    using Decision = Literal;
    explicit Driver(Solver& solver) : solver_(solver), core_(solver.core_) {}

    Step propagate(const Limits&) { return solver_.propagate(); }
    bool resolve_conflict() { return solver_.resolve_conflict(); }
    bool wants_restart() const { return solver_.restart_.wants_restart(); }

    void restart(std::size_t assumptions) {
        ++core_.counters.restarts;
        solver_.restart_.restarted();
        if (solver_.learner_ != nullptr) solver_.learner_->restarted(solver_.effort());
        solver_.backtrack(static_cast<std::uint32_t>(assumptions));
    }

    Step tidy() {
        ConflictLearner* const learner = solver_.learner_;
        if (learner != nullptr && learner->wants_to_forget(core_.counters.conflicts)) {
            solver_.backtrack(0);
            learner->forget();
            return solver_.unsat_ ? Step::conflict : Step::progress;
        }
        solver_.reduce_if_due();
        solver_.rephase_if_due();
        return Step::quiet;
    }

    bool assume(Literal assumption) {
        if (core_.trail.is_undefined(assumption)) {
            solver_.decide(assumption);
            return true;
        }
        if (core_.trail.is_true(assumption)) {
            solver_.open_level();
            return true;
        }
        solver_.failed_ = solver_.analyzer_.failed_decisions({&assumption, 1});
        solver_.failed_.push_back(assumption);
        if (core_.clauses.keeps_ids()) solver_.failed_id_ = why_failed(assumption);
        return false;
    }

    Step choose(std::optional<Literal>& decision) {
        const Literal next = solver_.next_decision();
        if (next.valid()) decision = next;
        return Step::quiet;
    }
    void decide(Literal literal) { solver_.decide(literal); }
    Step final_check(const Limits&) { return solver_.final_check(); }

    void account() {
        const std::uint64_t effort = solver_.effort();
        spend(effort - solver_.spent_);
        solver_.spent_ = effort;
    }
    std::uint32_t level() const { return core_.trail.level(); }
    std::uint64_t conflicts() const { return core_.counters.conflicts; }
    std::uint64_t decisions() const { return core_.counters.decisions; }

  private:
    /// The number of the clause that says that the assumptions fail together, the last being this one.
    ClauseId why_failed(Literal assumption) {
        const BoolVar variable = assumption.variable();
        if (core_.fact_ids[variable.index()] != 0) return core_.fact_ids[variable.index()];
        std::vector<Literal> clause;
        for (const Literal failed : solver_.failed_) clause.push_back(~failed);
        const ClauseRef reason = reason_clause(core_, variable);
        return derive(core_, clause, core_.clauses[reason].literals(), core_.clauses.id(reason));
    }

    Solver& solver_;
    Core& core_;
};

Answer Solver::solve(std::span<const Literal> assumptions, const Limits& limits, std::uint64_t conflict_budget) {
    require(!in_theory_, "a theory does not start a search");
    failed_.clear();
    backtrack(0);
    if (unsat_) return Answer::unsat;
    if (core_.options.conflict_limit >= 0)
        conflict_budget = std::min(conflict_budget, static_cast<std::uint64_t>(core_.options.conflict_limit));
    Driver driver(*this);
    const Answer answer = search(driver, assumptions, limits, conflict_budget);
    if (answer == Answer::sat) {
        model_.resize(variable_count());
        for (std::size_t v = 0; v < model_.size(); ++v) model_[v] = core_.trail.is_true(Literal(BoolVar(v)));
    }
    backtrack(0);
    return answer;
}

void Solver::reduce_if_due() {
    const std::size_t removable = core_.clauses.learned().size() - unremovable_;
    std::size_t size = core_.clauses.irredundant().size();
    for (const TheoryHook* theory : core_.theories) size += theory->constraint_count();
    if (!reduce_.due(core_.options, core_.counters.conflicts, size,
                     removable - std::min(removable, core_.trail.size())))
        return;
    unremovable_ = reduce(core_);
    words_after_collection_ = core_.clauses.words();
}

/// Now and then the remembered phases are replaced, so that stable search does not stay in one corner: by the best, by
/// random ones, by those of the beginning.
void Solver::rephase_if_due() {
    if (core_.options.rephase_interval == 0 || core_.counters.conflicts < rephase_at_) return;
    Phases& phases = core_.phases;
    ++rephased_;
    rephase_at_ =
        core_.counters.conflicts + static_cast<std::uint64_t>(core_.options.rephase_interval) * (rephased_ + 1);
    switch (rephased_ % 4) {
        case 1:
            for (std::int8_t& phase : phases.saved)
                if (core_.random.chance(0.5)) phase = static_cast<std::int8_t>(-phase);
            break;
        case 3:
            std::fill(phases.saved.begin(), phases.saved.end(),
                      static_cast<std::int8_t>(core_.options.initial_phase ? 1 : -1));
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
