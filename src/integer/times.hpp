// SPDX-License-Identifier: Apache-2.0
// Products of two variables.
#pragma once

#include <array>

#include "integer/propagator.hpp"

namespace sinew::integer {

/// left·right = product. Bounds follow from the corners of the other two boxes, in 128 bits, on either side of zero;
/// where the variables differ they are consistent over reals. An explanation is weakened: each bound as far as the
/// corners allow. The variables may be the same (squares know of roots).
class Times : public Propagator {
  public:
    Times(IntVar left, IntVar right, IntVar product) : views_{View(left), View(right), View(product)} {}

    void subscribe(Subscriptions& to) override;
    bool propagate(Domains& domains) override;
    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override;
    void relax(const Domains& domains, RowSink& sink) const override;
    bool holds(std::span<const Value> values) const override;

  private:
    __extension__ using Wide = __int128;
    struct Interval {
        Value lower;
        Value upper;
    };
    using Box = std::array<Interval, 3>;  ///< of left, right, product

    /// The bounds that the box implies for one of the three; a lower bound above the upper one: there is no solution.
    Interval derive(const Box& box, std::size_t which) const;
    Interval derive_product(const Box& box) const;
    Interval derive_factor(const Interval& factor, const Interval& other, const Interval& product) const;
    bool implies(const Box& box, Bound implied) const;

    std::array<View, 3> views_;
};

}  // namespace sinew::integer
