// SPDX-License-Identifier: Apache-2.0
// Do the current bounds of a LinearSystem have a solution in which some columns are integers? Branch and bound on the
// integer forms that are bounded, which ends whether or not the columns are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "linear/linear_system.hpp"
#include "linear/recession.hpp"

namespace sinew::linear {

/// form <= bound or form >= bound + 1: true of all integers, not of the solution at hand. `form` is over integer
/// columns, with integer coefficients.
struct IntegerSplit {
    std::vector<SimplexTerm> form;
    Integer bound;
};

class MixedInteger {
  public:
    using CoreBound = std::pair<SimplexVariable, Side>;

    /// The system must outlive it.
    explicit MixedInteger(const LinearSystem& system) : system_(system) {}

    void add_integer(SimplexVariable column);
    bool is_integer(SimplexVariable variable) const {
        return variable.index() < is_integer_.size() && is_integer_[variable.index()];
    }
    /// Are the values of all integer columns integers? `values` are by variable.
    bool holds(const std::vector<Rational>& values) const;

    /// `relaxed` is a simplex over the variables of the system with its current bounds, at a solution of them.
    /// - sat: solution() has integers where they are wanted.
    /// - unsat: core() has bounds that no such solution meets.
    /// - unknown: with a split() more nodes are needed than were allowed, and it is where the search began; without one
    /// a
    ///   limit was reached.
    Answer check(ExactSimplex relaxed, std::uint64_t nodes, const Limits& limits);
    /// By variable of the system.
    const std::vector<Rational>& solution() const { return solution_; }
    const std::vector<CoreBound>& core() const { return core_; }
    const std::optional<IntegerSplit>& split() const { return split_; }
    /// Some integer column that is none at `values`: a split that costs nothing to find.
    IntegerSplit column_split(const std::vector<Rational>& values) const;

    std::uint64_t nodes() const { return nodes_; }

  private:
    const LinearSystem& system_;
    std::vector<bool> is_integer_;  // by variable
    std::vector<SimplexVariable> integers_;
    Recession recession_;
    std::vector<Rational> solution_;
    std::vector<CoreBound> core_;
    std::optional<IntegerSplit> split_;
    std::uint64_t nodes_ = 0;
};

}  // namespace sinew::linear
