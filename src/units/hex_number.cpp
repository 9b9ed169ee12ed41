// SPDX-License-Identifier: Apache-2.0
#include "units/hex_number.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/core.h>

#include "base/number_text.hpp"

namespace sinew::units {

std::string hex_text(double value) {
    return fmt::format("{:a}", value);
}

std::optional<double> parse_hex(std::string_view text) {
    std::string_view rest = text;
    const bool is_negative = rest.starts_with('-');
    if (is_negative) rest.remove_prefix(1);
    const std::size_t power = rest.find('p');
    if (!rest.starts_with("0x") || power == std::string_view::npos) return std::nullopt;
    std::string digits(rest.substr(2, power - 2));
    std::string_view exponent = rest.substr(power + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    std::int64_t after_point = 0;
    if (const std::size_t point = digits.find('.'); point != std::string::npos) {
        after_point = static_cast<std::int64_t>(digits.size() - point - 1);
        digits.erase(point, 1);
    }
    const auto whole = parse_whole(digits, 0, (std::int64_t{1} << 53) - 1, 16);
    const auto scale = parse_whole(exponent, -2000, 2000);
    if (!whole || !scale) return std::nullopt;
    double value = std::ldexp(static_cast<double>(*whole), static_cast<int>(*scale - 4 * after_point));
    if (is_negative) value = -value;
    // One text a number: what would be rounded is another text.
    if (!std::isfinite(value) || hex_text(value) != text) return std::nullopt;
    return value;
}

}  // namespace sinew::units
