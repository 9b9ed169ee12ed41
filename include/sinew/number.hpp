// SPDX-License-Identifier: Apache-2.0
// Exact numbers: GMP's integers and fractions, and their texts.
#pragma once

#include <string>
#include <string_view>

#include <gmpxx.h>

namespace sinew {

using Integer = mpz_class;  ///< of any size
/// Rational(1, 10) is a tenth. GMP wants fractions in lowest terms; functions of this library take others too.
using Rational = mpq_class;

/// "0.1" as one tenth; also "3", "-7/2", "1e-3". Throws UsageError for what is no number.
Rational decimal(std::string_view text);

/// Exact text: "3", "-7/2".
std::string to_string(const Rational& value);
/// Decimal text: exact where the expansion ends within `digits` significant digits, else rounded, marked by "~".
std::string to_decimal(const Rational& value, int digits = 17);
/// The nearest double (ties to even); ±infinity beyond the range of doubles.
double to_nearest(const Rational& value);

}  // namespace sinew
