// SPDX-License-Identifier: Apache-2.0
#include "exact/transcendental.hpp"

#include <chrono>
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/random.hpp"
#include "exact/decimal.hpp"

namespace sinew {
namespace {

Rational number(const std::string& text) {
    return *parse_number(text);
}
Rational power_of_ten(long exponent) {
    return number("1e" + std::to_string(exponent));
}
void expect_around(const Enclosure& enclosure, const Rational& lower, const Rational& upper) {
    // Both contain the value, so they meet; the enclosure is far narrower than the digits known.
    EXPECT_LE(enclosure.lower, upper);
    EXPECT_GE(enclosure.upper, lower);
    EXPECT_LT(enclosure.upper - enclosure.lower, (upper - lower) / 2);
}
/// Digits cut off: the value lies in [text, text + one unit of its last place].
void expect_digits(const Enclosure& enclosure, const std::string& text) {
    const Rational lower = number(text);
    const std::size_t places = text.size() - text.find('.') - 1;
    const Rational unit = power_of_ten(-static_cast<long>(places));
    if (lower < 0)
        expect_around(enclosure, lower - unit, lower);
    else
        expect_around(enclosure, lower, lower + unit);
}

TEST(Transcendental, KnownDigits) {
    expect_digits(enclose_exp(1, 200), "2.718281828459045235360287471352662497757");
    expect_digits(enclose_tanh(1, 200), "0.761594155955764888119458282604793590412");
    expect_digits(enclose_tanh(Rational(-1, 2), 200), "-0.462117157260009758502318483643672548730");
    expect_digits(enclose_sigmoid(1, 200), "0.731058578630004879251159241821836274365");
    expect_digits(enclose_sigmoid(-1, 200), "0.268941421369995120748840758178163725634");
    expect_digits(enclose_atanh(Rational(1, 2), 200), "0.549306144334054845697622618461262852323");
    expect_digits(enclose_logit(Rational(1, 4), 200), "-1.09861228866810969139524523692252570464");
}

TEST(Transcendental, RationalValuesAreExact) {
    EXPECT_EQ(enclose_tanh(0, 10).lower, 0);
    EXPECT_EQ(enclose_tanh(0, 10).upper, 0);
    EXPECT_EQ(enclose_sigmoid(0, 10).lower, Rational(1, 2));
    EXPECT_EQ(enclose_sigmoid(0, 10).upper, Rational(1, 2));
    EXPECT_EQ(enclose_atanh(0, 10).upper, 0);
    EXPECT_EQ(enclose_logit(Rational(1, 2), 10).lower, 0);
    EXPECT_EQ(enclose_exp(0, 10).upper, 1);
}

TEST(Transcendental, EnclosuresAreAsNarrowAsPromised) {
    Random random(3);
    for (int trial = 0; trial < 2000; ++trial) {
        const long bits = random.integer(2, 300);
        const Rational s = Rational(random.uniform(-1, 1)) * power_of_ten(random.integer(-20, 20)) / 3;
        const Rational width = Rational(4) / (Integer(1) << static_cast<unsigned long>(bits));
        const Enclosure tanh = enclose_tanh(s, bits);
        const Enclosure sigmoid = enclose_sigmoid(s, bits);
        EXPECT_LE(tanh.lower, tanh.upper);
        EXPECT_LE(tanh.upper - tanh.lower, width) << s << " " << bits;
        EXPECT_LE(sigmoid.upper - sigmoid.lower, width) << s << " " << bits;
        if (abs(s) < 1000) {
            const Enclosure exp = enclose_exp(s, bits);
            EXPECT_LE(exp.upper - exp.lower, width * exp.upper) << s << " " << bits;
            EXPECT_LE(sigmoid.upper - sigmoid.lower, width * sigmoid.upper) << s << " " << bits;
        }
    }
}

TEST(Transcendental, InversesLeadBack) {
    Random random(5);
    for (int trial = 0; trial < 500; ++trial) {
        const Rational r = Rational(random.uniform(-1, 1)) * power_of_ten(-random.integer(0, 30)) * Rational(2, 3);
        if (r == 0) continue;
        const Enclosure s = enclose_atanh(r, 150);
        EXPECT_EQ(compare_tanh(s.lower, r), std::strong_ordering::less);
        EXPECT_EQ(compare_tanh(s.upper, r), std::strong_ordering::greater);
        const Rational share = (1 + r) / 2;
        const Enclosure t = enclose_logit(share, 150);
        EXPECT_EQ(compare_sigmoid(t.lower, share), std::strong_ordering::less);
        EXPECT_EQ(compare_sigmoid(t.upper, share), std::strong_ordering::greater);
    }
}

TEST(Transcendental, ExtremeArguments) {
    const Rational huge = power_of_ten(300);
    const Rational tiny = power_of_ten(-300);
    EXPECT_EQ(enclose_tanh(huge, 64).upper, 1);
    EXPECT_GT(enclose_tanh(huge, 64).lower, 1 - Rational(1, 1UL << 60));
    EXPECT_EQ(enclose_sigmoid(-huge, 64).lower, 0);
    EXPECT_LT(enclose_sigmoid(-huge, 64).upper, power_of_ten(-1000));
    EXPECT_GE(enclose_sigmoid(-huge, 64).upper, 0);
    EXPECT_EQ(enclose_sigmoid(huge, 64).upper, 1);
    EXPECT_LT(enclose_exp(-huge, 64).upper, power_of_ten(-1000));
    EXPECT_THROW(enclose_exp(huge, 64), ContractBreach);
    EXPECT_THROW(enclose_atanh(1, 64), ContractBreach);
    EXPECT_THROW(enclose_logit(0, 64), ContractBreach);
    EXPECT_LT(enclose_tanh(tiny, 64).upper, tiny * (1 + power_of_ten(-15)));
    EXPECT_GT(enclose_tanh(tiny, 64).lower, tiny * (1 - power_of_ten(-15)));
    EXPECT_GT(enclose_atanh(1 - tiny, 64).lower, 345);
    EXPECT_LT(enclose_atanh(1 - tiny, 64).upper, 346);
    EXPECT_LT(enclose_logit(tiny, 64).upper, -690);
}

TEST(Transcendental, ComparisonsAtTheEdges) {
    const auto less = std::strong_ordering::less;
    const auto equal = std::strong_ordering::equal;
    const auto greater = std::strong_ordering::greater;
    const Rational huge = power_of_ten(300);
    EXPECT_EQ(compare_tanh(0, 0), equal);
    EXPECT_EQ(compare_tanh(0, -2), greater);
    EXPECT_EQ(compare_tanh(0, Rational(1, 3)), less);
    EXPECT_EQ(compare_tanh(1, 0), greater);
    EXPECT_EQ(compare_tanh(-1, 0), less);
    EXPECT_EQ(compare_tanh(huge, 1), less);
    EXPECT_EQ(compare_tanh(-huge, -1), greater);
    EXPECT_EQ(compare_tanh(huge, 2), less);
    EXPECT_EQ(compare_tanh(-huge, 5), less);
    EXPECT_EQ(compare_tanh(-1, -5), greater);
    EXPECT_EQ(compare_tanh(-1, Rational(1, 2)), less);
    EXPECT_EQ(compare_sigmoid(0, Rational(1, 2)), equal);
    EXPECT_EQ(compare_sigmoid(-huge, 0), greater);
    EXPECT_EQ(compare_sigmoid(huge, 1), less);
    EXPECT_EQ(compare_sigmoid(-huge, power_of_ten(-4000)), less);
}

// Every one of these would need exponents or precisions out of all proportion if magnitudes mattered.
TEST(Transcendental, ComparisonsTakeBoundedTime) {
    const auto begin = std::chrono::steady_clock::now();
    const Rational tiny = power_of_ten(-20000);
    EXPECT_EQ(compare_tanh(tiny, tiny), std::strong_ordering::less);
    EXPECT_EQ(compare_tanh(tiny, tiny * (1 - tiny)), std::strong_ordering::greater);
    EXPECT_EQ(compare_tanh(tiny, tiny - tiny * tiny * tiny / 3), std::strong_ordering::greater);
    EXPECT_EQ(compare_tanh(power_of_ten(20000), 1 - tiny), std::strong_ordering::greater);
    EXPECT_EQ(compare_tanh(20000, 1 - tiny), std::strong_ordering::less);
    EXPECT_EQ(compare_tanh(power_of_ten(4), 1 - power_of_ten(-9000)), std::strong_ordering::less);
    EXPECT_EQ(compare_sigmoid(power_of_ten(300), 1 - power_of_ten(-300)), std::strong_ordering::greater);
    EXPECT_EQ(compare_sigmoid(tiny, Rational(1, 2) + tiny / 4), std::strong_ordering::less);
    // A number of 6000 bits next to tanh(1/3).
    const Enclosure narrow = enclose_tanh(Rational(1, 3), 6000);
    EXPECT_EQ(compare_tanh(Rational(1, 3), narrow.lower), std::strong_ordering::greater);
    EXPECT_EQ(compare_tanh(Rational(1, 3), narrow.upper), std::strong_ordering::less);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST(Transcendental, IntervalsOfDoublesAreTheNarrowest) {
    Random random(11);
    for (int trial = 0; trial < 3000; ++trial) {
        const double s = std::ldexp(random.uniform(-1, 1), static_cast<int>(random.integer(-60, 6)));
        const Interval tanh = tanh_interval(s);
        const Interval sigmoid = sigmoid_interval(s);
        EXPECT_NE(compare_tanh(s, tanh.lower), std::strong_ordering::less);
        EXPECT_NE(compare_tanh(s, tanh.upper), std::strong_ordering::greater);
        EXPECT_NE(compare_sigmoid(s, sigmoid.lower), std::strong_ordering::less);
        EXPECT_NE(compare_sigmoid(s, sigmoid.upper), std::strong_ordering::greater);
        EXPECT_LE(tanh.upper, std::nextafter(tanh.lower, 2.0)) << s;
        EXPECT_LE(sigmoid.upper, std::nextafter(std::nextafter(sigmoid.lower, 2.0), 2.0)) << s;
    }
}

TEST(Transcendental, IntervalsOfDoublesAtTheEnds) {
    const double infinite = std::numeric_limits<double>::infinity();
    for (const double s : {750.0, 1e6, 1e300, infinite}) {
        EXPECT_EQ(tanh_interval(s).upper, 1);
        EXPECT_GE(tanh_interval(s).lower, std::nextafter(1.0, 0.0));
        EXPECT_EQ(tanh_interval(-s).lower, -1);
        EXPECT_EQ(sigmoid_interval(s).upper, 1);
        EXPECT_GE(sigmoid_interval(s).lower, std::nextafter(1.0, 0.0));
        EXPECT_EQ(sigmoid_interval(-s).lower, 0);
        EXPECT_LE(sigmoid_interval(-s).upper, std::numeric_limits<double>::denorm_min());
    }
    EXPECT_EQ(tanh_interval(std::nan("")).lower, -1);
    EXPECT_EQ(sigmoid_interval(std::nan("")).upper, 1);
    const double tiny = std::numeric_limits<double>::denorm_min();
    EXPECT_EQ(tanh_interval(tiny).lower, 0);
    EXPECT_EQ(tanh_interval(tiny).upper, tiny);
    EXPECT_GT(sigmoid_interval(-700).lower, 0);
}

}  // namespace
}  // namespace sinew
