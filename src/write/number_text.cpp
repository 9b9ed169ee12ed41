#include "write/number_text.hpp"

#include <algorithm>

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

std::string exact_number(const Rational& value) {
    std::string decimal = exact_decimal(value);
    std::string fraction = value.get_str();
    return decimal.empty() || decimal.size() > fraction.size() + 4 ? fraction : decimal;
}

}  // namespace sinew::write
