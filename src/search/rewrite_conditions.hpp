// SPDX-License-Identifier: Apache-2.0
// Both conditions of a query rebuilt from their leaves, for whoever knows better what an atom or a Boolean is.
#pragma once

#include <functional>

#include "model/query.hpp"

namespace sinew::search {

/// `query` with each atom and each Boolean of its conditions replaced by what `leaf` gives for it (a formula of the
/// same query; the node itself to leave it). Children come before parents; no recursion. O(formulas).
using RewriteLeaf = std::function<model::FormulaId(model::Query& query, model::FormulaId node)>;
void rewrite_conditions(model::Query& query, const RewriteLeaf& leaf);

}  // namespace sinew::search
