// SPDX-License-Identifier: Apache-2.0
#include "write/formula_parts.hpp"

#include <algorithm>

namespace sinew::write {

namespace {
bool has_children(const model::FormulaNode& node) {
    return !node.children.empty();
}
}  // namespace

FormulaParts::FormulaParts(const model::Query& query) {
    const model::FormulaStore& formulas = query.formulas;
    std::vector<std::uint32_t> users(formulas.size(), 0);
    for (const model::FormulaId root : {query.input_condition, query.output_condition}) ++users[root.index()];
    for (std::size_t i = formulas.size(); i-- > 0;)
        if (users[i] > 0)
            for (const model::FormulaId child : formulas.node(model::FormulaId(i)).children) ++users[child.index()];
    std::vector<std::size_t> height(formulas.size(), 0);
    for (std::size_t i = 0; i < formulas.size(); ++i) {
        const model::FormulaNode& node = formulas.node(model::FormulaId(i));
        if (users[i] == 0 || !has_children(node)) continue;
        for (const model::FormulaId child : node.children) height[i] = std::max(height[i], height[child.index()] + 1);
        // A negation is as short as its name would be.
        const bool shared = users[i] > 1 && node.kind != model::FormulaKind::negation;
        if (!shared && height[i] < deepest) continue;
        named_.emplace_back(i);
        height[i] = 0;
    }
}

std::size_t tree_size(const model::FormulaStore& formulas, model::FormulaId root, std::size_t limit) {
    std::vector<std::size_t> size(root.index() + 1, 1);
    for (std::size_t i = 0; i <= root.index(); ++i)
        for (const model::FormulaId child : formulas.node(model::FormulaId(i)).children)
            size[i] = std::min(limit, size[i] + size[child.index()]);
    return size[root.index()];
}

}  // namespace sinew::write
