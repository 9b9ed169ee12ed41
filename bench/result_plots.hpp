// SPDX-License-Identifier: Apache-2.0
// Results as pictures: how many instances are solved within which time, and two runs against each other.
#pragma once

#include <vector>

#include "report/chart.hpp"
#include "results_table.hpp"

namespace sinew::bench {

/// A line a table, named by its fact "tool" (and "date", where tools are the same): the solved instances by their
/// processor time.
report::Chart cactus(const std::vector<ResultTable>& tables);

/// A dot an instance of both; what one did not solve lies at its limit.
report::Chart scatter(const ResultTable& before, const ResultTable& after);

}  // namespace sinew::bench
