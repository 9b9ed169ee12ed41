// SPDX-License-Identifier: Apache-2.0
// Rows as comma-separated values (RFC 4180).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/rows.hpp"

namespace sinew::results {

/// With a line of names: network, property, row, epsilon, status, decided_by, seconds, value, bound, reason.
std::string csv_text(const std::vector<Row>& rows);

/// VNN-COMP's six columns without names: category, network, property, prepare time (0: sinew prepares nothing
/// beforehand), result, run time. The category is the folder of the network, without a last part that names a format.
std::string competition_csv_text(const std::vector<Row>& rows);

}  // namespace sinew::results
