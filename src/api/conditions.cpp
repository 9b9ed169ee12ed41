// SPDX-License-Identifier: Apache-2.0
// Conditions as clauses and linear constraints of the engine.
#include <unordered_map>

#include "api/condition.hpp"
#include "api/state.hpp"
#include "base/error.hpp"
#include "integer/formula_literals.hpp"

namespace sinew {

namespace {
using model::FormulaId;
using model::FormulaKind;
using Node = Condition::Node;

FormulaId made(model::FormulaStore& store, const Node& node, const std::unordered_map<const Node*, FormulaId>& known) {
    std::vector<FormulaId> children;
    for (const std::shared_ptr<Node>& child : node.children) children.push_back(known.at(child.get()));
    switch (node.kind) {
        case FormulaKind::atom:
            return store.atom(node.atom.form, node.atom.relation);
        case FormulaKind::negation:
            return store.negation(children.front());
        case FormulaKind::conjunction:
            return store.conjunction(std::move(children));
        case FormulaKind::disjunction:
            return store.disjunction(std::move(children));
        case FormulaKind::boolean:
            return store.boolean(node.boolean);
        case FormulaKind::constant:
            break;
    }
    return store.constant(node.value);
}

}  // namespace

FormulaId to_formula(model::FormulaStore& store, const Condition& condition) {
    return children_first<FormulaId>(
        condition, [&](const Condition::Node& node, const auto& known) { return made(store, node, known); });
}

void check_known(const LinearForm& form, std::size_t variables) {
    if (!form.terms().empty() && form.terms().back().variable.index() >= variables)
        throw UsageError("an expression speaks of variables that are not there: those of another model, or newer ones");
}
void check_known(const model::FormulaStore& store, std::size_t variables, std::size_t booleans) {
    for (std::size_t i = 0; i < store.size(); ++i) {
        const model::FormulaNode& node = store.node(FormulaId(i));
        if (node.kind == FormulaKind::atom) check_known(node.atom.form, variables);
        if (node.kind == FormulaKind::boolean && node.boolean.index() >= booleans)
            throw UsageError("a condition speaks of a Boolean that is not there: one of another query, or a newer one");
    }
}

integer::Bound IntegerSide::literal(const model::FormulaStore& store, FormulaId root) {
    return integer::FormulaLiterals(forms, store, [this](const LinearForm& of) { return form(of); }, {}).literal(root);
}

void IntegerSide::demand(const model::FormulaStore& store, FormulaId root) {
    integer::FormulaLiterals(forms, store, [this](const LinearForm& of) { return form(of); }, {}).demand(root);
    for (const FormulaId id : model::conjuncts(store, root))
        if (store.node(id).kind == FormulaKind::atom)
            remember_row(form(store.node(id).atom.form), store.node(id).atom.relation);
}

void IntegerSide::remember_row(const LinearForm& row, model::Relation relation) {
    if (row.is_constant()) return;
    const integer::ScaledForm scaled = integer::scaled(row);
    rows.push_back({scaled.terms, -scaled.constant - (relation == model::Relation::less ? 1 : 0)});
    if (relation != model::Relation::equal) return;
    AddedRow other{scaled.terms, scaled.constant};
    for (integer::Term& term : other.terms) term.coefficient = -term.coefficient;
    rows.push_back(std::move(other));
}

}  // namespace sinew
