// SPDX-License-Identifier: Apache-2.0
// The conditions of a query as every search sees them before it makes its own rows: compiled once, negations pushed
// down to the leaves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "base/limit_scope.hpp"
#include "model/query.hpp"

namespace sinew::model {

/// How a formula is used: its truth helps, its falsity helps, or both.
inline constexpr std::uint8_t used_positively = 1;
inline constexpr std::uint8_t used_negatively = 2;
constexpr bool is_used(std::uint8_t uses, bool positively) {
    return (uses & (positively ? used_positively : used_negatively)) != 0;
}
/// By formula, 0 for those that no root needs; up to the largest root. One pass downwards: children have smaller ids
/// than their parents. O(formulas).
std::vector<std::uint8_t> uses(const FormulaStore& formulas, std::initializer_list<FormulaId> roots);
/// Of both conditions.
std::vector<std::uint8_t> uses(const Query& query);

enum class Certainty { no, unknown, yes };
constexpr Certainty negation(Certainty truth) {
    return truth == Certainty::unknown ? truth : truth == Certainty::yes ? Certainty::no : Certainty::yes;
}

/// What a formula is where leaf(node) says what its atoms and Booleans are. No recursion, however deep it is.
template <class Leaf>
Certainty truth_of(const FormulaStore& formulas, FormulaId root, Leaf&& leaf) {
    const std::vector<std::uint8_t> needed = uses(formulas, {root});
    std::vector<Certainty> truth(needed.size(), Certainty::unknown);
    for (std::size_t i = 0; i < needed.size(); ++i) {
        if (needed[i] == 0) continue;
        if ((i & 15U) == 15U) check_limits();
        const FormulaNode& node = formulas.node(FormulaId(i));
        if (node.kind == FormulaKind::constant) {
            truth[i] = node.value ? Certainty::yes : Certainty::no;
        } else if (node.kind == FormulaKind::negation) {
            truth[i] = negation(truth[node.children[0].index()]);
        } else if (node.children.empty()) {
            truth[i] = leaf(node);
        } else {
            const bool any = node.kind == FormulaKind::disjunction;
            truth[i] = any ? Certainty::no : Certainty::yes;
            for (const FormulaId child : node.children)
                truth[i] = any ? std::max(truth[i], truth[child.index()]) : std::min(truth[i], truth[child.index()]);
        }
    }
    return truth.back();
}

/// input_condition ∧ output_condition as a graph of "all" and "any" over leaves, each formula once a polarity. Children
/// stand before their parents, the conjunction of both conditions is the last node. O(formulas).
class NormalForm {
  public:
    enum class Kind : std::uint8_t { constant, boolean, atom, all, any };
    struct Node {
        Kind kind = Kind::constant;
        bool positive = true;     ///< leaves: the formula itself, or its negation
        FormulaId formula;        ///< leaves
        std::uint32_t begin = 0;  ///< of children
        std::uint32_t end = 0;
    };

    explicit NormalForm(const Query& query);

    const std::vector<Node>& nodes() const { return nodes_; }
    std::span<const std::uint32_t> children(const Node& node) const {
        return std::span(children_).subspan(node.begin, node.end - node.begin);
    }

  private:
    std::vector<Node> nodes_;
    std::vector<std::uint32_t> children_;
};

/// Makes `literal` the conjunction (else the disjunction) of `members` by clauses given to add(std::vector<Literal>),
/// one implication a use (Tseitin 1968; Plaisted and Greenbaum 1986).
template <class Literal, class Add>
void define(Literal literal, bool conjunction, std::span<const Literal> members, Add&& add,
            std::uint8_t uses = used_positively | used_negatively) {
    // A disjunction is the conjunction's mirror: swap literal, members and polarities.
    const auto side = [&](Literal l) { return conjunction ? l : ~l; };
    std::vector<Literal> rest{side(literal)};
    for (const Literal member : members) {
        if (is_used(uses, conjunction)) add(std::vector{~side(literal), side(member)});
        rest.push_back(~side(member));
    }
    if (is_used(uses, !conjunction)) add(std::move(rest));
}

}  // namespace sinew::model
