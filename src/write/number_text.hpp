// SPDX-License-Identifier: Apache-2.0
// Exact numbers as text.
#pragma once

#include <string>

#include "exact/rational.hpp"

namespace sinew::write {

/// The exact decimal of `value` ("-0.125"), if its expansion ends; else "". Costs what the digits cost.
std::string exact_decimal(const Rational& value);

/// The exact decimal or the fraction "1/3", whichever is shorter; decimals where they are as short.
std::string exact_number(const Rational& value);

/// Decimals of about `digits` significant digits with everything within `radius` of `middle` between them.
struct DecimalInterval {
    std::string lower;
    std::string upper;
};
DecimalInterval decimal_interval(const Rational& middle, double radius, int digits = 17);

}  // namespace sinew::write
