// SPDX-License-Identifier: Apache-2.0
// A binarized network as a query that asks nothing yet.
#pragma once

#include "model/binarized.hpp"
#include "model/query.hpp"

namespace sinew::read {

/// Layers of the general model, inputs x0, x1, … with what they may be as domains, outputs y0, y1, ….
model::Query binarized_query(const model::BinarizedNetwork& network);

}  // namespace sinew::read
