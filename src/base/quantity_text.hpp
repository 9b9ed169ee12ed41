// SPDX-License-Identifier: Apache-2.0
// What options of both programs have: numbers, times and sizes as people write them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sinew {

/// Throws UsageError: --`option` cannot be `text`.
[[noreturn]] void refuse_value(std::string_view option, std::string_view text, std::string_view expected);

/// "10", "0.5", "90s", "2m", "1h" in seconds. Throws UsageError for anything else.
double parse_seconds(std::string_view option, std::string_view text);
/// "4G", "500M", "64K", or bytes; binary multiples. Throws UsageError.
std::size_t parse_bytes(std::string_view option, std::string_view text);

/// The whole number that the option has. Throws UsageError for anything that is no whole number from `low` to `high`.
std::uint64_t whole_number(std::string_view option, std::string_view text, std::uint64_t low, std::uint64_t high);

}  // namespace sinew
