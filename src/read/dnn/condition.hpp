// SPDX-License-Identifier: Apache-2.0
// Conditions: which nodes are truths and which are numbers, and the formula they make.
#pragma once

#include "model/formula.hpp"
#include "read/dnn/expression.hpp"

namespace sinew::read::dnn {

/// The condition `root` as a formula. `=`, `!=`, `distinct` and `ite` join numbers or truths, by what their operands
/// are. A numeric `ite` becomes cases of the comparison around it. InputError for a number where a condition is
/// expected or the reverse, for a wrong number of operands, and for more than 1000 cases in one comparison.
model::FormulaId condition(const SyntaxTree& tree, const VariableTable& variables, model::FormulaStore& formulas,
                           std::uint32_t root);

}  // namespace sinew::read::dnn
