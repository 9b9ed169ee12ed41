// SPDX-License-Identifier: Apache-2.0
// The last look at a witness, over the whole question.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::units {

/// Evaluated exactly at these inputs; absent where the query does not hold there, or not certainly.
std::optional<model::Witness> confirmed(const model::Query& query, std::span<const Rational> inputs,
                                        const std::vector<bool>& booleans);

}  // namespace sinew::units
