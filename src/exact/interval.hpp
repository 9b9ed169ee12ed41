// SPDX-License-Identifier: Apache-2.0
// Outward-rounded arithmetic on doubles: the exact result always lies between what the `_down` and `_up` functions
// give. The error of an operation is computed exactly (TwoSum, fma residual; Muller et al., Handbook of Floating-Point
// Arithmetic, ch. 4), so results that are doubles are not widened: 1 + 1 is [2, 2].
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "exact/rational.hpp"

namespace sinew {

namespace detail {
/// std::nextafter(value, -∞) without a call: neighbours have neighbouring bits.
inline double next_below(double value) {
    if (!(value > -std::numeric_limits<double>::infinity())) return value;  // nan too
    if (value == 0) return -std::numeric_limits<double>::denorm_min();
    return std::bit_cast<double>(std::bit_cast<std::int64_t>(value) + (value > 0 ? -1 : 1));
}

/// exact(a + b) - sum, where sum = fl(a + b) is finite. Exact unless an intermediate overflows (then nan).
inline double sum_residual(double a, double b, double sum) {
    const double virtual_b = sum - a;
    return (a - (sum - virtual_b)) + (b - virtual_b);
}
/// Below this a product's residual may underflow, so its sign is not to be trusted.
inline constexpr double residual_floor = 0x1p-960;
}  // namespace detail

/// The largest double known not to exceed a + b; nan for ∞ - ∞ (nan means: no information).
inline double add_down(double a, double b) {
    const double sum = a + b;
    if (!std::isfinite(sum))
        return sum > 0 && std::isfinite(a) && std::isfinite(b) ? std::numeric_limits<double>::max() : sum;
    const double residual = detail::sum_residual(a, b, sum);
    const bool not_above = residual >= 0 && residual < std::numeric_limits<double>::infinity();  // nan: widened
    return not_above ? sum : detail::next_below(sum);
}
inline double add_up(double a, double b) {
    return -add_down(-a, -b);
}
inline double sub_down(double a, double b) {
    return add_down(a, -b);
}
inline double sub_up(double a, double b) {
    return add_up(a, -b);
}

/// The largest double known not to exceed a·b. 0·∞ is 0: an infinite bound stands for arbitrarily large reals.
inline double mul_down(double a, double b) {
    if (a == 0 || b == 0) return 0;
    const double product = a * b;
    if (!std::isfinite(product))
        return product > 0 && std::isfinite(a) && std::isfinite(b) ? std::numeric_limits<double>::max() : product;
    if (std::fabs(product) < detail::residual_floor) return detail::next_below(product);
    return std::fma(a, b, -product) >= 0 ? product : detail::next_below(product);
}
inline double mul_up(double a, double b) {
    return -mul_down(-a, b);
}

/// A double not above a/b, for finite b != 0.
inline double div_down(double a, double b) {
    if (a == 0) return 0;
    const double quotient = a / b;
    if (!std::isfinite(quotient))
        return quotient > 0 && std::isfinite(a) ? std::numeric_limits<double>::max() : quotient;
    // a = quotient·b exactly iff the residual is zero; it is computed exactly away from underflow.
    if (std::fabs(quotient) > detail::residual_floor && std::fabs(a) > detail::residual_floor &&
        std::fma(quotient, b, -a) == 0)
        return quotient;
    return detail::next_below(quotient);
}
inline double div_up(double a, double b) {
    return -div_down(-a, b);
}

/// A closed interval of reals with double (or infinite) ends; lower > upper is the empty interval. nan never appears:
/// makers replace it by an infinite end.
struct Interval {
    double lower = -std::numeric_limits<double>::infinity();
    double upper = std::numeric_limits<double>::infinity();

    static Interval around(double lower, double upper) {
        Interval result;
        if (!std::isnan(lower)) result.lower = lower;
        if (!std::isnan(upper)) result.upper = upper;
        return result;
    }
    static Interval point(double value) { return {value, value}; }
    /// The narrowest interval of doubles around an exact number.
    static Interval enclosing(const Rational& value) { return {to_double_below(value), to_double_above(value)}; }

    bool empty() const { return lower > upper; }
    bool contains(double value) const { return lower <= value && value <= upper; }
    double magnitude() const { return std::max(std::fabs(lower), std::fabs(upper)); }
    /// upper - lower, rounded up.
    double width() const { return sub_up(upper, lower); }
};

inline Interval operator-(Interval a) {
    return {-a.upper, -a.lower};
}
inline Interval operator+(Interval a, Interval b) {
    return Interval::around(add_down(a.lower, b.lower), add_up(a.upper, b.upper));
}
inline Interval operator-(Interval a, Interval b) {
    return a + -b;
}
inline Interval operator*(Interval a, Interval b) {
    return Interval::around(std::min(std::min(mul_down(a.lower, b.lower), mul_down(a.lower, b.upper)),
                                     std::min(mul_down(a.upper, b.lower), mul_down(a.upper, b.upper))),
                            std::max(std::max(mul_up(a.lower, b.lower), mul_up(a.lower, b.upper)),
                                     std::max(mul_up(a.upper, b.lower), mul_up(a.upper, b.upper))));
}
inline Interval intersect(Interval a, Interval b) {
    return {std::max(a.lower, b.lower), std::min(a.upper, b.upper)};
}
inline Interval hull(Interval a, Interval b) {
    return {std::min(a.lower, b.lower), std::max(a.upper, b.upper)};
}

}  // namespace sinew
