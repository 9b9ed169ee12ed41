// SPDX-License-Identifier: Apache-2.0
// Numbers value + k·δ, δ a positive infinitesimal: a strict bound x < 3 is the closed bound x <= 3 - δ.
#pragma once

#include <compare>
#include <utility>

#include "exact/rational.hpp"

namespace sinew {

/// Ordered lexicographically (Dutertre & de Moura, A fast linear-arithmetic solver for DPLL(T), CAV 2006, section 4).
struct DeltaRational {
    Rational value;
    Rational delta;

    DeltaRational() = default;
    explicit DeltaRational(Rational real, Rational infinitesimal = 0)
        : value(std::move(real)), delta(std::move(infinitesimal)) {}

    DeltaRational& operator+=(const DeltaRational& other) {
        value += other.value;
        if (sgn(other.delta) != 0) delta += other.delta;
        return *this;
    }
    DeltaRational& operator-=(const DeltaRational& other) {
        value -= other.value;
        if (sgn(other.delta) != 0) delta -= other.delta;
        return *this;
    }
    DeltaRational& operator*=(const Rational& factor) {
        value *= factor;
        if (sgn(delta) != 0) delta *= factor;
        return *this;
    }
    friend DeltaRational operator-(DeltaRational left, const DeltaRational& right) { return left -= right; }
    friend DeltaRational operator*(DeltaRational left, const Rational& right) { return left *= right; }
    friend bool operator==(const DeltaRational&, const DeltaRational&) = default;
    friend std::strong_ordering operator<=>(const DeltaRational& left, const DeltaRational& right) {
        const int by_value = cmp(left.value, right.value);
        return (by_value != 0 ? by_value : cmp(left.delta, right.delta)) <=> 0;
    }
};

/// The largest number that may stand for δ while everything told to keep_order() stays in its order.
class DeltaLimit {
  public:
    /// below <= above holds for infinitesimal δ.
    void keep_order(const DeltaRational& below, const DeltaRational& above) {
        const Rational growth = below.delta - above.delta;
        if (sgn(growth) <= 0) return;
        const Rational limit = (above.value - below.value) / growth;
        if (limit < largest_) largest_ = limit;
    }
    /// A simple number in (0, limit], at most 1.
    Rational simple_delta() const { return simplest_between(Rational(0), false, largest_, true); }

  private:
    Rational largest_ = 1;
};

inline int sgn(const DeltaRational& number) {
    const int sign = sgn(number.value);
    return sign != 0 ? sign : sgn(number.delta);
}

}  // namespace sinew
