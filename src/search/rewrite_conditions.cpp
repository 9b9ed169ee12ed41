#include "search/rewrite_conditions.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace sinew::search {

using model::FormulaId;
using model::FormulaKind;

void rewrite_conditions(model::Query& query, const RewriteLeaf& leaf) {
    const std::size_t end = std::max(query.input_condition.index(), query.output_condition.index()) + 1;
    std::vector<std::uint8_t> needed(end, 0);
    needed[query.input_condition.index()] = needed[query.output_condition.index()] = 1;
    for (std::size_t i = end; i-- > 0;)
        if (needed[i] != 0)
            for (const FormulaId child : query.formulas.node(FormulaId(i)).children) needed[child.index()] = 1;
    std::vector<FormulaId> renewed(end, query.formulas.constant(true));
    for (std::size_t i = 0; i < end; ++i) {
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
