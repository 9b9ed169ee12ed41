// SPDX-License-Identifier: Apache-2.0
// What every variable of a query can be at most and at least: exact for inputs, outward-rounded doubles for the others.
// Simple bounds for the constants of an encoding; the rest of bounds/ has sharp ones.
#pragma once

#include <optional>
#include <vector>

#include "model/query.hpp"

namespace sinew::bounds {

/// Absent ends are infinite.
struct ExactInterval {
    std::optional<Rational> lower;
    std::optional<Rational> upper;
};

/// An interval of each variable that holds wherever the query does: from domains, from comparisons of single inputs
/// that the conditions demand, and through the layers. O(weights).
std::vector<ExactInterval> exact_intervals(const model::Query& query);

/// The range of a linear form over these intervals.
ExactInterval range(const LinearForm& form, const std::vector<ExactInterval>& bounds);

}  // namespace sinew::bounds
