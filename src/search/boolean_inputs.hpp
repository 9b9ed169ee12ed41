// SPDX-License-Identifier: Apache-2.0
// Free Booleans as inputs that are 0 or 1, for the search over boxes, which knows no Booleans.
#pragma once

#include "model/query.hpp"
#include "model/verdict.hpp"

namespace sinew::search {

/// An equivalent query without free Booleans: one more input for each, after all other variables.
model::Query with_boolean_inputs(const model::Query& query);

/// The witness of `query` that a witness of with_boolean_inputs(query) is.
model::Witness without_boolean_inputs(const model::Query& query, model::Witness witness);

}  // namespace sinew::search
