// SPDX-License-Identifier: Apache-2.0
// The conditions of a query as a VNN-LIB 1.0 property.
#pragma once

#include <string>

#include "model/query.hpp"

namespace sinew::write {

/// Domains and both conditions over X_i (the inputs in order) and Y_j (query.outputs in order; the last layer if that
/// is empty). Strict comparisons stay strict. UsageError for what VNN-LIB 1.0 cannot say: conditions over other
/// variables, free Booleans, integer domains, precision.
std::string vnnlib_text(const model::Query& query);

}  // namespace sinew::write
