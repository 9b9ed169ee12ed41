// SPDX-License-Identifier: Apache-2.0
#include "search/rewrite_conditions.hpp"

#include <cstdint>
#include <vector>

#include "model/normal_form.hpp"

namespace sinew::search {

using model::FormulaId;
using model::FormulaKind;

void rewrite_conditions(model::Query& query, const RewriteLeaf& leaf) {
    const std::vector<std::uint8_t> needed = model::uses(query);
    std::vector<FormulaId> renewed(needed.size(), query.formulas.constant(true));
    for (std::size_t i = 0; i < needed.size(); ++i) {
        if (needed[i] == 0) continue;
        const FormulaKind kind = query.formulas.node(FormulaId(i)).kind;
        std::vector<FormulaId> children;
        for (const FormulaId child : query.formulas.node(FormulaId(i)).children)
            children.push_back(renewed[child.index()]);
        switch (kind) {
            case FormulaKind::constant:
                renewed[i] = FormulaId(i);
                break;
            case FormulaKind::atom:
            case FormulaKind::boolean:
                renewed[i] = leaf(query, FormulaId(i));
                break;
            case FormulaKind::negation:
                renewed[i] = query.formulas.negation(children[0]);
                break;
            case FormulaKind::conjunction:
                renewed[i] = query.formulas.conjunction(std::move(children));
                break;
            case FormulaKind::disjunction:
                renewed[i] = query.formulas.disjunction(std::move(children));
                break;
        }
    }
    query.input_condition = renewed[query.input_condition.index()];
    query.output_condition = renewed[query.output_condition.index()];
}

}  // namespace sinew::search
