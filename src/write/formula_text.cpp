// SPDX-License-Identifier: Apache-2.0
#include "write/formula_text.hpp"

#include <vector>

#include <fmt/core.h>

#include "write/dnn_sum.hpp"

namespace sinew::write {

namespace {
using model::FormulaId;
using model::FormulaKind;

/// Positive terms on the left, negative ones on the right: (y0 > y1), (x0 < 2x1 + 3).
std::string atom(const model::Atom& atom, bool negated, const TextNames& names) {
    const auto& terms = atom.form.terms();
    const bool flipped = sgn(terms[0].coefficient) < 0;
    DnnSum left;
    DnnSum right;
    for (const LinearTerm& term : terms) {
        const bool on_left = (sgn(term.coefficient) > 0) != flipped;
        (on_left ? left : right).add(abs(term.coefficient), names.variable(term.variable));
    }
    right.add(flipped ? atom.form.constant() : Rational(-atom.form.constant()));
    const char* relation = nullptr;
    switch (atom.relation) {
        case model::Relation::less:
            relation = negated ? (flipped ? "<=" : ">=") : (flipped ? ">" : "<");
            break;
        case model::Relation::less_equal:
            relation = negated ? (flipped ? "<" : ">") : (flipped ? ">=" : "<=");
            break;
        case model::Relation::equal:
            relation = negated ? "!=" : "=";
            break;
    }
    return fmt::format("({} {} {})", left.take(), relation, right.take());
}

TextNames own_names(const model::Query& query) {
    return {[&query](Variable variable) { return query.name(variable); },
            [&query](model::BooleanVariable boolean) { return query.boolean_names[boolean.index()]; }};
}
}  // namespace

std::string formula_text(const model::FormulaStore& formulas, FormulaId root, const TextNames& names) {
    struct Step {
        FormulaId id;
        bool close;
    };
    std::string text;
    std::vector<Step> open{{root, false}};  // in place of recursion: formulas may be deep
    while (!open.empty()) {
        const Step step = open.back();
        open.pop_back();
        if (step.close) {
            text += ')';
            continue;
        }
        if (!text.empty()) text += ' ';
        const model::FormulaNode& node = formulas.node(step.id);
        switch (node.kind) {
            case FormulaKind::constant:
                text += node.value ? "true" : "false";
                continue;
            case FormulaKind::boolean:
                text += names.boolean(node.boolean);
                continue;
            case FormulaKind::atom:
                text += atom(node.atom, false, names);
                continue;
            case FormulaKind::negation: {
                const model::FormulaNode& inner = formulas.node(node.children[0]);
                if (inner.kind == FormulaKind::atom) {
                    text += atom(inner.atom, true, names);
                    continue;
                }
                text += "(not";
                break;
            }
            case FormulaKind::conjunction:
                text += "(and";
                break;
            case FormulaKind::disjunction:
                text += "(or";
                break;
        }
        open.push_back({step.id, true});
        for (std::size_t i = node.children.size(); i-- > 0;) open.push_back({node.children[i], false});
    }
    return text;
}

std::string form_text(const LinearForm& form, const TextNames& names) {
    DnnSum sum;
    for (const LinearTerm& term : form.terms()) sum.add(term.coefficient, names.variable(term.variable));
    sum.add(form.constant());
    return sum.take();
}

std::string formula_text(const model::Query& query, FormulaId root) {
    return formula_text(query.formulas, root, own_names(query));
}

std::string form_text(const model::Query& query, const LinearForm& form) {
    return form_text(form, own_names(query));
}

}  // namespace sinew::write
