// SPDX-License-Identifier: Apache-2.0
#include "write/number_text.hpp"

#include <algorithm>
#include <cmath>

namespace sinew::write {

std::string exact_decimal(const Rational& value) {
    Integer rest = value.get_den();
    const std::size_t twos = mpz_scan1(rest.get_mpz_t(), 0);
    mpz_tdiv_q_2exp(rest.get_mpz_t(), rest.get_mpz_t(), twos);
    const Integer five = 5;
    const std::size_t fives = mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), five.get_mpz_t());
    if (rest != 1) return "";
    const std::size_t places = std::max(twos, fives);
    Integer scale;
    mpz_ui_pow_ui(scale.get_mpz_t(), 10, places);
    std::string digits = Integer(abs(value.get_num()) * scale / value.get_den()).get_str();
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    if (places > 0) digits.insert(digits.size() - places, ".");
    return sgn(value) < 0 ? "-" + digits : digits;
}

DecimalInterval decimal_interval(const Rational& middle, double radius, int digits) {
    if (!std::isfinite(radius)) return {"-inf", "inf"};
    const Rational lower = middle - Rational(radius);
    const Rational upper = middle + Rational(radius);
    // As many decimal places as give the larger end its digits; ends are then moved outward to them.
    const double magnitude = std::max(std::fabs(to_nearest(lower)), std::fabs(to_nearest(upper)));
    const int leading =
        magnitude > 0 && std::isfinite(magnitude) ? static_cast<int>(std::floor(std::log10(magnitude))) : 0;
    const auto places = static_cast<unsigned long>(std::max(digits - 1 - leading, 0));
    Integer scale;
    mpz_ui_pow_ui(scale.get_mpz_t(), 10, places);
    const auto text = [&](const Integer& units) {
        Rational value(units, scale);
        value.canonicalize();
        return exact_decimal(value);
    };
    return {text(floor(lower * scale)), text(ceil(upper * scale))};
}

std::string exact_number(const Rational& value) {
    std::string decimal = exact_decimal(value);
    std::string fraction = value.get_str();
    return decimal.empty() || decimal.size() > fraction.size() + 4 ? fraction : decimal;
}

}  // namespace sinew::write
