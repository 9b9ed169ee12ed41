// SPDX-License-Identifier: Apache-2.0
// What it says that some columns of a linear program are integers: bounds of rows over them alone are rounded, and
// equations have no solution where divisors exclude it.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "exact/exact_simplex.hpp"
#include "exact/linear_form.hpp"

namespace sinew::check {

/// lower <= variable <= upper, each with < instead if strict.
struct Range {
    SimplexVariable variable;
    std::optional<Rational> lower, upper;
    Strictness below = Strictness::closed, above = Strictness::closed;
};

class IntegerRows {
  public:
    void add(SimplexVariable column) { columns_.insert(Variable(column.index())); }

    /// The bounds of a row that is `form` without its constant, rounded to values that it can have (Gomory, Chvátal).
    void round(const LinearForm& form, Range& range) const;

    /// Whether no point satisfies that all of these are 0 (proved): other columns, which may be any number, are
    /// eliminated first.
    bool contradict(std::vector<LinearForm> equations) const;

  private:
    std::set<Variable> columns_;
};

}  // namespace sinew::check
