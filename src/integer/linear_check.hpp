// SPDX-License-Identifier: Apache-2.0
// All linear constraints in force at once, exactly: do they have a solution in integers? Asked where bounds rise by
// small steps for ever, and before the search cuts very wide domains: neither sees that x < y < x, or that 2a = 2b + 1.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "exact/exact_simplex.hpp"
#include "integer/linear_rows.hpp"
#include "integer/propagator.hpp"

namespace sinew::integer {

/// Rows whose conditions hold, and what propagators say linearly, over the variables whose domains are wide (and those
/// beside them). The answer is exact (linear/mixed_integer.hpp; for many variables the rational relaxation and
/// exact/integer_elimination.hpp alone) and does not depend on how wide the domains are: they are looked at as if they
/// had no ends first.
class LinearCheck {
  public:
    /// unsat: contradiction() cannot all hold. sat: point() satisfies what was looked at.
    Answer run(const Domains& domains, const LinearRows& rows, std::span<const std::unique_ptr<Propagator>> propagators,
               const Limits& limits);

    /// Bounds that hold now, few.
    std::span<const Bound> contradiction() const { return contradiction_; }
    std::span<const std::pair<IntVar, Value>> point() const { return point_; }

  private:
    class System;
    Answer solve(System& rows, const Limits& limits);
    Answer eliminate(System& rows, const Limits& limits);
    void blame(const System& rows, SimplexVariable variable, Side side);

    std::vector<Bound> contradiction_;
    std::vector<std::pair<IntVar, Value>> point_;
};

/// Domains of so many values and more are wide.
inline constexpr Value wide_range = Value{1} << 16U;
inline bool is_wide(const Domains& domains, View view) {
    return domains.is_long(view, wide_range);
}

}  // namespace sinew::integer
