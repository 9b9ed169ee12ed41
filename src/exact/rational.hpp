// Exact numbers. Rational is GMP's; these are the conversions to and from doubles that GMP leaves to its users.
#pragma once

#include <optional>
#include <string>

#include <gmpxx.h>

namespace sinew {

using Integer = mpz_class;
using Rational = mpq_class;

/// The exact value of a finite double. Throws ContractBreach for nan and infinities.
Rational to_rational(double value);

/// The nearest double (ties to even); ±infinity beyond the range of doubles.
double to_nearest(const Rational& value);
/// The largest double that is not above `value` (-infinity below the range of doubles).
double to_double_below(const Rational& value);
/// The smallest double that is not below `value` (+infinity above the range of doubles).
double to_double_above(const Rational& value);

/// True iff `value` is exactly a double (subnormals included).
bool is_double(const Rational& value);

/// Exact text: "3", "-7/2".
std::string to_string(const Rational& value);
/// Decimal text: exact where the expansion ends within `digits` significant digits, else rounded, marked by "~".
std::string to_decimal(const Rational& value, int digits = 17);

/// The simplest rational (smallest denominator, then smallest numerator) in the open or closed interval; where a bound
/// is absent it is infinite. Needs lower < upper, or lower == upper with both closed. Stern–Brocot descent by
/// continued fractions: O(log) divisions.
Rational simplest_between(const std::optional<Rational>& lower, bool lower_closed, const std::optional<Rational>& upper,
                          bool upper_closed);

/// Largest integer <= value; smallest integer >= value.
Integer floor(const Rational& value);
Integer ceil(const Rational& value);

}  // namespace sinew
