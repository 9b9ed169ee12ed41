// SPDX-License-Identifier: Apache-2.0
#include "base/quantity_text.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace sinew {

void refuse_value(std::string_view option, std::string_view text, std::string_view expected) {
    throw UsageError(fmt::format("--{} cannot be '{}' (expected {})", option, text, expected));
}

namespace {
/// The number at the beginning of `text`; what follows it is left in `unit`. Absent if there is none, or it is
/// negative.
std::optional<double> leading_number(std::string_view text, std::string_view& unit) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    unit = text.substr(end);
    return parse_double(text.substr(0, end));
}
}  // namespace

std::uint64_t whole_number(std::string_view option, std::string_view text, std::uint64_t low, std::uint64_t high) {
    const std::optional<std::uint64_t> value = parse_count(text, high);
    if (!value || *value < low) refuse_value(option, text, fmt::format("a whole number from {} to {}", low, high));
    return *value;
}

double parse_seconds(std::string_view option, std::string_view text) {
    std::string_view unit;
    const std::optional<double> value = leading_number(text, unit);
    const double scale = unit.empty() || unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
    if (!value || scale == 0) refuse_value(option, text, "seconds, such as 20, 0.5, 90s, 2m or 1h");
    return *value * scale;
}

std::size_t parse_bytes(std::string_view option, std::string_view text) {
    std::string_view unit;
    const std::optional<double> value = leading_number(text, unit);
    if (unit.ends_with('B')) unit.remove_suffix(1);
    if (unit.ends_with('i')) unit.remove_suffix(1);
    const int shift = unit.empty() ? 0 : unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : unit == "T" ? 40 : -1;
    const double bytes = value && shift >= 0 ? std::ldexp(*value, shift) : 0;
    if (bytes < 1 || bytes > 0x1p62) refuse_value(option, text, "bytes, such as 500M or 4G");
    return static_cast<std::size_t>(bytes);
}

}  // namespace sinew
