// SPDX-License-Identifier: Apache-2.0
// Doubles as text that is read back as the same number, and as no other: hexadecimal, as C's %a writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sinew::units {

/// "0x1.8p+1" for 3.
std::string hex_text(double value);
/// The finite double that hex_text() writes as all of `text`; absent for anything else.
std::optional<double> parse_hex(std::string_view text);

}  // namespace sinew::units
