// SPDX-License-Identifier: Apache-2.0
// tanh, sigmoid, exp and their inverses, certified: intervals of rationals that contain the real value, and comparisons
// that end. The only users of MPFR, whose basic operations and functions round correctly in the direction asked for
// (Fousse et al., MPFR: a multiple-precision binary floating-point library with correct rounding, TOMS 2007).
#pragma once

#include <compare>
#include <optional>

#include "exact/interval.hpp"
#include "exact/rational.hpp"

namespace sinew {

/// lower <= value <= upper for a real value that need not be rational.
struct Enclosure {
    Rational lower;
    Rational upper;
};

/// Enclosures of f(s) that are at most 2^(2 - bits) · max(1, |f(s)|) wide (bits >= 2), and for arguments of moderate
/// size also that narrow relative to |f(s)|. The tails of sigmoid and exp, where |f(s)| < 2^-bits and s is large, are
/// given as [0, tiny], so that no huge exponent arises. Cost: O(M(n) log n) bit operations, n = bits + size of s.
Enclosure enclose_tanh(const Rational& s, long bits);
Enclosure enclose_sigmoid(const Rational& s, long bits);
/// Needs s <= 2^20 (ContractBreach): exp(2^20) has half a million digits.
Enclosure enclose_exp(const Rational& s, long bits);
/// The inverse of tanh at -1 < r < 1, and of sigmoid (log(r/(1-r))) at 0 < r < 1; other r are a ContractBreach.
Enclosure enclose_atanh(const Rational& r, long bits);
Enclosure enclose_logit(const Rational& r, long bits);

/// The narrowest intervals of doubles around f(s), s a double or ±infinity: some microseconds. nan gives the image of
/// the whole line.
Interval tanh_interval(double s);
Interval sigmoid_interval(double s);

/// Functions of other layers than neurons; softplus is log(1 + exp(s)), erf 2/√π · ∫ exp(-t²) dt from 0 to s.
enum class Curve { exp, log, sqrt, sin, cos, erf, softplus };

/// An enclosure of { f(s) : lower <= s <= upper }, lower <= upper: of a point to about `bits` bits, relatively where
/// f(s) is not near to 0 by chance. Absent where f has no value at some s, or (exp) one beyond exp(2^20).
std::optional<Enclosure> enclose_curve(Curve curve, const Rational& lower, const Rational& upper, long bits);
/// The same in doubles, some microseconds; an infinite interval where f has no value at some s, or nothing is known.
Interval curve_interval(Curve curve, Interval s);

/// f(s) against r, decided for all rationals. Where both are algebraic (s = 0) they are compared as rationals; else
/// f(s) is transcendental (Lindemann), so it never equals r and enclosures of doubled precision separate in the end: in
/// time that depends on the sizes of s and r as they are written, not on their magnitudes.
std::strong_ordering compare_tanh(const Rational& s, const Rational& r);
std::strong_ordering compare_sigmoid(const Rational& s, const Rational& r);

}  // namespace sinew
