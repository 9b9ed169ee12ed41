// SPDX-License-Identifier: Apache-2.0
// What a query is, in a few lines for a person: layers, inputs, conditions.
#pragma once

#include <string>

#include "model/query.hpp"

namespace sinew::write {

/// Layers with shapes, activations and parameters; inputs with their domains and bounds (the first `most_listed`);
/// outputs; conditions with the number of their parts, and in words where they are short.
std::string query_summary(const model::Query& query, std::size_t most_listed = 16);

}  // namespace sinew::write
