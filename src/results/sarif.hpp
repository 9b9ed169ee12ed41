// SPDX-License-Identifier: Apache-2.0
// Rows as SARIF 2.1.0, as code-scanning services read it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "results/rows.hpp"

namespace sinew::results {

/// A result of level "error" for each counterexample (or each answer that is not the one expected of all rows, or by
/// the row itself), one of kind "open" for each question without an answer. What holds is counted in the run's
/// properties alone. Rules: "robustness" of certify, "property" of others.
nlohmann::ordered_json sarif(const Run& run, const std::vector<Row>& rows,
                             const std::optional<std::string>& expected = std::nullopt);

}  // namespace sinew::results
