// SPDX-License-Identifier: Apache-2.0
#include "cardinality/minimize.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "cardinality/budget.hpp"

namespace sinew::cardinality {

Minimizer::Minimizer(const Problem& problem, const Options& options, const Hints& hints,
                     std::span<const Literal> assumptions, Ways ways, SharedBest* shared)
    : problem_(problem),
      options_(options),
      hints_(hints),
      assumptions_(assumptions.begin(), assumptions.end()),
      objective_(normalized_objective(problem.objective(), problem.objective_constant())),
      ways_(ways),
      shared_(shared) {
    engine_.emplace(options);
}

/// The problem, its assumptions as facts, and values that cost nothing to begin with. Returns whether the engine can be
/// satisfied; where a limit comes first it sets stop_, for an engine that lacks rows must not be asked.
bool Minimizer::prepare(Engine& engine) {
    Loaded loaded;
    if (!load(engine, problem_, loaded, limits_)) return false;
    stop_ = stop_ || !loaded.all_of(problem_);
    if (stop_) return true;
    for (const Literal literal : assumptions_)
        if (!engine.add_clause({&literal, 1})) return false;
    for (const Term& term : objective_.terms) engine.set_phase(~term.literal);
    hints_.apply(engine);
    if (!engine.simplify()) return false;
    if (!residues_) {
        residues_.emplace();
        if (options_.residues && !strengthen_by_residues(problem_, engine, &objective_, limits_, *residues_))
            return false;
        return residues_->empty() || engine.simplify();
    }
    return residues_->empty() || (residues_->apply(engine) && engine.simplify());
}

Result Minimizer::run(const Limits& limits, Listener* listener) {
    limits_ = limits;
    listener_ = listener;
    infeasible_ = !prepare(*engine_);
    if (infeasible_) bound_id_ = contradiction(*engine_);
    if (!infeasible_ && !stop_) {
        std::int64_t paid = 0;
        for (const Term& term : objective_.terms)
            if (engine_->fact(term.literal) > 0) paid += term.coefficient;
        cores_.emplace(*engine_, objective_);
        raise_bound(paid, engine_->proof() != nullptr && paid > 0 ? paid_proof() : 0);
        if (!hints_.solution.empty()) take_solution(hints_.solution);
        tighten();
    }
    exchange();
    while (!finished() && !stop_ && !limits.exceeded()) {
        turn(next_way(), limits);
        exchange();
    }
    return result();
}

/// With the others.
void Minimizer::exchange() {
    if (shared_ == nullptr) return;
    SharedBest::Known mine{{}, {}, bound_, infeasible_};
    if (has_model_) {
        mine.best = best_;
        mine.solution = model_;
    }
    const auto better = [&](std::int64_t spent, const std::vector<bool>& model) {
        if (listener_ != nullptr) listener_->improved(objective_.offset + spent, model);
    };
    const auto higher = [&](std::int64_t spent) {
        if (listener_ != nullptr) listener_->bound_raised(objective_.offset + spent);
    };
    SharedBest::Known all = shared_->exchange(std::move(mine), better, higher);
    if (!all.solution.empty()) take_solution(std::move(all.solution));
    if (all.bound > bound_) raise_bound(all.bound);
    infeasible_ = infeasible_ || (all.infeasible && !has_model_);
}

Result Minimizer::result() {
    exchange();
    Result result;
    if (infeasible_ && !has_model_) {
        result.outcome = Outcome::unsat;
        result.reason = bound_id_;
        return result;
    }
    if (engine_->proof() != nullptr) result.reason = bound_id_ != 0 || !cores_ ? bound_id_ : cores_->bound_proof();
    result.bound = objective_.offset + (has_model_ ? std::min(bound_, best_) : bound_);
    if (!has_model_) return result;
    result.outcome = finished() ? Outcome::optimum : Outcome::feasible;
    result.value = objective_.offset + best_;
    if (result.outcome == Outcome::optimum) result.bound = result.value;
    result.model = model_;
    return result;
}

/// The way that has had least of its share. A way's clock runs the slower the more it has been worth lately.
Minimizer::Way Minimizer::next_way() const {
    if (ways_ == Ways::below) return Way::below;
    const double bounds = static_cast<double>(options_.bound_share);
    const double share[3] = {100 - bounds, bounds / 2, ways_ == Ways::all ? bounds / 2 : 0};
    std::size_t best = 3;
    for (std::size_t way = 0; way < 3; ++way)
        if (share[way] > 0 && (best == 3 || turns_[way].clock / share[way] < turns_[best].clock / share[best]))
            best = way;
    return static_cast<Way>(best);
}

void Minimizer::turn(Way way, const Limits& limits) {
    Turn& turn = turns_[static_cast<std::size_t>(way)];
    std::uint64_t conflicts = turn.conflicts;
    if (options_.conflict_limit >= 0) {
        const auto most = static_cast<std::uint64_t>(options_.conflict_limit);
        if (spent_conflicts() >= most) {
            stop_ = true;
            return;
        }
        conflicts = std::min(conflicts, most - spent_conflicts());
    }
    const std::uint64_t before = spent_effort();
    const std::int64_t bound = bound_;
    const std::int64_t best = best_;
    switch (way) {
        case Way::above:
            search_above(limits, conflicts);
            break;
        case Way::cores:
            search_cores(limits, conflicts);
            break;
        case Way::below:
            search_below(limits, conflicts);
            break;
    }
    turn.clock += static_cast<double>(least_effort + spent_effort() - before) / turn.worth;
    turn.conflicts += turn.conflicts / 10;
    if (bound_ == bound && best_ == best) return;
    for (Turn& other : turns_)
        other.worth = &other == &turn ? std::min(8.0, 2 * turn.worth) : std::max(1.0, other.worth / 2);
}

std::uint64_t Minimizer::spent_conflicts() const {
    return engine_->conflicts() + closed_conflicts_ + (trial_ ? trial_->conflicts() : 0);
}

std::uint64_t Minimizer::spent_effort() const {
    return engine_->effort() + closed_effort_ + (trial_ ? trial_->effort() : 0);
}

void Minimizer::search_above(const Limits& limits, std::uint64_t conflicts) {
    const Answer answer = engine_->solve({}, limits, conflicts);
    if (answer == Answer::sat) take_model(*engine_);
    if (answer == Answer::unsat) exhausted(*engine_);
}

/// Nothing is better than the best.
void Minimizer::exhausted(Engine& engine) {
    if (has_model_) {
        raise_bound(best_, contradiction(engine));
        return;
    }
    infeasible_ = true;
    bound_id_ = contradiction(engine);
}

void Minimizer::search_cores(const Limits& limits, std::uint64_t conflicts) {
    const Answer answer = cores_->step(limits, conflicts);
    if (engine_->unsat()) {
        exhausted(*engine_);
        return;
    }
    const bool optimal = answer == Answer::sat && cores_->complete();
    const std::int64_t bound = cores_->bound();
    if (answer == Answer::sat) take_model(*engine_);
    raise_bound(optimal ? best_ : has_model_ ? std::min(bound, best_) : bound);
    if (has_model_ && !finished()) cores_->harden(better(), better_id_);
}

/// A budget that only allows what the bound does (and a little more when that went quickly before).
void Minimizer::start_trial() {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    trial_budget_ = bound_ > most - step_ ? most : bound_ + step_ - 1;
    if (has_model_) trial_budget_ = std::min(trial_budget_, best_ - 1);
    trial_.emplace(options_);
    trial_ids_ = {};
    if (trial_->proof() != nullptr && trial_budget_ < objective_.most()) {
        // trial ⇒ spent ≤ its budget: what the trial derives holds where it does.
        const Literal trial(BoolVar(trial_names + trials_++));
        const Constraint within = objective_.within(trial_budget_);
        trial_ids_ = trial_->proof()->proof().defined(trial, within.terms, within.degree);
        trial_->proof()->set_condition(trial);
    }
    if (!prepare(*trial_) || stop_) return;
    const BudgetEffect effect = impose_budget(*trial_, objective_, trial_budget_, limits_, trial_ids_[0]);
    // Whoever knows better what to decide on has said so.
    if (options_.gates && hints_.preferred.empty()) trial_->set_gates(effect.gates);
}

void Minimizer::search_below(const Limits& limits, std::uint64_t conflicts) {
    if (!trial_) start_trial();
    if (stop_) return;
    const Answer answer = trial_->solve({}, limits, conflicts);
    if (answer == Answer::unknown) {
        // A bound from elsewhere has made this trial pointless.
        if (trial_budget_ < bound_) close_trial();
        return;
    }
    const bool quick = trial_->conflicts() < 100;
    if (answer == Answer::sat) {
        take_model(*trial_);
        step_ = std::max<std::int64_t>(1, step_ / 2);
    } else if (trial_budget_ >= objective_.most()) {
        exhausted(*trial_);
    } else {
        raise_bound(trial_budget_ + 1, trial_reason());
        if (quick)
            step_ = std::min(step_, std::numeric_limits<std::int64_t>::max() / 4) * 2;
        else
            step_ = std::max<std::int64_t>(1, step_ / 2);
    }
    close_trial();
}

/// From ¬trial: spent ≥ budget + 1, for the converse says so with trial·(budget + 1) beside it.
RowProof::Id Minimizer::trial_reason() {
    if (trial_->proof() == nullptr) return 0;
    CuttingSteps steps;
    steps.row(trial_ids_[1]);
    steps.add(trial_->proof()->contradiction(), trial_budget_ + 1);
    return trial_->proof()->derived(steps);
}

RowProof::Id Minimizer::paid_proof() {
    CuttingSteps steps;
    steps.row(engine_->proof()->follows_always());
    for (const Term& term : objective_.terms)
        if (engine_->fact(term.literal) > 0) steps.add(engine_->fact_id(term.literal.variable()), term.coefficient);
    return engine_->proof()->derived(steps);
}

void Minimizer::close_trial() {
    trial_->leave_proof();
    if (trial_->proof() != nullptr)
        for (const RowProof::Id id : trial_ids_) trial_->proof()->forget(id);
    closed_trials_.add(trial_->statistics());
    closed_conflicts_ += trial_->conflicts();
    closed_effort_ += trial_->effort();
    trial_.reset();
}

void Minimizer::take_model(const Engine& engine) {
    std::vector<bool> values(engine.model().begin(),
                             engine.model().begin() + static_cast<std::ptrdiff_t>(problem_.variable_count()));
    require(problem_.satisfied_by(values), "a model satisfies the problem");
    take_solution(std::move(values));
}

void Minimizer::take_solution(std::vector<bool> values) {
    if (values.size() != problem_.variable_count() || !problem_.satisfied_by(values)) return;
    for (const Literal literal : assumptions_)
        if (values[literal.variable().index()] == literal.negated()) return;
    const std::int64_t spent = objective_.spent(values);
    if (has_model_ && spent >= best_) return;
    best_ = spent;
    has_model_ = true;
    model_ = std::move(values);
    require(problem_.objective_value(model_) == objective_.offset + best_, "a model's value is what it spends");
    if (listener_ != nullptr && shared_ == nullptr) listener_->improved(objective_.offset + best_, model_);
    if (options_.proof != nullptr) better_id_ = options_.proof->improved(model_);
    tighten();
}

void Minimizer::raise_bound(std::int64_t spent, RowProof::Id reason) {
    if (residues_) spent = residues_->next_spent(spent);
    if (spent <= bound_) return;
    bound_ = has_model_ ? std::min(spent, best_) : spent;
    bound_id_ = reason;
    if (listener_ != nullptr && shared_ == nullptr) listener_->bound_raised(objective_.offset + bound_);
}

/// Asks the engine for something better than the best. The consequences for the other rows are drawn when the search
/// since the last time has cost as much, or the budget has halved: solutions may come one by one.
void Minimizer::tighten() {
    if (!has_model_ || finished() || ways_ == Ways::below) return;
    const std::uint64_t begin = engine_->effort();
    if (begin - imposed_at_ > imposed_cost_ || best_ - bound_ <= imposed_gap_ / 2) {
        impose_budget(*engine_, objective_, better(), limits_, better_id_);
        imposed_gap_ = best_ - bound_;
        imposed_at_ = engine_->effort();
        imposed_cost_ = imposed_at_ - begin;
    } else {
        set_budget(*engine_, objective_, better(), better_id_);
    }
    if (engine_->unsat()) raise_bound(best_, contradiction(*engine_));
}

Statistics Minimizer::statistics() const {
    Statistics statistics = engine_->statistics();
    statistics.add(closed_trials_);
    if (trial_) statistics.add(trial_->statistics());
    return statistics;
}

}  // namespace sinew::cardinality
