// SPDX-License-Identifier: Apache-2.0
// Boolean formulas over linear atoms as literals and clauses of the integer engine.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "integer/forms.hpp"
#include "model/formula.hpp"

namespace sinew::integer {

/// Every node is translated once, whatever its depth and however often it is used.
class FormulaLiterals {
  public:
    /// `form_of` puts the model's variables in place of the formula's; `booleans` are the literals of its free
    /// Booleans.
    FormulaLiterals(Forms& forms, const model::FormulaStore& formulas,
                    std::function<LinearForm(const LinearForm&)> form_of, std::vector<Bound> booleans);

    /// `root` holds.
    void demand(model::FormulaId root);
    /// A literal that is true iff the formula is.
    Bound literal(model::FormulaId root);

  private:
    Bound make(model::FormulaId id);
    Bound connective(const model::FormulaNode& node);
    bool is_translated(model::FormulaId id) const { return literals_[id.index()].has_value(); }

    Forms& forms_;
    const model::FormulaStore& formulas_;
    std::function<LinearForm(const LinearForm&)> form_of_;
    std::vector<Bound> booleans_;
    std::vector<std::optional<Bound>> literals_;  // by node
};

}  // namespace sinew::integer
