// SPDX-License-Identifier: Apache-2.0
#include "exact/rational.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "base/infinity.hpp"

namespace sinew {

namespace {
/// mpq_get_d truncates towards zero and is undefined beyond the range: saturate there instead.
double truncated(const Rational& value) {
    const long top = static_cast<long>(mpz_sizeinbase(value.get_num_mpz_t(), 2)) -
                     static_cast<long>(mpz_sizeinbase(value.get_den_mpz_t(), 2));
    if (top > 1025) return sgn(value) > 0 ? std::numeric_limits<double>::max() : std::numeric_limits<double>::lowest();
    if (top < -1080) return 0.0;
    const double toward_zero = value.get_d();
    if (std::isinf(toward_zero))
        return toward_zero > 0 ? std::numeric_limits<double>::max() : std::numeric_limits<double>::lowest();
    return toward_zero;
}
}  // namespace

Rational to_rational(double value) {
    require(std::isfinite(value), "only a finite double is a rational");
    return Rational(value);
}

double to_double_below(const Rational& value) {
    double guess = truncated(value);
    if (Rational(guess) > value) guess = std::nextafter(guess, -infinity);
    return guess;
}

double to_double_above(const Rational& value) {
    double guess = truncated(value);
    if (Rational(guess) < value) guess = std::nextafter(guess, infinity);
    return guess;
}

double to_nearest(const Rational& value) {
    // Where both parts are doubles, IEEE division is the nearest double by definition. Most decimals come this way.
    if (mpz_sizeinbase(value.get_num_mpz_t(), 2) <= 53 && mpz_sizeinbase(value.get_den_mpz_t(), 2) <= 53)
        return static_cast<double>(mpz_get_si(value.get_num_mpz_t())) /
               static_cast<double>(mpz_get_si(value.get_den_mpz_t()));
    const double below = to_double_below(value);
    const double above = to_double_above(value);
    if (below == above) return below;
    constexpr double largest = std::numeric_limits<double>::max();
    // Beyond the range: as IEEE does, half a unit above the largest double is already infinity.
    static const Rational overflow = Rational(largest) + Rational(std::ldexp(1.0, 970));
    if (std::isinf(above)) return value < overflow ? largest : infinity;
    if (std::isinf(below)) return -value < overflow ? -largest : -infinity;
    const Rational middle = (Rational(below) + Rational(above)) / 2;
    const int side = cmp(value, middle);
    if (side != 0) return side < 0 ? below : above;
    // A tie: the even one is the one whose last mantissa bit is 0, i.e. twice the spacing divides it.
    int exponent = 0;
    const double mantissa = std::frexp(below, &exponent);
    const double steps = std::ldexp(mantissa, 53);
    if (exponent < -1021) {
        const double units = below / std::numeric_limits<double>::denorm_min();
        return std::fmod(units, 2.0) == 0.0 ? below : above;
    }
    return std::fmod(steps, 2.0) == 0.0 ? below : above;
}

bool is_double(const Rational& value) {
    if (mpz_popcount(value.get_den_mpz_t()) != 1) return false;  // no power of two
    const double guess = truncated(value);
    return Rational(guess) == value;
}

std::string to_string(const Rational& value) {
    return value.get_str();
}

std::string to_decimal(const Rational& value, int digits) {
    if (value == 0) return "0";
    const Rational magnitude = abs(value);
    const std::string sign = sgn(value) < 0 ? "-" : "";
    // Position of the leading digit: 10^exponent <= magnitude < 10^(exponent+1).
    const double bits = static_cast<double>(mpz_sizeinbase(value.get_num_mpz_t(), 2)) -
                        static_cast<double>(mpz_sizeinbase(value.get_den_mpz_t(), 2));
    long exponent = static_cast<long>(std::floor(bits * 0.30102999566398120));
    const auto power_of_ten = [](long n) {
        Integer p;
        mpz_ui_pow_ui(p.get_mpz_t(), 10, static_cast<unsigned long>(n < 0 ? -n : n));
        return n < 0 ? Rational(1, p) : Rational(p);
    };
    while (magnitude < power_of_ten(exponent)) --exponent;
    while (magnitude >= power_of_ten(exponent + 1)) ++exponent;
    const Rational scaled = magnitude * power_of_ten(digits - 1 - exponent);
    Integer whole = floor(scaled + Rational(1, 2));
    const bool exact = Rational(whole) == scaled;
    std::string text = whole.get_str();
    if (static_cast<int>(text.size()) > digits) {  // rounding carried into one more digit
        text.pop_back();
        ++exponent;
    }
    while (text.size() > 1 && text.back() == '0') text.pop_back();
    std::string result;
    if (exponent < -5 || exponent >= digits + 4) {
        result = text.substr(0, 1) + (text.size() > 1 ? "." + text.substr(1) : "") + "e" + std::to_string(exponent);
    } else if (exponent < 0) {
        result = "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + text;
    } else {
        const auto before = static_cast<std::size_t>(exponent) + 1;
        if (text.size() <= before)
            result = text + std::string(before - text.size(), '0');
        else
            result = text.substr(0, before) + "." + text.substr(before);
    }
    return (exact ? "" : "~") + sign + result;
}

Integer floor(const Rational& value) {
    Integer result;
    mpz_fdiv_q(result.get_mpz_t(), value.get_num_mpz_t(), value.get_den_mpz_t());
    return result;
}

Integer ceil(const Rational& value) {
    Integer result;
    mpz_cdiv_q(result.get_mpz_t(), value.get_num_mpz_t(), value.get_den_mpz_t());
    return result;
}

namespace {
/// The simplest rational in an interval of positive numbers (upper absent: infinite).
Rational simplest_positive(Rational lower, bool lower_closed, std::optional<Rational> upper, bool upper_closed) {
    // Iterative continued fraction: at each step either an integer lies inside, or both bounds share their integer
    // part.
    std::vector<Integer> parts;
    Rational last;
    while (true) {
        const Integer below = floor(lower);
        const bool lower_is_integer = lower == Rational(below);
        const Rational candidate = lower_is_integer && lower_closed ? lower : Rational(below + 1);
        if (!upper || candidate < *upper || (candidate == *upper && upper_closed)) {
            last = candidate;
            break;
        }
        // No integer inside: both bounds lie in [below, below + 1].
        parts.push_back(below);
        const Rational rest_lower = lower - below;
        const Rational rest_upper = *upper - below;
        const bool old_lower_closed = lower_closed;
        lower = 1 / rest_upper;
        lower_closed = upper_closed;
        if (rest_lower == 0)
            upper.reset();
        else
            upper = 1 / rest_lower;
        upper_closed = old_lower_closed;
    }
    while (!parts.empty()) {
        last = parts.back() + 1 / last;
        parts.pop_back();
    }
    return last;
}
}  // namespace

Rational simplest_between(const std::optional<Rational>& lower, bool lower_closed, const std::optional<Rational>& upper,
                          bool upper_closed) {
    if (lower && upper) {
        const int order = cmp(*lower, *upper);
        require(order < 0 || (order == 0 && lower_closed && upper_closed), "the interval is not empty");
        if (order == 0) return *lower;
    }
    const bool zero_above_lower = !lower || *lower < 0 || (*lower == 0 && lower_closed);
    const bool zero_below_upper = !upper || *upper > 0 || (*upper == 0 && upper_closed);
    if (zero_above_lower && zero_below_upper) return 0;
    if (zero_above_lower) {  // the interval is negative: mirror it
        std::optional<Rational> mirrored_upper;
        if (lower) mirrored_upper = -*lower;
        return -simplest_positive(-*upper, upper_closed, mirrored_upper, lower_closed);
    }
    return simplest_positive(*lower, lower_closed, upper, upper_closed);
}

}  // namespace sinew
