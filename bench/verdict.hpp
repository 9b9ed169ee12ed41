// SPDX-License-Identifier: Apache-2.0
// The verdict that a table of results shows of a command's JSON answer.
#pragma once

#include <string>

namespace sinew::bench {

/// "sat", "unsat", "certified", "falsified", "wrong", "unknown"; "optimum 5" or, not proved, "best 7"; "minimal
/// 4"; of many examples "certified
/// 93 falsified 5 wrong 2 unknown 0". "" where the text is no answer.
std::string verdict_of(const std::string& answer);

/// Whether it leaves nothing open.
bool is_decided(const std::string& verdict);

/// Whether it says what was expected: an example that is wrong as it is counts as falsified.
bool agrees(const std::string& verdict, const std::string& expected);

}  // namespace sinew::bench
