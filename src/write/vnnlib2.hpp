// SPDX-License-Identifier: Apache-2.0
// The conditions of a query as a text of VNN-LIB 2.0.
#pragma once

#include <string>
#include <vector>

#include "model/declaration.hpp"
#include "model/query.hpp"

namespace sinew::write {

/// In the strict grammar of the standard: numbers are decimals with a point (of integers without), fractions that no
/// decimal is are multiplied out, types stand in comparisons as declared. A query of VNN-LIB 2.0 is written with what
/// its text has `declared`, any other as one of a network N with the real tensors X (the inputs in order) and Y
/// (query.outputs in order; the last layer if that is empty). UsageError for what the standard cannot say: conditions
/// over other variables, free Booleans, integers among reals, precision.
std::string vnnlib2_text(const model::Query& query, const std::vector<model::DeclaredNetwork>& declared = {});

}  // namespace sinew::write
