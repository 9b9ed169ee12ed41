// SPDX-License-Identifier: Apache-2.0
// Conditions in the words of the `dnn` format, with any names.
#pragma once

#include <functional>
#include <string>

#include "model/query.hpp"

namespace sinew::write {

/// What a text calls variables and free Booleans. A Boolean is written as a condition, such as "(b = 1)".
struct TextNames {
    std::function<std::string(Variable)> variable;
    std::function<std::string(model::BooleanVariable)> boolean;
};

/// "(and (x0 < 1) (y0 > y1))". Shared parts are written out each time: the caller looks at tree_size() first.
std::string formula_text(const model::FormulaStore& formulas, model::FormulaId root, const TextNames& names);
std::string form_text(const LinearForm& form, const TextNames& names);

/// The same with the query's own names.
std::string formula_text(const model::Query& query, model::FormulaId root);
std::string form_text(const model::Query& query, const LinearForm& form);

}  // namespace sinew::write
