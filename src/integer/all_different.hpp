// SPDX-License-Identifier: Apache-2.0
// Variables whose values are all different, seen by bounds.
#pragma once

#include <vector>

#include "integer/propagator.hpp"

namespace sinew::integer {

/// Hall intervals (Puget, A fast algorithm for the bound consistency of alldiff constraints, AAAI 1998): where as many
/// variables as an interval has values lie within it, all others lie outside. O(n²) a call, woken rarely; with more
/// than `most_for_intervals` variables only values that are taken are seen, O(n log n).
class AllDifferent : public Propagator {
  public:
    static constexpr std::size_t most_for_intervals = 300;

    explicit AllDifferent(std::vector<View> views) : views_(std::move(views)) {}

    void subscribe(Subscriptions& to) override;
    bool propagate(Domains& domains) override;
    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override;
    bool holds(std::span<const Value> values) const override;
    Cost cost() const override { return Cost::expensive; }

  private:
    /// Lower bounds of the views or of their negatives.
    View view(std::size_t i, bool negative) const { return negative ? -views_[i] : views_[i]; }
    bool sees_intervals() const { return views_.size() <= most_for_intervals; }
    bool propagate_intervals(Domains& domains, bool negative);
    bool propagate_values(Domains& domains);
    bool explain_by_interval(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) const;
    bool explain_by_value(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) const;

    std::vector<View> views_;
};

}  // namespace sinew::integer
