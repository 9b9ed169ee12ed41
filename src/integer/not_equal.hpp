// SPDX-License-Identifier: Apache-2.0
// Σ coefficient·variable is not a given number.
#pragma once

#include <vector>

#include "integer/linear_rows.hpp"
#include "integer/propagator.hpp"

namespace sinew::integer {

/// condition -> Σ coefficient·view != value; `condition` without a view: always. The sum must fit 128 bits
/// (LinearRows::fits). Something follows when all variables but one are fixed, and that one has the forbidden value as
/// a bound: inner values are left to that time. Two variables that are not fixed are watched; propagate() is O(1) while
/// there are two.
class NotEqual : public Propagator {
  public:
    NotEqual(std::vector<RowTerm> terms, LinearRows::Wide value, Bound condition)
        : terms_(std::move(terms)), value_(value), condition_(condition) {}

    void subscribe(Subscriptions& to) override;
    bool propagate(Domains& domains) override;
    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override;
    bool holds(std::span<const Value> values) const override;

  private:
    std::size_t open_beside(const Domains& domains, std::size_t skipped) const;

    std::vector<RowTerm> terms_;
    LinearRows::Wide value_;
    Bound condition_;
    std::size_t first_ = 0;  ///< watched terms
    std::size_t second_ = 1;
};

}  // namespace sinew::integer
