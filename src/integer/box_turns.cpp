// SPDX-License-Identifier: Apache-2.0
#include "integer/box_turns.hpp"

#include <algorithm>

namespace sinew::integer {

namespace {
/// The work grows by a high power of what is closed of the gap: in steps of this share it is not much more in all than
/// that for the last one, and there is a bound all the time.
constexpr long first_turn = 10;
/// A target that takes so many times the work of all before it, and more than a second of it, was too far.
constexpr Effort patience_of_turns = 20;
/// What a question to the engine costs beside the work that the engine counts.
constexpr Effort question_effort = 2'000;

std::vector<Range> bounds_of(const Domains& domains) {
    std::vector<Range> bounds;
    for (std::size_t v = 0; v < domains.variable_count(); ++v)
        bounds.push_back({domains.lower(IntVar(v)), domains.upper(IntVar(v))});
    return bounds;
}
}  // namespace

BoxTurns::BoxTurns(Engine& engine, BoxProblem problem, std::span<const Bound> assumptions, OnSolution on_solution)
    : engine_(engine),
      objective_(problem.objective),
      boxes_(std::move(problem), bounds_of(engine.domains())),
      assumptions_(assumptions.begin(), assumptions.end()),
      on_solution_(std::move(on_solution)),
      share_(first_turn) {}

void BoxTurns::choose_target(const std::optional<Integer>& best, const Integer& bound) {
    Integer step = static_cast<unsigned long>(step_);
    if (best)
        step = std::max(Integer(1), Integer((*best - bound) / share_));
    else
        step_ *= 2;
    target_ = Integer(bound + step - 1).get_si();
    spent_ = 0;
    boxes_.begin(bounds_of(engine_.domains()), target_);
    running_ = true;
}

Answer BoxTurns::search(const Limits& turn, const std::optional<Integer>& best, const Integer& bound) {
    if (running_ && bound > *target_) running_ = false;
    if (running_ && spent_ > patience_of_turns * spent_before_ + effort_per_second && *target_ > bound) {
        running_ = false;
        share_ *= 2;
        step_ = std::max<std::uint64_t>(1, step_ / 4);
    }
    if (!running_) choose_target(best, bound);
    if (best && *best <= *target_) {
        target_ = Integer(*best - 1).get_si();
        boxes_.set_target(*target_);
    }
    const Effort before = effort_spent();
    const Answer answer = advance(turn);
    spent_ += effort_spent() - before;
    if (answer != Answer::unsat) return answer;
    running_ = false;
    spent_before_ += spent_;
    share_ = std::max(first_turn, share_ / 2);
    return answer;
}

/// Solutions in the box, each better than the one before by more and more while that is easy. unsat: none is as good as
/// the target, which has become lower with those that were found.
Answer BoxTurns::ask(std::span<const Bound> box, std::uint64_t conflicts, const Limits& turn) {
    asked_.assign(assumptions_.begin(), assumptions_.end());
    asked_.insert(asked_.end(), box.begin(), box.end());
    if (objective_) asked_.emplace_back();
    Integer gain = 0;
    for (;;) {
        if (objective_) {
            const Value least = engine_.domains().lower(*objective_);
            if (*target_ < least) return Answer::unsat;
            const Integer goal = std::max(Integer(*target_ - gain), Integer(least));
            asked_.back() = {-*objective_, Value(-goal.get_si())};
        }
        spend(question_effort);
        const Answer result = engine_.search(asked_, turn, conflicts);
        if (result == Answer::sat) {
            const std::optional<Value> next = on_solution_();
            if (!objective_ || !next) return Answer::sat;
            if (*next < *target_) {
                target_ = next;
                boxes_.set_target(*next);
            }
            gain = 2 * gain + 1;
        } else if (gain == 0) {
            return result == Answer::unknown ? Answer::unknown : Answer::unsat;
        } else {
            gain /= 4;
        }
    }
}

Answer BoxTurns::advance(const Limits& turn) {
    engine_.allow_optional(false);
    const Answer answer = boxes_.advance(
        turn, [&](std::span<const Bound> box, std::uint64_t conflicts) { return ask(box, conflicts, turn); });
    engine_.allow_optional(true);
    return answer;
}

}  // namespace sinew::integer
