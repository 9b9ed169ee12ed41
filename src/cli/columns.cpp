// SPDX-License-Identifier: Apache-2.0
#include "cli/columns.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/join.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"

namespace sinew::cli {

namespace {
constexpr std::string_view numbered = "column ";
}  // namespace

std::string numbered_column(std::size_t index) {
    return fmt::format("{}{}", numbered, index + 1);
}

std::vector<std::string> numbered_columns(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t c = 0; c < count; ++c) names.push_back(numbered_column(c));
    return names;
}

std::optional<std::size_t> find_column(const std::vector<std::string>& names, std::string_view given,
                                       std::string_view option, const std::string& file) {
    const auto refuse = [&](const std::string& why) {
        throw InputError({file, 0, 0}, fmt::format("--{} {}: {}", option, printable(given), why));
    };
    const auto found = std::ranges::find(names, given);
    if (found != names.end() && std::find(found + 1, names.end(), given) != names.end())
        refuse("two columns are called so");
    std::optional<std::uint64_t> number =
        parse_index(given.starts_with(numbered) ? given.substr(numbered.size()) : given);
    if (number && (*number < 1 || *number > names.size())) number.reset();
    if (found == names.end()) return number ? std::optional<std::size_t>(*number - 1) : std::nullopt;
    const auto index = static_cast<std::size_t>(found - names.begin());
    if (number && *number - 1 != index)
        refuse(fmt::format("column {} is called so, and column {} is called '{}' (its place says which: {} or {})",
                           index + 1, *number, printable(names[*number - 1]), numbered_column(index),
                           numbered_column(*number - 1)));
    return index;
}

read::Header header_of(const Arguments& arguments) {
    if (!arguments.has("header")) return read::Header::automatic;
    const auto& text = arguments.get<std::string>("header");
    if (text != "yes" && text != "no")
        throw UsageError(fmt::format("--header cannot be '{}' (expected yes or no)", text));
    return text == "yes" ? read::Header::present : read::Header::absent;
}

void tell_header(std::vector<std::string>& notes, const std::string& file, const read::HeaderFacts& header,
                 const std::vector<std::string>& names) {
    constexpr std::size_t most = 8;
    if (header.line != 0) {
        std::string first;
        for (std::size_t c = 0; c < std::min(most, names.size()); ++c)
            first += (c == 0 ? "" : ", ") + printable(names[c], 20);
        notes.push_back(
            fmt::format("{}:{} is the header: {}{}", file, header.line, first, names.size() > most ? ", …" : ""));
    }
    if (header.is_doubtful)
        notes.push_back(fmt::format(
            "{}: the first row counts its columns and is taken for an example (--header yes: it has names)", file));
}

std::size_t class_called(std::string_view given, const std::vector<std::string>& names, std::size_t count,
                         std::string_view option) {
    const std::optional<Rational> number = parse_number(given);
    bool have_numbers = false;
    for (std::size_t c = 0; c < names.size(); ++c) {
        const std::optional<Rational> name = parse_number(names[c]);
        have_numbers = have_numbers || name.has_value();
        if (names[c] == given || (name && name == number)) return c;
    }
    const std::optional<std::uint64_t> index = have_numbers ? std::nullopt : parse_index(given);
    if (index && *index < count) return *index;
    std::string expected = fmt::format("a class from 0 to {}", count - 1);
    if (!names.empty()) expected = fmt::format("a class: {}", joined(names, ", "));
    throw InputError({fmt::format("--{}", option), 0, 0}, fmt::format("the {} is {}", option, printable(given)),
                     expected);
}

}  // namespace sinew::cli
