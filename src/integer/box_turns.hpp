// SPDX-License-Identifier: Apache-2.0
// The box search over a network beside the integer engine: it takes turns with it, proves bounds of the objective for
// it and asks it what boxes alone cannot decide.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/effort.hpp"
#include "integer/engine.hpp"
#include "integer/network_boxes.hpp"

namespace sinew::integer {

class BoxTurns {
  public:
    /// Called when the engine, asked about a box, has found a solution: its values are the engine's. Says the target
    /// that later solutions must reach.
    using OnSolution = std::function<std::optional<Value>()>;

    /// `assumptions` hold for all that is asked. The problem's objective, if it has one, is minimised.
    BoxTurns(Engine& engine, BoxProblem problem, std::span<const Bound> assumptions, OnSolution on_solution);

    bool is_useful() const { return boxes_.is_useful(); }

    /// Looks for solutions below `best` (absent: none is known), where it is known that none is below `bound`, which
    /// grows. unsat: none is below refuted_below(), which is more than `bound`. unknown: the limits end the turn; the
    /// next one goes on.
    Answer search(const Limits& turn, const std::optional<Integer>& best, const Integer& bound);
    Value refuted_below() const { return *target_ + 1; }

    Statistics statistics() const { return boxes_.statistics(); }

  private:
    void choose_target(const std::optional<Integer>& best, const Integer& bound);
    Answer advance(const Limits& turn);
    Answer ask(std::span<const Bound> box, std::uint64_t conflicts, const Limits& turn);

    Engine& engine_;
    std::optional<View> objective_;
    NetworkBoxes boxes_;
    std::vector<Bound> assumptions_;
    std::vector<Bound> asked_;
    OnSolution on_solution_;
    std::optional<Value> target_;  ///< what the boxes look for now
    bool running_ = false;
    Effort spent_before_ = 0;  ///< for targets before
    Effort spent_ = 0;         ///< for this one
    long share_;               ///< a new target closes one share in so many of the gap
    std::uint64_t step_ = 1;   ///< how far above the bound while no solution is known
};

}  // namespace sinew::integer
