// SPDX-License-Identifier: Apache-2.0
#include "exact/transcendental.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <mpfr.h>

#include "base/error.hpp"

namespace sinew {

namespace {
/// Beyond this magnitude of s the tails of exp are given by their bounds: 2^-2^20 and below.
constexpr long longest_tail = 1L << 20;
/// Where the comparison of tanh(s) with r starts.
constexpr long first_precision = 96;

/// MPFR keeps constants like log 2 a thread: given back when the thread ends.
struct ConstantCache {
    ~ConstantCache() { mpfr_free_cache(); }
};

/// A number of MPFR's with its own precision. Exponents stay far within MPFR's range (2^30 in magnitude): arguments of
/// exp are cut off, and a rational with such an exponent would not fit in memory.
class Float {
  public:
    explicit Float(long bits) {
        static thread_local const ConstantCache cache;
        mpfr_init2(value_, std::max<long>(bits, MPFR_PREC_MIN));
    }
    Float(const Float&) = delete;
    Float& operator=(const Float&) = delete;
    ~Float() { mpfr_clear(value_); }

    mpfr_ptr get() { return value_; }
    mpfr_srcptr get() const { return value_; }
    Rational rational() const {
        Rational result;
        mpfr_get_q(result.get_mpq_t(), value_);
        return result;
    }

  private:
    mpfr_t value_;
};

/// A value between two numbers of MPFR's.
struct FloatPair {
    explicit FloatPair(long bits) : lower(bits), upper(bits) {}
    FloatPair(const Rational& value, long bits) : FloatPair(bits) {
        mpfr_set_q(lower.get(), value.get_mpq_t(), MPFR_RNDD);
        mpfr_set_q(upper.get(), value.get_mpq_t(), MPFR_RNDU);
    }
    /// this = f(this) for a nondecreasing function of MPFR's.
    template <class Function>
    void map(Function function) {
        function(lower.get(), lower.get(), MPFR_RNDD);
        function(upper.get(), upper.get(), MPFR_RNDU);
    }
    void halve() {
        mpfr_div_2ui(lower.get(), lower.get(), 1, MPFR_RNDD);
        mpfr_div_2ui(upper.get(), upper.get(), 1, MPFR_RNDU);
    }
    Enclosure rationals() const { return {lower.rational(), upper.rational()}; }

    Float lower;
    Float upper;
};

/// Working precision: s itself is rounded to it, so an argument of magnitude 2^k costs exp k bits more.
long working_bits(const Rational& s, long bits) {
    require(bits >= 2, "an enclosure has at least two bits");
    const auto numerator = static_cast<long>(mpz_sizeinbase(s.get_num_mpz_t(), 2));
    const auto denominator = static_cast<long>(mpz_sizeinbase(s.get_den_mpz_t(), 2));
    return bits + 4 + std::clamp(numerator - denominator, 0L, 64L);
}

/// 2^-exponent
Rational power_of_half(long exponent) {
    Rational result = 1;
    mpq_div_2exp(result.get_mpq_t(), result.get_mpq_t(), static_cast<mp_bitcnt_t>(exponent));
    return result;
}

/// From where on exp(-s) is only bounded: exp(-s) < 2^-s.
long tail_begin(long bits) {
    return std::max(longest_tail, bits + 1);
}

/// 1/(1 + exp(-s)), both ends rounded outward.
void map_sigmoid(FloatPair& pair) {
    const auto sigmoid = [](Float& s, mpfr_rnd_t away, mpfr_rnd_t direction) {
        mpfr_neg(s.get(), s.get(), direction);  // exact
        mpfr_exp(s.get(), s.get(), away);
        mpfr_add_ui(s.get(), s.get(), 1, away);
        mpfr_ui_div(s.get(), 1, s.get(), direction);
    };
    sigmoid(pair.lower, MPFR_RNDU, MPFR_RNDD);
    sigmoid(pair.upper, MPFR_RNDD, MPFR_RNDU);
}

/// log(1 + exp(s)) = s + log(1 + exp(-s))
void softplus(Float& s, mpfr_rnd_t direction) {
    if (mpfr_sgn(s.get()) <= 0) {
        mpfr_exp(s.get(), s.get(), direction);
        mpfr_log1p(s.get(), s.get(), direction);
        return;
    }
    Float rest(mpfr_get_prec(s.get()));
    mpfr_neg(rest.get(), s.get(), direction);  // exact
    mpfr_exp(rest.get(), rest.get(), direction);
    mpfr_log1p(rest.get(), rest.get(), direction);
    mpfr_add(s.get(), s.get(), rest.get(), direction);
}

/// floor(s/π - 1/2) (sine) or floor(s/π) (cosine) from below or above: the number of the part between two extrema that
/// s lies in.
Integer part_of_wave(const Float& s, bool sine, mpfr_rnd_t direction) {
    Float pi(mpfr_get_prec(s.get()) + 64);
    Float quotient(mpfr_get_prec(s.get()) + 64);
    // A smaller divisor makes positive quotients larger and negative ones smaller.
    const bool larger = (direction == MPFR_RNDU) == (mpfr_sgn(s.get()) > 0);
    mpfr_const_pi(pi.get(), larger ? MPFR_RNDD : MPFR_RNDU);
    mpfr_div(quotient.get(), s.get(), pi.get(), direction);
    if (sine) mpfr_sub_d(quotient.get(), quotient.get(), 0.5, direction);
    Integer part;
    mpfr_get_z(part.get_mpz_t(), quotient.get(), MPFR_RNDD);
    return part;
}

/// pair = an interval around sine or cosine of all between its ends, which are finite.
void map_wave(FloatPair& pair, bool sine) {
    const Integer first = part_of_wave(pair.lower, sine, MPFR_RNDD);
    const Integer last = part_of_wave(pair.upper, sine, MPFR_RNDU);
    const Integer extrema = last - first;
    // Extremum k, between parts k - 1 and k, is (-1)^k.
    const bool has_top = extrema >= 2 || (extrema == 1 && last % 2 == 0);
    const bool has_bottom = extrema >= 2 || (extrema == 1 && last % 2 != 0);
    const auto function = sine ? mpfr_sin : mpfr_cos;
    FloatPair other(mpfr_get_prec(pair.lower.get()));
    function(other.lower.get(), pair.upper.get(), MPFR_RNDD);
    function(other.upper.get(), pair.lower.get(), MPFR_RNDU);
    function(pair.lower.get(), pair.lower.get(), MPFR_RNDD);
    function(pair.upper.get(), pair.upper.get(), MPFR_RNDU);
    mpfr_min(pair.lower.get(), pair.lower.get(), other.lower.get(), MPFR_RNDD);
    mpfr_max(pair.upper.get(), pair.upper.get(), other.upper.get(), MPFR_RNDU);
    if (has_top) mpfr_set_si(pair.upper.get(), 1, MPFR_RNDU);
    if (has_bottom) mpfr_set_si(pair.lower.get(), -1, MPFR_RNDD);
}

/// pair = an interval around f of all between its ends, where f has a value.
void map_curve(FloatPair& pair, Curve curve) {
    switch (curve) {
        case Curve::exp:
            return pair.map(mpfr_exp);
        case Curve::log:
            return pair.map(mpfr_log);
        case Curve::sqrt:
            return pair.map(mpfr_sqrt);
        case Curve::erf:
            return pair.map(mpfr_erf);
        case Curve::sin:
        case Curve::cos:
            return map_wave(pair, curve == Curve::sin);
        case Curve::softplus:
            softplus(pair.lower, MPFR_RNDD);
            softplus(pair.upper, MPFR_RNDU);
            return;
    }
}

/// 2·atanh(r) = log(1 + 2r/(1-r)) for 0 <= r < 1. The quotient is exact before it is rounded, and log1p magnifies no
/// relative error, so the result is relatively narrow for tiny r and for r next to 1.
struct TwiceAtanh : FloatPair {
    TwiceAtanh(const Rational& r, long bits) : FloatPair(Rational(2 * r / (1 - r)), bits) { map(mpfr_log1p); }
};

Enclosure negated(const Enclosure& enclosure) {
    return {-enclosure.upper, -enclosure.lower};
}

/// tanh(s) against r for s > 0 and 0 < r < 1.
std::strong_ordering compare_positive(const Rational& s, const Rational& r) {
    // s - s³/3 < tanh(s) < s - s³/3 + 2s⁵/15 and tanh(s) < s: what they decide needs no precision at all, and for tiny
    // s they decide nearly everything.
    if (r >= s) return std::strong_ordering::less;
    if (s < 1) {
        const Rational square = s * s;
        if (r <= s * (1 - square / 3)) return std::strong_ordering::greater;
        if (r >= s * (1 - square * (Rational(1, 3) - 2 * square / 15))) return std::strong_ordering::less;
    }
    const Rational doubled = 2 * s;
    for (long bits = first_precision;; bits *= 2) {
        const TwiceAtanh inverse(r, bits);
        if (mpfr_cmp_q(inverse.lower.get(), doubled.get_mpq_t()) > 0) return std::strong_ordering::less;
        if (mpfr_cmp_q(inverse.upper.get(), doubled.get_mpq_t()) < 0) return std::strong_ordering::greater;
    }
}

std::strong_ordering ordering(int comparison) {
    return comparison <=> 0;
}
}  // namespace

Enclosure enclose_tanh(const Rational& s, long bits) {
    FloatPair pair(s, working_bits(s, bits));
    pair.map(mpfr_tanh);
    return pair.rationals();
}

Enclosure enclose_sigmoid(const Rational& s, long bits) {
    const long precision = working_bits(s, bits);
    const long tail = tail_begin(precision);
    if (s <= -tail) return {0, power_of_half(tail)};
    if (s >= tail) return {1 - power_of_half(precision), 1};
    FloatPair pair(s, precision);
    map_sigmoid(pair);
    return pair.rationals();
}

Enclosure enclose_exp(const Rational& s, long bits) {
    require(s <= longest_tail, "exp() of what it can be written for");
    const long precision = working_bits(s, bits);
    const long tail = tail_begin(precision);
    if (s <= -tail) return {0, power_of_half(tail)};
    FloatPair pair(s, precision);
    pair.map(mpfr_exp);
    return pair.rationals();
}

Enclosure enclose_atanh(const Rational& r, long bits) {
    require(-1 < r && r < 1, "atanh() is defined between -1 and 1");
    if (r == 0) return {0, 0};
    if (r < 0) return negated(enclose_atanh(-r, bits));
    TwiceAtanh pair(r, working_bits(r, bits));
    pair.halve();
    return pair.rationals();
}

Enclosure enclose_logit(const Rational& r, long bits) {
    require(0 < r && r < 1, "logit() is defined between 0 and 1");
    const Rational argument = 2 * r - 1;  // logit(r) = 2·atanh(2r - 1)
    if (argument == 0) return {0, 0};
    if (argument < 0) return negated(enclose_logit(1 - r, bits));
    return TwiceAtanh(argument, working_bits(argument, bits)).rationals();
}

Interval tanh_interval(double s) {
    if (std::isnan(s)) return {-1, 1};
    FloatPair pair(53);
    mpfr_set_d(pair.lower.get(), s, MPFR_RNDD);  // exact
    mpfr_set_d(pair.upper.get(), s, MPFR_RNDU);
    pair.map(mpfr_tanh);
    return {mpfr_get_d(pair.lower.get(), MPFR_RNDD), mpfr_get_d(pair.upper.get(), MPFR_RNDU)};
}

Interval sigmoid_interval(double s) {
    if (std::isnan(s)) return {0, 1};
    constexpr double all_zero = -746;  // exp(-746) < the smallest double
    if (s <= all_zero) return {0, std::isinf(s) ? 0 : std::numeric_limits<double>::denorm_min()};
    if (s >= -all_zero) return {std::isinf(s) ? 1 : detail::next_below(1.0), 1};
    FloatPair pair(64);
    mpfr_set_d(pair.lower.get(), s, MPFR_RNDD);
    mpfr_set_d(pair.upper.get(), s, MPFR_RNDU);
    map_sigmoid(pair);
    return {mpfr_get_d(pair.lower.get(), MPFR_RNDD), mpfr_get_d(pair.upper.get(), MPFR_RNDU)};
}

std::optional<Enclosure> enclose_curve(Curve curve, const Rational& lower, const Rational& upper, long bits) {
    const long precision = std::max(working_bits(lower, bits), working_bits(upper, bits));
    const bool has_tail = curve == Curve::exp || curve == Curve::softplus;
    const long tail = tail_begin(precision);
    if (curve == Curve::exp && upper > longest_tail) return std::nullopt;
    if ((curve == Curve::log && lower <= 0) || (curve == Curve::sqrt && lower < 0)) return std::nullopt;
    if ((curve == Curve::sin || curve == Curve::cos) && (upper - lower > 6 || abs(lower) > longest_tail))
        return Enclosure{-1, 1};
    if (has_tail && upper <= -tail) return Enclosure{0, power_of_half(tail)};
    FloatPair pair(precision);
    const bool is_tail = has_tail && lower <= -tail;
    mpfr_set_q(pair.lower.get(), is_tail ? upper.get_mpq_t() : lower.get_mpq_t(), MPFR_RNDD);
    mpfr_set_q(pair.upper.get(), upper.get_mpq_t(), MPFR_RNDU);
    map_curve(pair, curve);
    Enclosure result = pair.rationals();
    if (is_tail) result.lower = 0;
    return result;
}

Interval curve_interval(Curve curve, Interval s) {
    const bool is_wave = curve == Curve::sin || curve == Curve::cos;
    constexpr double far = 0x1p20;
    if (is_wave && !(s.lower > -far && s.upper < far && s.upper - s.lower < 6)) return {-1, 1};
    if (!(s.lower <= s.upper)) return {};
    if ((curve == Curve::log && !(s.lower > 0)) || (curve == Curve::sqrt && !(s.lower >= 0))) return {};
    FloatPair pair(64);
    mpfr_set_d(pair.lower.get(), s.lower, MPFR_RNDD);  // exact
    mpfr_set_d(pair.upper.get(), s.upper, MPFR_RNDU);
    map_curve(pair, curve);
    Interval result =
        Interval::around(mpfr_get_d(pair.lower.get(), MPFR_RNDD), mpfr_get_d(pair.upper.get(), MPFR_RNDU));
    if (curve == Curve::exp || curve == Curve::softplus) result.lower = std::max(result.lower, 0.0);
    return result;
}

std::strong_ordering compare_tanh(const Rational& s, const Rational& r) {
    const int side = sgn(s);
    if (side == 0 || side != sgn(r) || r <= -1 || r >= 1)  // the sign of tanh(s), or its range, tells
        return side == 0 || abs(r) < 1 ? ordering(side - sgn(r)) : ordering(-sgn(r));
    if (side > 0) return compare_positive(s, r);
    return 0 <=> compare_positive(-s, -r);
}

std::strong_ordering compare_sigmoid(const Rational& s, const Rational& r) {
    return compare_tanh(s / 2, 2 * r - 1);  // sigmoid(s) = (1 + tanh(s/2))/2
}

}  // namespace sinew
