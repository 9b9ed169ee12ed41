// SPDX-License-Identifier: Apache-2.0
// What a search says, whichever engine it is of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sinew {

/// Of a decision: there is a solution, there is none, or a limit was reached first.
enum class Answer : std::uint8_t { unknown, sat, unsat };

/// Of an optimisation, or of a decision that may turn out to be one:
/// - sat: a solution, where there is nothing to optimise;
/// - optimum: the best solution, proven; feasible: a solution, and a limit before the proof;
/// - unbounded: solutions become better without end;
/// - unsat: there is no solution; unknown: a limit before anything was found.
enum class Outcome : std::uint8_t { unknown, sat, unsat, optimum, feasible, unbounded };

constexpr std::string_view to_string(Outcome outcome) {
    constexpr std::string_view words[] = {"unknown", "sat", "unsat", "optimum", "feasible", "unbounded"};
    return words[static_cast<std::size_t>(outcome)];
}

}  // namespace sinew
