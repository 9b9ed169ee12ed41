// SPDX-License-Identifier: Apache-2.0
#include "integer/minimize.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "integer/constraint_list.hpp"

namespace sinew::integer {

namespace {
/// Between two looks at what they know.
constexpr Effort between_looks = effort_per_second / 20;
}  // namespace

Minimizer::Minimizer(Engine& engine, const Target& target, std::span<const Bound> assumptions, Calls calls)
    : engine_(engine),
      target_(target),
      assumptions_(assumptions.begin(), assumptions.end()),
      calls_(std::move(calls)),
      bound_(least_sum()),
      budget_(engine.options().first_budget) {
    // One more, for the bound on the target.
    assumptions_.emplace_back();
    if (target_.variable.valid()) return;
    const Range range{0, 1};
    assumptions_.back() = is_true(engine_.add_variable({&range, 1}));
}

/// What the bounds of level 0 say.
Integer Minimizer::least_sum() const {
    const Domains& domains = engine_.domains();
    Integer least = 0;
    for (const Term& term : target_.terms)
        least +=
            term.coefficient * (term.coefficient > 0 ? domains.lower(term.variable) : domains.upper(term.variable));
    if (!target_.variable.valid()) return least;
    return std::max(least, Integer(domains.lower(target_.variable)));
}

void Minimizer::raise_bound(const Integer& bound) {
    if (bound <= bound_) return;
    bound_ = bound;
    if (shared_ == nullptr) calls_.bound(bound_);
}

/// Of the team's search.
void Minimizer::take_solution() {
    const Integer sum = sum_of(target_.terms, engine_.values());
    if (best_ && sum >= *best_) return;
    calls_.check(engine_.values());
    accept(sum, engine_.values());
    if (shared_ == nullptr)
        calls_.solution(*best_, values_);
    else
        exchange();
}

void Minimizer::accept(const Integer& sum, std::vector<Value> values) {
    best_ = sum;
    values_ = std::move(values);
    for (std::size_t v = 0; v < values_.size(); ++v) engine_.branching().suggest(IntVar(v), values_[v]);
    if (target_.variable.valid()) return;
    // The cut's literal asks for something better than this solution.
    values_[assumptions_.back().view.variable().index()] = 0;
    calls_.add_cut(assumptions_.back(), sum - 1);
}

void Minimizer::share(SharedSearch& shared, std::size_t place, Ways ways) {
    shared_ = &shared;
    place_ = place;
    takes_proofs_ = place > 0;
    ways_ = ways;
    // Cuts of a sum without a variable hold where they were added alone.
    if (!target_.variable.valid()) return;
    engine_.set_exports(&exports_);
}

/// With the others.
void Minimizer::exchange() {
    if (shared_ == nullptr) return;
    if (target_.variable.valid()) {
        const auto news = shared_->clauses.exchange(place_, exports_.clauses);
        for (const std::vector<Bound>& clause : news)
            if (takes_proofs_) engine_.add_learned(clause, Exports::most_glue);
    }
    auto all = shared_->best.exchange({best_, values_, bound_, infeasible_}, calls_.solution, calls_.bound);
    if (!all.solution.empty()) accept(*all.best, std::move(all.solution));
    if (all.bound > bound_ && takes_proofs_) {
        bound_ = all.bound;
        require_more_than(bound_ - 1);
    }
    infeasible_ = infeasible_ || all.infeasible;
    require(!infeasible_ || !best_, "what has a solution is not infeasible");
}

/// The engine's; in slices where others may know more by now. Unknown also where they have made it pointless: what it
/// looks for (a sum of `limit` at most, or anything better) has been found or refuted.
Answer Minimizer::search(std::span<const Bound> assumptions, const Limits& limits, std::uint64_t budget,
                         const std::optional<Integer>& limit) {
    if (!takes_proofs_) return engine_.search(assumptions, limits, budget);
    const std::vector<Bound> assumed(assumptions.begin(), assumptions.end());
    const std::optional<Integer> best = best_;
    const std::uint64_t end = engine_.conflicts_after(budget);
    for (;;) {
        const Limits slice = limits.within_effort(std::min(between_looks, limits.effort_left()));
        const Answer answer = engine_.search(assumed, slice, end - engine_.conflicts());
        if (answer != Answer::unknown || limits.exceeded() || engine_.conflicts() >= end || !slice.exceeded())
            return answer;
        exchange();
        const bool is_found = limit ? best_ && *best_ <= *limit : best_ != best;
        if (infeasible_ || proven() || is_found || (limit && bound_ > *limit)) return Answer::unknown;
    }
}

/// A search for a sum of `limit` at most; refuted, it raises the bound.
Answer Minimizer::search_up_to(const Integer& limit, const Limits& limits, std::uint64_t budget) {
    assumptions_.back() = {-target_.variable, -limit.get_si()};
    const Answer result = search(assumptions_, limits, budget, limit);
    if (result == Answer::sat) take_solution();
    if (result == Answer::unsat) refuted_up_to(limit);
    return result;
}

void Minimizer::refuted_up_to(const Integer& limit) {
    require_more_than(limit);
    raise_bound(limit + 1);
}

/// Without other assumptions it is a fact that the sum is larger.
void Minimizer::require_more_than(const Integer& limit) {
    if (assumptions_.size() > 1 || !target_.variable.valid()) return;
    engine_.require_bound({target_.variable, limit.get_si() + 1});
}

/// Better than the best, by more and more while that is easy.
void Minimizer::search_above(const Limits& limits, std::uint64_t budget) {
    if (best_ && target_.variable.valid()) {
        const Integer limit = std::max(bound_, Integer(*best_ - gain_));
        const Answer result = search_up_to(limit, limits, budget);
        gain_ = result == Answer::sat ? Integer(2 * gain_) : std::max(Integer(1), Integer(gain_ / 4));
        if (result == Answer::unknown) budget_ += budget_ / 4;
        return;
    }
    const std::span<const Bound> assumptions(assumptions_.data(), assumptions_.size() - (best_ ? 0 : 1));
    switch (search(assumptions, limits, budget)) {
        case Answer::sat:
            take_solution();
            break;
        case Answer::unsat:
            if (best_)
                raise_bound(*best_);
            else
                infeasible_ = true;
            break;
        case Answer::unknown:
            budget_ += budget_ / 4;
            break;
    }
}

void Minimizer::search_below(const Limits& limits) {
    Integer limit = bound_ + step_ - 1;
    if (best_ && limit >= *best_) limit = (bound_ + *best_) / 2;
    if (best_ && limit >= *best_) limit = *best_ - 1;
    if (limit >= engine_.domains().upper(target_.variable)) return;
    switch (search_up_to(limit, limits, budget_ / engine_.options().relaxed_share)) {
        case Answer::unsat:
            step_ *= 2;
            break;
        case Answer::unknown:
            step_ = std::max(Integer(1), Integer(step_ / 2));
            break;
        case Answer::sat:
            break;
    }
}

bool Minimizer::search_boxes_of(BoxProblem problem) {
    const auto on_solution = [this]() -> std::optional<Value> {
        take_solution();
        return Integer(*best_ - 1).get_si();
    };
    boxes_.emplace(engine_, std::move(problem), std::span(assumptions_).first(assumptions_.size() - 1), on_solution);
    if (!boxes_->is_useful()) boxes_.reset();
    return boxes_.has_value();
}

void Minimizer::search_boxes(const Limits& limits) {
    // While boxes raise the bound their turns grow; then they get as much as the search for solutions had since.
    const Effort others = effort_spent() - effort_after_boxes_;
    if (std::exchange(boxes_gained_, false) || !best_)
        box_effort_ += box_effort_ / 4;
    else
        box_effort_ = std::max(first_box_effort, others);
    const Limits turn = limits.within_effort(box_effort_);
    while (!proven() && !turn.exceeded() && boxes_->search(turn, best_, bound_) == Answer::unsat) {
        const Integer limit = boxes_->refuted_below() - 1;
        if (!best_ && limit >= engine_.domains().upper(target_.variable)) {
            infeasible_ = true;
            return;
        }
        refuted_up_to(limit);
        box_effort_ += box_effort_ / 8;
        boxes_gained_ = true;
    }
    effort_after_boxes_ = effort_spent();
}

void Minimizer::run(const Limits& limits) {
    if (ways_ == Ways::boxes) return run_boxes(limits);
    for (bool relaxed = false; !infeasible_ && !proven(); relaxed = !relaxed) {
        // Solutions are found faster without relaxations where these are dear; proofs need them.
        engine_.allow_optional(relaxed);
        search_above(limits, relaxed ? budget_ / engine_.options().relaxed_share : budget_);
        engine_.allow_optional(true);
        exchange();
        if (infeasible_ || proven() || limits.exceeded()) return;
        raise_bound(std::min(least_sum(), best_ ? *best_ : least_sum()));
        if (boxes_ && !relaxed && !proven()) {
            search_boxes(limits);
            if (infeasible_ || proven() || limits.exceeded()) return;
        }
        if (proven() || !best_ || !target_.variable.valid()) continue;
        search_below(limits);
        exchange();
        if (limits.exceeded()) return;
    }
}

void Minimizer::run_boxes(const Limits& limits) {
    while (!infeasible_ && !proven() && !limits.exceeded()) {
        const Effort before = effort_spent();
        search_boxes(limits);
        exchange();
        if (effort_spent() == before) return;  // nothing is left to it
    }
}

}  // namespace sinew::integer
