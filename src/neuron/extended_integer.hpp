// SPDX-License-Identifier: Apache-2.0
// Integers with both infinities: bounds of sums and of domains that may be absent.
#pragma once

#include <compare>
#include <utility>

#include "base/error.hpp"
#include "exact/rational.hpp"

namespace sinew::neuron {

/// -∞, an integer of any size, or +∞.
class ExtendedInteger {
  public:
    ExtendedInteger() = default;
    ExtendedInteger(Integer value) : value_(std::move(value)) {}  // NOLINT: an integer is one
    ExtendedInteger(long value) : value_(value) {}                // NOLINT
    ExtendedInteger(int value) : value_(value) {}                 // NOLINT
    static ExtendedInteger minus_infinity() { return ExtendedInteger(-1, 0); }
    static ExtendedInteger plus_infinity() { return ExtendedInteger(1, 0); }

    bool finite() const { return infinity_ == 0; }
    bool is_minus_infinity() const { return infinity_ < 0; }
    bool is_plus_infinity() const { return infinity_ > 0; }
    /// Must be finite.
    const Integer& value() const {
        require(finite(), "an infinite bound has no value");
        return value_;
    }
    ExtendedInteger operator-() const {
        return finite() ? ExtendedInteger(Integer(-value_)) : ExtendedInteger(-infinity_, 0);
    }

    friend bool operator==(const ExtendedInteger& a, const ExtendedInteger& b) { return (a <=> b) == 0; }
    friend std::strong_ordering operator<=>(const ExtendedInteger& a, const ExtendedInteger& b) {
        if (a.infinity_ != b.infinity_) return a.infinity_ <=> b.infinity_;
        return a.infinity_ != 0 ? std::strong_ordering::equal : cmp(a.value_, b.value_) <=> 0;
    }

  private:
    ExtendedInteger(int infinity, int) : infinity_(infinity) {}

    int infinity_ = 0;  ///< -1, 0, 1
    Integer value_;
};

/// The integers from lower to upper, both included where they are finite. Empty iff lower > upper.
struct IntegerInterval {
    ExtendedInteger lower = ExtendedInteger::minus_infinity();
    ExtendedInteger upper = ExtendedInteger::plus_infinity();

    bool empty() const { return lower > upper || lower.is_plus_infinity() || upper.is_minus_infinity(); }
    bool contains(const Integer& value) const {
        const ExtendedInteger point(value);
        return lower <= point && point <= upper;
    }
    friend bool operator==(const IntegerInterval&, const IntegerInterval&) = default;
};

}  // namespace sinew::neuron
