// SPDX-License-Identifier: Apache-2.0
#include "model/normal_form.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sinew::model {

std::vector<std::uint8_t> uses(const FormulaStore& formulas, std::initializer_list<FormulaId> roots) {
    std::vector<std::uint8_t> result;
    for (const FormulaId root : roots) result.resize(std::max(result.size(), root.index() + 1), 0);
    for (const FormulaId root : roots) result[root.index()] = used_positively;
    for (std::size_t i = result.size(); i-- > 0;) {
        if (result[i] == 0) continue;
        const FormulaNode& node = formulas.node(FormulaId(i));
        const auto turned = static_cast<std::uint8_t>(((result[i] << 1U) & used_negatively) | (result[i] >> 1U));
        for (const FormulaId child : node.children)
            result[child.index()] |= node.kind == FormulaKind::negation ? turned : result[i];
    }
    return result;
}

std::vector<std::uint8_t> uses(const Query& query) {
    return uses(query.formulas, {query.input_condition, query.output_condition});
}

NormalForm::NormalForm(const Query& query) {
    const std::vector<std::uint8_t> used = uses(query);
    std::vector<std::uint32_t> made[2];  // by polarity and formula
    for (std::vector<std::uint32_t>& table : made) table.resize(used.size());
    const auto add_children = [this](std::span<const FormulaId> formulas, const std::vector<std::uint32_t>& table) {
        const auto begin = static_cast<std::uint32_t>(children_.size());
        for (const FormulaId formula : formulas) children_.push_back(table[formula.index()]);
        return std::pair(begin, static_cast<std::uint32_t>(children_.size()));
    };
    for (std::size_t i = 0; i < used.size(); ++i) {
        const FormulaNode& from = query.formulas.node(FormulaId(i));
        for (const bool positive : {false, true}) {
            if (!is_used(used[i], positive)) continue;
            if (from.kind == FormulaKind::negation) {
                made[positive][i] = made[!positive][from.children[0].index()];
                continue;
            }
            Node node{Kind::constant, positive, FormulaId(i)};
            if (from.kind == FormulaKind::boolean) node.kind = Kind::boolean;
            if (from.kind == FormulaKind::atom) node.kind = Kind::atom;
            if (!from.children.empty()) {
                node.kind = (from.kind == FormulaKind::conjunction) == positive ? Kind::all : Kind::any;
                std::tie(node.begin, node.end) = add_children(from.children, made[positive]);
            }
            made[positive][i] = static_cast<std::uint32_t>(nodes_.size());
            nodes_.push_back(node);
        }
    }
    Node both{Kind::all, true, {}};
    std::tie(both.begin, both.end) = add_children(std::vector{query.input_condition, query.output_condition}, made[1]);
    nodes_.push_back(both);
}

}  // namespace sinew::model
