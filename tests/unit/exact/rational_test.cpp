// SPDX-License-Identifier: Apache-2.0
// Conversions between rationals and doubles in every direction, against MPFR-free definitions checked from both sides.
#include "exact/rational.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "exact/decimal.hpp"

namespace sinew {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

double next_up(double x) {
    return std::nextafter(x, infinity);
}
double next_down(double x) {
    return std::nextafter(x, -infinity);
}

/// A finite double with a random bit pattern: every exponent is as likely, subnormals included.
double any_double(sinew::Random& random) {
    while (true) {
        const double value = std::bit_cast<double>(random.next());
        if (std::isfinite(value)) return value;
    }
}

TEST(ToRational, is_exact_and_refuses_what_is_no_number) {
    EXPECT_EQ(to_rational(0.5), Rational(1, 2));
    EXPECT_EQ(to_rational(-0.0), 0);
    EXPECT_EQ(to_rational(0.1), Rational(Integer("3602879701896397"), Integer("36028797018963968")));
    EXPECT_NE(to_rational(0.1), Rational(1, 10));
    EXPECT_THROW(to_rational(infinity), ContractBreach);
    EXPECT_THROW(to_rational(std::nan("")), ContractBreach);
}

TEST(Directed, doubles_are_their_own_bounds) {
    sinew::Random random(1);
    for (int i = 0; i < 20000; ++i) {
        const double x = any_double(random);
        const Rational exact = to_rational(x);
        ASSERT_EQ(to_double_below(exact), x);
        ASSERT_EQ(to_double_above(exact), x);
        ASSERT_EQ(to_nearest(exact), x);
        ASSERT_TRUE(is_double(exact));
    }
}

TEST(Directed, numbers_between_two_doubles_round_to_them) {
    sinew::Random random(2);
    for (int i = 0; i < 20000; ++i) {
        const double low = i % 4 == 0 ? static_cast<double>(random.integer(-5, 5)) * smallest : any_double(random);
        const double high = next_up(low);
        if (std::isinf(high)) continue;
        const Rational gap = to_rational(high) - to_rational(low);
        const Rational share = Rational(random.integer(1, 999)) / 1000;
        const Rational between = to_rational(low) + gap * share;
        ASSERT_EQ(to_double_below(between), low);
        ASSERT_EQ(to_double_above(between), high);
        ASSERT_FALSE(is_double(between));
        if (share != Rational(1, 2)) {
            ASSERT_EQ(to_nearest(between), share < Rational(1, 2) ? low : high);
        }
    }
}

/// Ties go to the double whose last bit is 0.
TEST(Nearest, ties_go_to_even) {
    sinew::Random random(3);
    for (int i = 0; i < 20000; ++i) {
        const double low = i % 3 == 0 ? static_cast<double>(random.integer(-6, 6)) * smallest : any_double(random);
        const double high = next_up(low);
        if (std::isinf(high)) continue;
        const Rational middle = (to_rational(low) + to_rational(high)) / 2;
        const double even = (std::bit_cast<std::uint64_t>(low) & 1U) == 0 ? low : high;
        ASSERT_EQ(to_nearest(middle), even) << low;
    }
}

TEST(Nearest, agrees_with_the_processor_on_quotients) {
    sinew::Random random(4);
    for (int i = 0; i < 20000; ++i) {
        const double numerator = static_cast<double>(random.integer(-(1LL << 53), 1LL << 53));
        const double denominator = static_cast<double>(random.integer(1, 1LL << 53));
        ASSERT_EQ(to_nearest(to_rational(numerator) / to_rational(denominator)), numerator / denominator);
    }
}

TEST(Directed, beyond_the_range) {
    const Rational top = to_rational(largest);
    const Rational unit = to_rational(std::ldexp(1.0, 971));
    for (const Rational& over : {Rational(top + 1), Rational(top + unit / 2), Rational(top * 2), Rational(top * top)}) {
        EXPECT_EQ(to_double_below(over), largest);
        EXPECT_EQ(to_double_above(over), infinity);
        EXPECT_EQ(to_double_below(-over), -infinity);
        EXPECT_EQ(to_double_above(-over), -largest);
        EXPECT_FALSE(is_double(over));
        EXPECT_FALSE(is_double(-over));
    }
    EXPECT_EQ(to_nearest(top + unit / 2 - 1), largest);
    EXPECT_EQ(to_nearest(top + unit / 2), infinity);
    EXPECT_EQ(to_nearest(-top - unit / 2 + 1), -largest);
    EXPECT_EQ(to_nearest(-top - unit / 2), -infinity);
}

TEST(Directed, below_the_smallest) {
    const Rational tiny = to_rational(smallest);
    for (const Rational& under :
         {Rational(tiny / 2), Rational(tiny / 3), Rational(tiny * tiny), Rational(tiny / (Integer(1) << 20))}) {
        EXPECT_EQ(to_double_below(under), 0.0);
        EXPECT_EQ(to_double_above(under), smallest);
        EXPECT_EQ(to_double_below(-under), -smallest);
        EXPECT_EQ(to_double_above(-under), 0.0);
        EXPECT_EQ(to_nearest(under), 0.0);
        EXPECT_EQ(to_nearest(-under), 0.0);
    }
    EXPECT_EQ(to_nearest(tiny * 2 / 3), smallest);
    EXPECT_EQ(to_nearest(-tiny * 2 / 3), -smallest);
    EXPECT_EQ(to_nearest(tiny * 3 / 2), 2 * smallest);
}

TEST(Rounding, huge_quotients_of_near_equal_size) {
    // Numerator and denominator far beyond doubles, the quotient an ordinary number.
    Integer huge;
    mpz_ui_pow_ui(huge.get_mpz_t(), 3, 5000);
    const Rational third = Rational(huge) / Rational(huge * 3);
    EXPECT_EQ(third, Rational(1, 3));
    Rational nearly(huge + 1, huge);
    nearly.canonicalize();
    EXPECT_EQ(to_double_below(nearly), 1.0);
    EXPECT_EQ(to_double_above(nearly), next_up(1.0));
    EXPECT_EQ(to_double_below(-nearly), next_down(-1.0));
    EXPECT_EQ(to_nearest(nearly), 1.0);
}

TEST(Floor, and_ceiling) {
    for (long n = -20; n <= 20; ++n) {
        const Rational value = Rational(n) / 6;
        EXPECT_EQ(floor(value), static_cast<long>(std::floor(static_cast<double>(n) / 6)));
        EXPECT_EQ(ceil(value), static_cast<long>(std::ceil(static_cast<double>(n) / 6)));
    }
}

/// The simplest rational by trying every denominator.
Rational simplest_by_trial(const Rational& low, bool low_closed, const Rational& high, bool high_closed) {
    for (long denominator = 1;; ++denominator) {
        std::optional<Rational> best;
        for (Integer numerator = floor(low * denominator); numerator <= ceil(high * denominator); ++numerator) {
            const Rational candidate = Rational(numerator) / denominator;
            const bool above = candidate > low || (low_closed && candidate == low);
            const bool below = candidate < high || (high_closed && candidate == high);
            if (above && below && (!best || abs(candidate) < abs(*best))) best = candidate;
        }
        if (best) return *best;
    }
}

TEST(Simplest, agrees_with_trial_of_every_denominator) {
    sinew::Random random(5);
    for (int i = 0; i < 3000; ++i) {
        const Rational low = Rational(random.integer(-40, 40)) / Rational(random.integer(1, 25));
        const Rational high = low + Rational(random.integer(1, 12)) / Rational(random.integer(1, 40));
        const bool low_closed = random.chance(0.5);
        const bool high_closed = random.chance(0.5);
        ASSERT_EQ(simplest_between(low, low_closed, high, high_closed),
                  simplest_by_trial(low, low_closed, high, high_closed))
            << low << ' ' << high;
    }
}

TEST(Simplest, degenerate_and_infinite_intervals) {
    EXPECT_EQ(simplest_between(Rational(5, 7), true, Rational(5, 7), true), Rational(5, 7));
    EXPECT_THROW(simplest_between(Rational(5, 7), true, Rational(5, 7), false), ContractBreach);
    EXPECT_THROW(simplest_between(Rational(1), true, Rational(0), true), ContractBreach);
    EXPECT_EQ(simplest_between(std::nullopt, false, std::nullopt, false), 0);
    EXPECT_EQ(simplest_between(Rational(0), false, std::nullopt, false), 1);
    EXPECT_EQ(simplest_between(Rational(7, 2), true, std::nullopt, false), 4);
    EXPECT_EQ(simplest_between(Rational(4), false, std::nullopt, false), 5);
    EXPECT_EQ(simplest_between(std::nullopt, false, Rational(-7, 2), true), -4);
    EXPECT_EQ(simplest_between(std::nullopt, false, Rational(0), false), -1);
    EXPECT_EQ(simplest_between(Rational(0), false, Rational(1, 2), false), Rational(1, 3));
    EXPECT_EQ(simplest_between(Rational(-1, 2), false, Rational(0), false), Rational(-1, 3));
    EXPECT_EQ(simplest_between(Rational(0), true, Rational(1, 2), false), 0);
    // pi between two doubles: the descent is a few divisions, not a billion denominators.
    EXPECT_EQ(simplest_between(to_rational(3.1415926), true, to_rational(3.1415927), true), Rational(86953, 27678));
}

TEST(ToDecimal, is_exact_or_says_that_it_is_not) {
    EXPECT_EQ(to_decimal(0), "0");
    EXPECT_EQ(to_decimal(Rational(1, 8)), "0.125");
    EXPECT_EQ(to_decimal(Rational(-7, 2)), "-3.5");
    EXPECT_EQ(to_decimal(100), "100");
    EXPECT_EQ(to_decimal(Rational(1, 3), 4), "~0.3333");
    EXPECT_EQ(to_decimal(Rational(2, 3), 4), "~0.6667");
    EXPECT_EQ(to_decimal(Rational(99999, 1000), 3), "~100");
    EXPECT_EQ(to_decimal(Rational(-99999, 100000), 3), "~-1");
    EXPECT_EQ(to_decimal(Rational(1, 1000000000)), "1e-9");
    EXPECT_EQ(to_decimal(Rational(12) * Rational(Integer("10000000000000000000000000"))), "1.2e26");
}

TEST(ToDecimal, reads_back_within_half_a_unit) {
    sinew::Random random(6);
    for (int i = 0; i < 5000; ++i) {
        Rational value = i % 2 == 0
                             ? to_rational(any_double(random))
                             : Rational(Rational(random.integer(-9999, 9999)) / Rational(random.integer(1, 9999)));
        const int digits = static_cast<int>(random.integer(1, 20));
        std::string text = to_decimal(value, digits);
        const bool marked = text[0] == '~';
        if (marked) text.erase(0, 1);
        const std::optional<Rational> read = parse_number(text);
        ASSERT_TRUE(read) << text;
        ASSERT_EQ(*read == value, !marked) << text;
        if (value == 0) continue;
        // |read - value| <= |value| · 10^(1 - digits) / 2, half a unit in the last of `digits` places at worst.
        Integer power;
        mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(digits - 1));
        ASSERT_LE(abs(*read - value) * 2 * power, abs(value)) << text;
    }
}

TEST(ToString, is_exact) {
    EXPECT_EQ(to_string(Rational(3)), "3");
    EXPECT_EQ(to_string(Rational(-7, 2)), "-7/2");
}

}  // namespace
}  // namespace sinew
