// SPDX-License-Identifier: Apache-2.0
// Equalities among the constraints of a problem: rows that bound the same sum from below and from above by the same
// number (as `=` in OPB is stored, or as a user wrote them), a clause with an at-most-one row over its literals, and a
// clause whose literals exclude each other in pairs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "cardinality/engine.hpp"
#include "cardinality/problem.hpp"

namespace sinew::cardinality {

/// Σ terms between two bounds, over distinct variables in their order, none of them a fact; literals are positive.
struct LinearSum {
    std::vector<Term> terms;
    std::int64_t lower = 0;
    std::int64_t upper = 0;
    /// The numbers of the rows (PlainRows) that bound it from below and above, where one row each does.
    std::optional<std::array<std::uint32_t, 2>> rows{};
};

/// Σ terms ≥ bound in such terms: lower is what bounds it, upper the sum's largest value.
LinearSum linear_sum(const Engine& engine, std::span<const Term> terms, std::int64_t bound);

struct Equalities {
    bool contradiction = false;  ///< a sum has a lower bound above its upper one
    std::vector<LinearSum> sums;
};

/// Those of the problem under the engine's facts, at level 0. What a limit stops finds fewer.
Equalities find_equalities(const Problem& problem, const Engine& engine, const Limits& limits);

}  // namespace sinew::cardinality
