// SPDX-License-Identifier: Apache-2.0
// Quotients and remainders of two variables.
#pragma once

#include <array>
#include <optional>

#include "integer/propagator.hpp"

namespace sinew::integer {

/// dividend = divisor·quotient + remainder with the quotient rounded towards zero: |remainder| < |divisor|, and the
/// remainder is zero or has the dividend's sign. The divisor is not zero, which others see to.
///
/// Between zero and a sign each the four are monotone in each other: bounds follow in closed form for each pair of
/// signs of dividend and divisor, and the hull of what these leave is the answer, in 128 bits. It takes some rounds of
/// rules, not one for each value: the width of domains does not matter. An explanation is weakened as Times' are.
class Division : public Propagator {
  public:
    Division(IntVar dividend, IntVar divisor, IntVar quotient, IntVar remainder)
        : views_{View(dividend), View(divisor), View(quotient), View(remainder)} {}

    void subscribe(Subscriptions& to) override;
    bool propagate(Domains& domains) override;
    void explain(const Domains& domains, Bound implied, Position before, std::vector<Bound>& reason) override;
    void relax(const Domains& domains, RowSink& sink) const override;
    bool holds(std::span<const Value> values) const override;

  private:
    __extension__ using Wide = __int128;
    struct Interval {
        Wide lower;
        Wide upper;
        bool empty() const { return lower > upper; }
    };
    using Box = std::array<Interval, 4>;  ///< of dividend, divisor, quotient, remainder

    static std::optional<Box> narrow(Box magnitudes);
    static std::optional<Box> derive(const Box& box);
    static bool implies(const Box& box, std::size_t which, bool negative, Value value);

    std::array<View, 4> views_;
};

}  // namespace sinew::integer
