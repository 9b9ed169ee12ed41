// SPDX-License-Identifier: Apache-2.0
#include "oracle/random_number.hpp"

namespace sinew::oracle {

namespace {
Rational power_of_ten(long exponent) {
    Integer power;
    mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(exponent < 0 ? -exponent : exponent));
    return exponent < 0 ? Rational(Rational(1) / power) : Rational(power);
}
}  // namespace

RandomNumber::RandomNumber(Random& random) : random_(random) {
    const double kind = random_.uniform();
    style_ = kind < 0.3    ? Style::integer
             : kind < 0.6  ? Style::decimal
             : kind < 0.75 ? Style::rational
             : kind < 0.9  ? Style::mixed
                           : Style::extreme;
    constexpr const char* names[] = {"integer weights", "decimal weights", "rational weights", "mixed weights",
                                     "tiny and huge weights"};
    styles_used_.insert(names[static_cast<std::size_t>(style_)]);
}

Rational RandomNumber::decimal() {
    const bool two_places = random_.chance(0.5);
    return Rational(random_.integer(two_places ? -250 : -25, two_places ? 250 : 25)) / (two_places ? 100 : 10);
}

Rational RandomNumber::fraction() {
    constexpr long denominators[] = {2, 3, 3, 7, 9, 11};
    return Rational(random_.integer(-9, 9)) / denominators[random_.below(std::size(denominators))];
}

Rational RandomNumber::extreme() {
    constexpr long exponents[] = {-30, -12, -12, -9, 6, 9, 20};
    return integer() * power_of_ten(exponents[random_.below(std::size(exponents))]) +
           (random_.chance(0.3) ? integer() : Rational(0));
}

Rational RandomNumber::weight() {
    if (random_.chance(1.0 / 6)) return 0;
    switch (style_) {
        case Style::integer:
            return integer();
        case Style::decimal:
            return decimal();
        case Style::rational:
            return fraction();
        case Style::mixed:
            break;
        case Style::extreme:
            if (random_.chance(0.4)) return extreme();
            break;
    }
    const double kind = random_.uniform();
    return kind < 0.4 ? integer() : kind < 0.7 ? decimal() : fraction();
}

Rational RandomNumber::bound() {
    switch (style_) {
        case Style::decimal:
            return decimal();
        case Style::rational:
        case Style::mixed:
            return random_.chance(0.5) ? fraction() : integer();
        default:
            return integer();
    }
}

Rational RandomNumber::step() {
    const double kind = random_.uniform();
    return kind < 0.4 ? Rational(1) : kind < 0.7 ? Rational(1) / 10 : power_of_ten(kind < 0.85 ? -12 : -30);
}

}  // namespace sinew::oracle
