// SPDX-License-Identifier: Apache-2.0
// From declarations to layers: who uses whom decides, not the names.
#pragma once

#include "model/query.hpp"
#include "read/dnn/document.hpp"
#include "read/dnn/expression.hpp"

namespace sinew::read::dnn {

/// Builds the network of `document` into `query` (layers, names, outputs, phase numbers) and returns the variable of
/// each symbol. Neurons on the same longest path from the inputs, with the same activation, make one affine layer and
/// one activation layer. InputError for a cycle, which it shows.
VariableTable build_network(const SyntaxTree& tree, const Document& document, model::Query& query);

}  // namespace sinew::read::dnn
