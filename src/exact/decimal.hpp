// SPDX-License-Identifier: Apache-2.0
// Numbers as people write them: "0.1" is one tenth.
#pragma once

#include <optional>
#include <string_view>

#include "exact/rational.hpp"

namespace sinew {

/// Reads [+-]digits[.digits][(e|E)[+-]digits] or such a number, "/", and another ("1/3"), exactly, from the whole of
/// `text`. Absent for anything else, for a zero denominator, and for exponents beyond ±100000 (a number that would
/// not fit in memory).
std::optional<Rational> parse_number(std::string_view text);

/// Whether the number takes far more memory than the text that it was read from: 1e99999 in every line would fill it.
/// Beyond 4096 bits a number may have 8 for each character.
bool outgrows(const Rational& value, std::string_view text);

/// Reads [+-]digits from the whole of `text`, in base 10 whatever the digits begin with (GMP alone takes 010 for
/// eight). Absent for anything else.
std::optional<Integer> parse_integer(std::string_view text);

}  // namespace sinew
