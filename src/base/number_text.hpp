// SPDX-License-Identifier: Apache-2.0
// Numbers of machine words from text. The only place that calls std::from_chars, and nothing calls strtol, stoi or
// atoi: whoever reads a number must look at what is left over and at overflow, and here nobody can forget to.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace sinew {

/// The whole number that all of `text` is: digits of `base`, after a '-' where `least` is below zero. Absent for
/// anything else (an empty text, blanks, '+', a prefix as 0x) and for numbers that are not from `least` to `most`.
/// Leading zeros mean nothing.
std::optional<std::int64_t> parse_whole(std::string_view text, std::int64_t least, std::int64_t most, int base = 10);

/// The same for numbers that are never negative, such as sizes and seeds.
std::optional<std::uint64_t> parse_count(std::string_view text,
                                         std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

/// The number in a name, as 12 in X_12: as parse_count(), but without leading zeros, so that no two names are one.
std::optional<std::uint64_t> parse_index(std::string_view text);

/// The double nearest to the decimal number that all of `text` is: [-]digits[.digits][e[±]digits]. Absent for anything
/// else (inf, nan, hexadecimal digits, '+') and for numbers beyond the range of doubles, tiny ones included.
std::optional<double> parse_double(std::string_view text);

}  // namespace sinew
