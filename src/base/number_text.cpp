// SPDX-License-Identifier: Apache-2.0
#include "base/number_text.hpp"

#include <charconv>

namespace sinew {

namespace {
template <class Number, class... Form>
std::optional<Number> parse_all(std::string_view text, Form... form) {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, form...);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}
}  // namespace

std::optional<std::int64_t> parse_whole(std::string_view text, std::int64_t least, std::int64_t most, int base) {
    if (least >= 0 && text.starts_with('-')) return std::nullopt;  // -0 is no count
    const std::optional<std::int64_t> value = parse_all<std::int64_t>(text, base);
    if (!value || *value < least || *value > most) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> parse_count(std::string_view text, std::uint64_t most) {
    const std::optional<std::uint64_t> value = parse_all<std::uint64_t>(text);
    if (!value || *value > most) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> parse_index(std::string_view text) {
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    return parse_count(text);
}

std::optional<double> parse_double(std::string_view text) {
    // std::from_chars takes inf and nan, too.
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    if (first == text.size() || (text[first] != '.' && (text[first] < '0' || text[first] > '9'))) return std::nullopt;
    return parse_all<double>(text);
}

}  // namespace sinew
