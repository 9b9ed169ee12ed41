// SPDX-License-Identifier: Apache-2.0
#include "report/words.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace sinew::report {

namespace {
constexpr std::string_view thin = "\xc2\xa0";  // no-break space

std::string with_commas(std::string digits) {
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}

/// "1.5e-07" as "1.5e-7".
std::string without_zeros_in_exponent(std::string text) {
    const std::size_t e = text.find('e');
    if (e == std::string::npos) return text;
    std::size_t digits = e + 2;
    while (digits + 1 < text.size() && text[digits] == '0') text.erase(digits, 1);
    if (text[e + 1] == '+') text.erase(e + 1, 1);
    return text;
}
}  // namespace

std::string shown(double value) {
    if (value == 0) return "0";
    if (value < 0) return "−" + shown(-value);
    if (std::abs(value) < 1e15 && value == std::floor(value)) return with_commas(fmt::format("{:.0f}", value));
    if (std::abs(value) >= 1e4 && std::abs(value) < 1e15) return with_commas(fmt::format("{:.0f}", value));
    return without_zeros_in_exponent(fmt::format("{:.4g}", value));
}

std::string shown_count(std::size_t count) {
    return with_commas(std::to_string(count));
}

std::string counted(std::size_t count, std::string_view singular, std::string_view plural) {
    if (count == 1) return fmt::format("1{}{}", thin, singular);
    if (plural.empty()) return fmt::format("{}{}{}s", shown_count(count), thin, singular);
    return fmt::format("{}{}{}", shown_count(count), thin, plural);
}

std::string duration(double seconds) {
    if (seconds < 0) return "0" + std::string(thin) + "s";
    if (seconds < 0.9995) return fmt::format("{:.3g}{}ms", seconds * 1000, thin);
    if (seconds < 9.95) return fmt::format("{:.1f}{}s", seconds, thin);
    if (seconds < 60) return fmt::format("{:.0f}{}s", std::min(std::round(seconds), 60.0), thin);
    const double whole = std::round(std::min(seconds, 1e12));
    if (whole < 3600)
        return fmt::format("{:.0f}{}min {:.0f}{}s", std::floor(whole / 60), thin, std::fmod(whole, 60), thin);
    return fmt::format("{:.0f}{}h {:.0f}{}min", std::floor(whole / 3600), thin, std::floor(std::fmod(whole, 3600) / 60),
                       thin);
}

std::string percent(double share) {
    const double value = 100 * share;
    // What is not all is never written as all, and what is not nothing never as nothing.
    if (value > 0 && value < 0.05) return fmt::format("<{}0.1{}%", thin, thin);
    if (value < 100 && value >= 99.95) return fmt::format(">{}99.9{}%", thin, thin);
    std::string digits = fmt::format("{:.1f}", value);
    if (digits.ends_with(".0")) digits.resize(digits.size() - 2);
    return digits + std::string(thin) + "%";
}

std::string bytes_text(double bytes) {
    const char* unit = "B";
    for (const char* larger : {"kB", "MB", "GB", "TB"}) {
        if (bytes < 1000) break;
        bytes /= 1000;
        unit = larger;
    }
    return fmt::format("{:.3g}{}{}", bytes, thin, unit);
}

std::string file_name(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    const std::size_t slash = path.rfind('/');
    return std::string(slash == std::string_view::npos || path.size() == 1 ? path : path.substr(slash + 1));
}

std::string stem(std::string_view path) {
    std::string name = file_name(path);
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    const std::size_t dot = name.rfind('.');
    if (dot != std::string::npos && dot != 0) name.resize(dot);
    return name;
}

std::string shell_word(std::string_view word) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
    if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string(word);
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    return quoted + "'";
}

}  // namespace sinew::report
