// SPDX-License-Identifier: Apache-2.0
// A digest of what a query asks, whatever files it was read from: a proof names the question that it is of by it.
#pragma once

#include <string>

#include "model/query.hpp"

namespace sinew::model {

/// SHA-256, as 64 hexadecimal digits, of the network, the domains, the conditions, the objective and the precision;
/// names do not count. Some nanoseconds a weight.
std::string query_digest(const Query& query);

}  // namespace sinew::model
