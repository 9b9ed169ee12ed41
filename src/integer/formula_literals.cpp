// SPDX-License-Identifier: Apache-2.0
#include "integer/formula_literals.hpp"

#include <algorithm>
#include <utility>

#include "model/normal_form.hpp"

namespace sinew::integer {

using model::FormulaId;
using model::FormulaKind;
using model::FormulaNode;

FormulaLiterals::FormulaLiterals(Forms& forms, const model::FormulaStore& formulas,
                                 std::function<LinearForm(const LinearForm&)> form_of, std::vector<Bound> booleans)
    : forms_(forms),
      formulas_(formulas),
      form_of_(std::move(form_of)),
      booleans_(std::move(booleans)),
      literals_(formulas.size()) {}

Bound FormulaLiterals::connective(const FormulaNode& node) {
    std::vector<Bound> members;
    for (const FormulaId child : node.children) members.push_back(*literals_[child.index()]);
    const bool is_conjunction = node.kind == FormulaKind::conjunction;
    const Bound fresh = is_true(forms_.model().add_boolean());
    const Bound literal = is_conjunction ? ~fresh : fresh;
    model::define<Bound>(literal, is_conjunction, members,
                         [this](const std::vector<Bound>& clause) { forms_.model().add_clause(clause); });
    return literal;
}

/// With all children translated.
Bound FormulaLiterals::make(FormulaId id) {
    const FormulaNode& node = formulas_.node(id);
    switch (node.kind) {
        case FormulaKind::constant:
            return forms_.model().constant(node.value);
        case FormulaKind::atom:
            return forms_.literal(form_of_(node.atom.form), node.atom.relation);
        case FormulaKind::boolean:
            return booleans_[node.boolean.index()];
        case FormulaKind::negation:
            return ~*literals_[node.children.front().index()];
        case FormulaKind::conjunction:
        case FormulaKind::disjunction:
            return connective(node);
    }
    return forms_.model().constant(false);
}

Bound FormulaLiterals::literal(FormulaId root) {
    std::vector<FormulaId> open{root};
    while (!open.empty()) {
        const FormulaId id = open.back();
        const std::size_t before = open.size();
        if (!is_translated(id))
            for (const FormulaId child : formulas_.node(id).children)
                if (!is_translated(child)) open.push_back(child);
        if (open.size() > before) continue;
        if (!is_translated(id)) literals_[id.index()] = make(id);
        open.pop_back();
    }
    return *literals_[root.index()];
}

void FormulaLiterals::demand(FormulaId root) {
    for (const FormulaId id : conjuncts(formulas_, root)) {
        const FormulaNode& node = formulas_.node(id);
        if (node.kind == FormulaKind::atom) {
            forms_.demand(form_of_(node.atom.form), node.atom.relation);
        } else if (node.kind == FormulaKind::disjunction) {
            std::vector<Bound> clause;
            for (const FormulaId child : node.children) clause.push_back(literal(child));
            forms_.model().add_clause(clause);
        } else {
            forms_.model().add_clause({literal(id)});
        }
    }
}

}  // namespace sinew::integer
