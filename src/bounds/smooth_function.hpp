// SPDX-License-Identifier: Apache-2.0
// tanh and sigmoid in double arithmetic with a proven error, for the hot path: a table and a short polynomial in place
// of the C library, whose functions promise nothing. u = 2^-53; every operation below rounds once.
//
// tanh, 0 <= s <= 20: t is the multiple of 1/64 nearest to s, h = s - t exactly (Sterbenz), |h| <= 1/128.
//   tanh(s) = (T + e)/(1 + T·e), T = tanh(t) from the table (off by at most 2u), e = tanh(h) by four terms of its
//   series (the fifth is below 2^-61·|h|), off by at most 1.1u. T + e is off by at most 6.2u, relatively (T >= 2·|e|
//   where t is not 0), 1 + T·e by 1.1u, the quotient by one more: less than 9u in all. The interval is ±16u around it.
// exp(-x), 0 <= x <= 700: x = i + j/64 + r with |r| <= 1/128; exp(-i) and exp(-j/64) from tables (2u each), 1 +
// expm1(-r)
//   by six terms (the seventh is below 2^-61): less than 8u. sigmoid(-x) = e/(1 + e) and sigmoid(x) = 1/(1 + e) with
//   e = exp(-x): less than 14u. The interval is ±32u around it.
// Outside of these ranges (saturated, or so small that products underflow) coarser or slower bounds are used.
#pragma once

#include <cmath>

#include "exact/interval.hpp"

namespace sinew::bounds {

struct SmoothTables {
    static constexpr int steps = 64;         ///< a unit
    static constexpr int longest_tanh = 20;  ///< from there on tanh is within 2^-53 of 1
    static constexpr int longest_exp = 700;
    double tanh[steps * longest_tanh + 1];  ///< tanh(k/64), off by less than one unit in the last place
    double exp_whole[longest_exp + 1];      ///< exp(-i)
    double exp_part[steps];                 ///< exp(-j/64)
};
/// Made once, by exact/transcendental.
const SmoothTables& smooth_tables();

namespace detail {
constexpr double just_below_one = 1 - 0x1p-53;

/// tanh of a positive number within the table; `tables` is smooth_tables().
inline double tanh_in_table(const SmoothTables& tables, double s) {
    const int k = static_cast<int>(s * SmoothTables::steps + 0.5);
    const double h = s - static_cast<double>(k) * (1.0 / SmoothTables::steps);
    const double z = h * h;
    const double e = h + h * (z * (-1.0 / 3 + z * (2.0 / 15 + z * (-17.0 / 315))));
    const double t = tables.tanh[k];
    return (t + e) / (1 + t * e);
}

/// exp(-x), 0 <= x <= 700.
inline double exp_of_minus(const SmoothTables& tables, double x) {
    const int k = static_cast<int>(x * SmoothTables::steps + 0.5);
    const double w = static_cast<double>(k) * (1.0 / SmoothTables::steps) - x;
    const double m = w + w * w * (0.5 + w * (1.0 / 6 + w * (1.0 / 24 + w * (1.0 / 120 + w * (1.0 / 720)))));
    const double whole = tables.exp_whole[k / SmoothTables::steps];
    const double part = tables.exp_part[k % SmoothTables::steps];
    const double product = whole * part;
    return product + product * m;
}

Interval rare_tanh(double s);
Interval rare_sigmoid(double s);
}  // namespace detail

/// An interval around tanh(s), s any double or infinite, nan excepted; it lies in [-1, 1]. Some nanoseconds.
inline Interval smooth_tanh(const SmoothTables& tables, double s) {
    const double magnitude = std::fabs(s);
    if (!(magnitude >= 0x1p-400 && magnitude <= SmoothTables::longest_tanh)) return detail::rare_tanh(s);
    const double value = detail::tanh_in_table(tables, magnitude);
    const double slack = value * 0x1p-49;
    const double lower = value - slack;
    const double upper = std::min(value + slack, 1.0);
    return s > 0 ? Interval{lower, upper} : Interval{-upper, -lower};
}

/// An interval around 1/(1 + exp(-s)); it lies in [0, 1].
inline Interval smooth_sigmoid(const SmoothTables& tables, double s) {
    const double magnitude = std::fabs(s);
    if (!(magnitude > 0 && magnitude <= SmoothTables::longest_exp)) return detail::rare_sigmoid(s);
    const double e = detail::exp_of_minus(tables, magnitude);
    const double value = (s < 0 ? e : 1.0) / (1 + e);
    const double slack = value * 0x1p-48;
    return {value - slack, std::min(value + slack, 1.0)};
}

}  // namespace sinew::bounds
