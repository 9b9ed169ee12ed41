// SPDX-License-Identifier: Apache-2.0
#include "model/formula.hpp"

#include <algorithm>

#include "base/limit_scope.hpp"
#include "model/normal_form.hpp"

namespace sinew::model {

namespace {
std::size_t mix(std::size_t seed, std::size_t value) {
    return (seed ^ value) * 0x9e3779b97f4a7c15ULL + 0x7f4a7c15ULL;
}

std::size_t hash_of(const Rational& value) {
    return mix(mpz_get_ui(value.get_num_mpz_t()) ^ static_cast<std::size_t>(sgn(value)),
               mpz_get_ui(value.get_den_mpz_t()));
}

std::size_t hash_of(const FormulaNode& node) {
    std::size_t hash = mix(static_cast<std::size_t>(node.kind), node.boolean.index());
    hash = mix(hash, static_cast<std::size_t>(node.atom.relation));
    for (const LinearTerm& term : node.atom.form.terms())
        hash = mix(mix(hash, term.variable.index()), hash_of(term.coefficient));
    hash = mix(hash, hash_of(node.atom.form.constant()));
    for (const FormulaId child : node.children) hash = mix(hash, child.index());
    return hash;
}

bool same(const FormulaNode& a, const FormulaNode& b) {
    return a.kind == b.kind && a.value == b.value && a.boolean == b.boolean && a.children == b.children &&
           a.atom.relation == b.atom.relation && a.atom.form == b.atom.form;
}
}  // namespace

Atom Atom::opposite() const {
    Atom result{form, relation == Relation::less ? Relation::less_equal : Relation::less};
    result.form.scale(-1);
    return result;
}

FormulaStore::FormulaStore() {
    FormulaNode node;
    node.value = false;
    nodes_.push_back(node);
    node.value = true;
    nodes_.push_back(node);
    false_ = FormulaId(0);
    true_ = FormulaId(1);
}

FormulaId FormulaStore::add(FormulaNode node) {
    check_limits();  // whoever builds formulas builds many
    const std::size_t hash = hash_of(node);
    const auto [begin, end] = by_hash_.equal_range(hash);
    for (auto at = begin; at != end; ++at)
        if (same(nodes_[at->second.index()], node)) return at->second;
    nodes_.push_back(std::move(node));
    const FormulaId id(nodes_.size() - 1);
    by_hash_.emplace(hash, id);
    return id;
}

FormulaId FormulaStore::atom(LinearForm form, Relation relation) {
    if (form.is_constant()) return constant(model::holds(sgn(form.constant()), relation));
    FormulaNode node;
    node.kind = FormulaKind::atom;
    node.atom = {std::move(form), relation};
    return add(std::move(node));
}

FormulaId FormulaStore::boolean(BooleanVariable variable) {
    FormulaNode node;
    node.kind = FormulaKind::boolean;
    node.boolean = variable;
    return add(std::move(node));
}

FormulaId FormulaStore::negation(FormulaId operand) {
    const FormulaNode& inner = node(operand);
    if (inner.kind == FormulaKind::constant) return constant(!inner.value);
    if (inner.kind == FormulaKind::negation) return inner.children[0];
    FormulaNode node;
    node.kind = FormulaKind::negation;
    node.children = {operand};
    return add(std::move(node));
}

FormulaId FormulaStore::connective(FormulaKind kind, std::vector<FormulaId> operands) {
    // A long child stays a child: a chain of n connectives, flattened at every step, would take n² space.
    constexpr std::size_t longest_flattened = 16;
    const bool absorbing = kind == FormulaKind::disjunction;  // true absorbs a disjunction, false a conjunction
    std::vector<FormulaId> flat;
    for (const FormulaId operand : operands) {
        const FormulaNode& child = node(operand);
        if (child.kind == FormulaKind::constant) {
            if (child.value == absorbing) return constant(absorbing);
        } else if (child.kind == kind && child.children.size() <= longest_flattened) {
            flat.insert(flat.end(), child.children.begin(), child.children.end());
        } else {
            flat.push_back(operand);
        }
    }
    std::ranges::sort(flat);
    flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
    if (flat.empty()) return constant(!absorbing);
    if (flat.size() == 1) return flat[0];
    for (const FormulaId child : flat) {
        const FormulaNode& inner = node(child);
        if (inner.kind == FormulaKind::negation && std::ranges::binary_search(flat, inner.children[0]))
            return constant(absorbing);
    }
    FormulaNode node;
    node.kind = kind;
    node.children = std::move(flat);
    return add(std::move(node));
}

FormulaId FormulaStore::conjunction(std::vector<FormulaId> operands) {
    return connective(FormulaKind::conjunction, std::move(operands));
}

FormulaId FormulaStore::disjunction(std::vector<FormulaId> operands) {
    return connective(FormulaKind::disjunction, std::move(operands));
}

FormulaId FormulaStore::implication(FormulaId premise, FormulaId conclusion) {
    return disjunction({negation(premise), conclusion});
}

FormulaId FormulaStore::equivalence(FormulaId left, FormulaId right) {
    return conjunction({implication(left, right), implication(right, left)});
}

FormulaId FormulaStore::exclusive_or(FormulaId left, FormulaId right) {
    return negation(equivalence(left, right));
}

FormulaId FormulaStore::if_then_else(FormulaId condition, FormulaId then, FormulaId otherwise) {
    return conjunction({implication(condition, then), disjunction({condition, otherwise})});
}

bool FormulaStore::holds(FormulaId root, std::span<const Rational> values, const std::vector<bool>& booleans) const {
    return truth_of(*this, root, [&](const FormulaNode& node) {
               const bool is_true = node.kind == FormulaKind::boolean
                                        ? booleans[node.boolean.index()]
                                        : model::holds(sgn(node.atom.form.value(values)), node.atom.relation);
               return is_true ? Certainty::yes : Certainty::no;
           }) == Certainty::yes;
}

std::vector<FormulaId> conjuncts(const model::FormulaStore& formulas, FormulaId root) {
    std::vector<FormulaId> result;
    std::vector<FormulaId> open{root};
    while (!open.empty()) {
        const FormulaId id = open.back();
        open.pop_back();
        const FormulaNode& node = formulas.node(id);
        if (node.kind == FormulaKind::conjunction)
            open.insert(open.end(), node.children.rbegin(), node.children.rend());
        else
            result.push_back(id);
    }
    return result;
}

}  // namespace sinew::model
