// SPDX-License-Identifier: Apache-2.0
// Exact numbers. Rational is GMP's, as include/sinew/number.hpp says; these are the conversions to and from doubles
// that GMP leaves to its users.
#pragma once

#include <optional>
#include <string>

#include <sinew/number.hpp>

namespace sinew {

/// The exact value of a finite double. Throws ContractBreach for nan and infinities.
Rational to_rational(double value);

/// The largest double that is not above `value` (-infinity below the range of doubles).
double to_double_below(const Rational& value);
/// The smallest double that is not below `value` (+infinity above the range of doubles).
double to_double_above(const Rational& value);

/// True iff `value` is exactly a double (subnormals included).
bool is_double(const Rational& value);

/// The simplest rational (smallest denominator, then smallest numerator) in the open or closed interval; where a bound
/// is absent it is infinite. Needs lower < upper, or lower == upper with both closed. Stern–Brocot descent by
/// continued fractions: O(log) divisions.
Rational simplest_between(const std::optional<Rational>& lower, bool lower_closed, const std::optional<Rational>& upper,
                          bool upper_closed);

/// Largest integer <= value; smallest integer >= value.
Integer floor(const Rational& value);
Integer ceil(const Rational& value);

}  // namespace sinew
