// SPDX-License-Identifier: Apache-2.0
// Rows as a JUnit file, as continuous integration shows them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/rows.hpp"

namespace sinew::results {

/// One test case a row. Where a verdict is expected, of all rows or by a row itself, another answer is a failure;
/// otherwise a counterexample is one. No answer is "skipped", a question that could not be asked an error.
std::string junit_text(const Run& run, const std::vector<Row>& rows,
                       const std::optional<std::string>& expected = std::nullopt);

}  // namespace sinew::results
