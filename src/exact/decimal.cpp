// SPDX-License-Identifier: Apache-2.0
#include "exact/decimal.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "base/number_text.hpp"

namespace sinew {

namespace {
constexpr long largest_exponent = 100000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// digits·10^-places where both fit in a machine word: most numbers of most files, without big-number arithmetic.
Rational short_decimal(const std::string& digits, long places, bool negative) {
    unsigned long numerator = 0;
    for (const char digit : digits) numerator = 10 * numerator + static_cast<unsigned long>(digit - '0');
    unsigned long denominator = 1;
    for (; places > 0; --places) denominator *= 10;
    const unsigned long common = std::gcd(numerator, denominator);
    Rational value;
    mpq_set_ui(value.get_mpq_t(), numerator / common, denominator / common);
    if (negative) mpq_neg(value.get_mpq_t(), value.get_mpq_t());
    return value;
}

std::optional<Rational> parse_decimal(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    std::string digits;
    long scale = 0;  // decimal places
    std::size_t at = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) digits += text[at];
    if (at < text.size() && text[at] == '.') {
        for (++at; at < text.size() && is_digit(text[at]); ++at) {
            digits += text[at];
            ++scale;
        }
    }
    if (digits.empty()) return std::nullopt;
    long exponent = 0;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && text[at] == '+') ++at;
        if (text.substr(at - 1).starts_with("+-")) return std::nullopt;
        const auto value = parse_whole(text.substr(at), -largest_exponent, largest_exponent);
        if (!value) return std::nullopt;
        exponent = *value;
        at = text.size();
    }
    if (at != text.size()) return std::nullopt;
    const long shift = exponent - scale;
    if (digits.size() <= 18 && shift <= 0 && shift >= -18) return short_decimal(digits, -shift, negative);
    Rational value{Integer(digits, 10)};
    if (shift != 0 && value != 0) {
        Integer power;
        mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(shift < 0 ? -shift : shift));
        if (shift > 0)
            value *= power;
        else
            value /= power;
    }
    return negative ? Rational(-value) : value;
}
}  // namespace

bool outgrows(const Rational& value, std::string_view text) {
    constexpr std::size_t always_fits = 4096;
    const std::size_t bits = mpz_sizeinbase(value.get_num_mpz_t(), 2) + mpz_sizeinbase(value.get_den_mpz_t(), 2);
    return bits > always_fits + 8 * text.size();
}

std::optional<Integer> parse_integer(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    Integer value(std::string(text), 10);
    return negative ? Integer(-value) : value;
}

std::optional<Rational> parse_number(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return parse_decimal(text);
    const std::optional<Rational> numerator = parse_decimal(text.substr(0, slash));
    const std::optional<Rational> denominator = parse_decimal(text.substr(slash + 1));
    if (!numerator || !denominator || *denominator == 0) return std::nullopt;
    return Rational(*numerator / *denominator);
}

}  // namespace sinew
