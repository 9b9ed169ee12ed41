// SPDX-License-Identifier: Apache-2.0
#include "read/vnnlib/conditions.hpp"

#include <algorithm>
#include <unordered_set>

namespace sinew::read::vnnlib {

using model::FormulaId;
using model::FormulaKind;
using model::FormulaNode;
using model::Relation;

void Conditions::bound(Variable input, Bound side, const Rational& value) {
    Interval& interval = domains_[input];
    if (side == Bound::lower && (!interval.lower || *interval.lower < value)) interval.lower = value;
    if (side == Bound::upper && (!interval.upper || *interval.upper > value)) interval.upper = value;
}

bool Conditions::as_bound(const model::Atom& atom, Box& box) const {
    if (atom.form.terms().size() != 1 || atom.relation == Relation::less) return false;
    const LinearTerm& term = atom.form.terms()[0];
    if (!query_.network.is_input(term.variable)) return false;
    const Rational value = -atom.form.constant() / term.coefficient;
    Interval& interval = box[term.variable];
    const bool equal = atom.relation == Relation::equal;
    if ((equal || term.coefficient > 0) && (!interval.upper || *interval.upper > value)) interval.upper = value;
    if ((equal || term.coefficient < 0) && (!interval.lower || *interval.lower < value)) interval.lower = value;
    return true;
}

void Conditions::find_inputs() {
    const model::FormulaStore& formulas = query_.formulas;
    for (std::size_t i = inputs_only_.size(); i < formulas.size(); ++i) {
        const FormulaNode& node = formulas.node(FormulaId(i));
        bool only = true;
        for (const LinearTerm& term : node.atom.form.terms()) only = only && query_.network.is_input(term.variable);
        for (const FormulaId child : node.children) only = only && inputs_only_[child.index()];
        inputs_only_.push_back(only);
    }
}

void Conditions::add(FormulaId formula) {
    find_inputs();
    std::vector<FormulaId> open{formula};
    while (!open.empty()) {
        const FormulaId id = open.back();
        open.pop_back();
        const FormulaNode& node = query_.formulas.node(id);
        if (node.kind == FormulaKind::conjunction) {
            open.insert(open.end(), node.children.rbegin(), node.children.rend());
            continue;
        }
        if (node.kind == FormulaKind::atom && as_bound(node.atom, domains_)) continue;
        (inputs_only_[id.index()] ? input_parts_ : output_parts_).push_back(id);
        if (node.kind == FormulaKind::disjunction) bound_by_hull(node);
    }
}

void Conditions::bound_by_hull(const FormulaNode& disjunction) {
    Box hull;
    bool first = true;
    for (const FormulaId id : disjunction.children) {
        const FormulaNode& child = query_.formulas.node(id);
        Box box;
        if (child.kind == FormulaKind::atom) as_bound(child.atom, box);
        if (child.kind == FormulaKind::conjunction) {
            for (const FormulaId part : child.children)
                if (query_.formulas.node(part).kind == FormulaKind::atom)
                    as_bound(query_.formulas.node(part).atom, box);
        }
        if (first) {
            hull = std::move(box);
        } else {
            std::erase_if(hull, [&](const auto& entry) { return !box.contains(entry.first); });
            for (auto& [variable, interval] : hull) {
                const Interval& other = box.at(variable);
                if (!other.lower || (interval.lower && *other.lower < *interval.lower)) interval.lower = other.lower;
                if (!other.upper || (interval.upper && *other.upper > *interval.upper)) interval.upper = other.upper;
            }
        }
        first = false;
        if (hull.empty()) return;
    }
    for (const auto& [variable, interval] : hull) {
        if (interval.lower) bound(variable, Bound::lower, *interval.lower);
        if (interval.upper) bound(variable, Bound::upper, *interval.upper);
    }
}

void Conditions::narrow(model::Domain& domain, const Interval& interval) {
    model::Domain both = domain;
    if (interval.lower) both.at_least(*interval.lower);
    if (interval.upper) both.at_most(*interval.upper);
    std::erase_if(both.values, [&](const Rational& value) {
        return (both.lower && value < *both.lower) || (both.upper && value > *both.upper);
    });
    const bool whole = both.kind == model::DomainKind::integer;
    const bool no_number =
        both.lower && both.upper && (whole ? ceil(*both.lower) > floor(*both.upper) : *both.lower > *both.upper);
    if (no_number || (both.values.empty() && !domain.values.empty()))
        contradiction_ = true;
    else
        domain = std::move(both);
}

void Conditions::finish() {
    model::FormulaStore& formulas = query_.formulas;
    std::unordered_map<Variable, std::size_t> own;
    for (std::size_t i = 0; i < query_.domains.size(); ++i) own.emplace(query_.domains[i].first, i);
    for (const Variable input : query_.network.input_variables()) {
        const auto found = domains_.find(input);
        if (found == domains_.end()) continue;
        Interval& interval = found->second;
        if (interval.lower && interval.upper && *interval.lower > *interval.upper) {
            // An empty domain is said by the condition, so that every domain is an interval.
            contradiction_ = true;
            continue;
        }
        if (const auto before = own.find(input); before != own.end())
            narrow(query_.domains[before->second].second, interval);
        else
            query_.domains.emplace_back(
                input,
                model::Domain{model::DomainKind::real, std::move(interval.lower), std::move(interval.upper), {}});
    }
    if (contradiction_) input_parts_.push_back(formulas.constant(false));
    query_.input_condition = formulas.conjunction(std::move(input_parts_));
    query_.output_condition = formulas.conjunction(std::move(output_parts_));
}

bool only_compares_outputs(const model::Query& query) {
    const std::unordered_set<Variable> outputs(query.outputs.begin(), query.outputs.end());
    for (std::size_t i = 0; i < query.formulas.size(); ++i) {
        const FormulaNode& node = query.formulas.node(FormulaId(i));
        if (node.kind != FormulaKind::atom) continue;
        const std::vector<LinearTerm>& terms = node.atom.form.terms();
        const bool inputs_only =
            std::ranges::all_of(terms, [&](const LinearTerm& term) { return query.network.is_input(term.variable); });
        if (inputs_only) continue;
        if (terms.size() != 2 || node.atom.form.constant() != 0 || terms[0].coefficient != -terms[1].coefficient ||
            !outputs.contains(terms[0].variable) || !outputs.contains(terms[1].variable))
            return false;
    }
    return true;
}

}  // namespace sinew::read::vnnlib
