// SPDX-License-Identifier: Apache-2.0
// Which bound to decide next: the variable that took part most in recent conflicts; where it is cut, from what
// conflicts were about and from the value that it had when things went well.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "integer/domains.hpp"
#include "integer/options.hpp"
#include "sat/decision_queue.hpp"

namespace sinew::integer {

class Branching {
  public:
    /// A seed shuffles equals a little; 0 leaves them in their order.
    explicit Branching(const Options& options)
        : random_(options.seed), shuffles_(options.seed != 0), decay_(options.decay) {}

    void add_variable();
    /// The value tried first, until the search learns better.
    void suggest(IntVar variable, Value value) { saved_[variable.index()] = value; }
    /// Brings a variable forward by so many conflicts' worth.
    void bump(IntVar variable, double bumps) { queue_.bump(sat::BoolVar(variable.index()), bumps); }

    /// The variable is decided after all others, at its least value.
    void defer(IntVar variable);

    /// Bounds that took part in a conflict.
    void on_conflict(std::span<const Bound> seen);
    /// To be called before the domains go back below `position`: remembers values, and whom to decide again.
    void on_backtrack(const Domains& domains, Position position);

    /// Absent when every variable is fixed. Variables of wide domains come after all others, and near zero first: what
    /// is left of a problem when Booleans and small numbers are decided is often linear, and has small solutions.
    std::optional<Bound> next(const Domains& domains);

  private:
    Bound cut(const Domains& domains, IntVar variable);
    void start_wide();

    Random random_;
    bool shuffles_;
    double decay_;
    sat::DecisionQueue queue_;
    sat::DecisionQueue wide_;  // what is left when queue_ is empty; filled when a variable is set aside first
    bool has_wide_ = false;
    std::vector<std::optional<Value>> saved_;  // by variable
    std::vector<Value> pivot_;                 // by variable: v of the bound >= v that was in a conflict last
    std::vector<std::uint8_t> is_deferred_;    // by variable
    std::vector<IntVar> deferred_;
};

}  // namespace sinew::integer
