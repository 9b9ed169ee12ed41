// SPDX-License-Identifier: Apache-2.0
// Linear constraints whose sums do not fit 128 bits: the same propagation by GMP.
#pragma once

#include <vector>

#include "exact/rational.hpp"
#include "integer/propagator.hpp"

namespace sinew::integer {

/// condition -> Σ coefficient·view <= bound, coefficients above 0 and of any size, each variable once. `condition`
/// without a view: always. propagate() and explain() cost O(terms) GMP operations.
class BigRow : public Propagator {
  public:
    struct Term {
        View view;
        Integer coefficient;
    };
    BigRow(std::vector<Term> terms, Integer bound, Bound condition)
        : terms_(std::move(terms)), bound_(std::move(bound)), condition_(condition) {}

    /// At level 0; Engine::wake() sees to it that it is heard of.
    void tighten(const Integer& bound) { bound_ = std::min(bound_, bound); }

    void subscribe(Subscriptions& to) override;
    bool propagate(Domains& domains) override;
    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override;
    void relax(const Domains& domains, RowSink& sink) const override;
    bool holds(std::span<const Value> values) const override;

  private:
    void weaken(const Domains& domains, View skipped, Position before, Integer surplus, std::vector<Bound>& reason);

    std::vector<Term> terms_;
    Integer bound_;
    Bound condition_;
    Integer slack_;  // scratch
    Integer span_;
    Integer room_;
};

/// The value of a view under an assignment.
inline Value value_of(View view, std::span<const Value> values) {
    const Value value = values[view.variable().index()];
    return view.negative() ? -value : value;
}

}  // namespace sinew::integer
