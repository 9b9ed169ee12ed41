// SPDX-License-Identifier: Apache-2.0
#include "model/query.hpp"

#include <algorithm>

namespace sinew::model {

std::string Query::name(Variable variable) const {
    const auto found = names.find(variable);
    if (found != names.end()) return found->second;
    const Component component = network.component(variable);
    return network.layer(component.layer).name + "_" + std::to_string(component.index);
}

void Domain::at_least(const Rational& bound) {
    if (!lower || *lower < bound) lower = bound;
}

void Domain::at_most(const Rational& bound) {
    if (!upper || *upper > bound) upper = bound;
}

Query better_than(const Query& query, const Rational& value) {
    Query better = query;
    LinearForm excess = query.objective->form;
    excess.add_constant(-value);
    if (query.objective->sense == Sense::maximize) excess.scale(-1);
    const FormulaId atom = better.formulas.atom(std::move(excess), Relation::less);
    better.output_condition = better.formulas.conjunction({query.output_condition, atom});
    return better;
}

bool contains(const Domain& domain, const Rational& value) {
    if (domain.kind == DomainKind::integer && value.get_den() != 1) return false;
    if (domain.lower && value < *domain.lower) return false;
    if (domain.upper && value > *domain.upper) return false;
    return domain.values.empty() || std::ranges::binary_search(domain.values, value);
}

Interval enclosing(const Domain& domain) {
    Interval result;
    if (domain.lower) result.lower = to_double_below(*domain.lower);
    if (domain.upper) result.upper = to_double_above(*domain.upper);
    if (!domain.values.empty())
        result = intersect(result, {to_double_below(domain.values.front()), to_double_above(domain.values.back())});
    return result;
}

std::vector<Domain> input_domains(const Query& query) {
    const std::vector<Variable> inputs = query.network.input_variables();
    std::vector<Domain> domains(inputs.size());
    for (const auto& [variable, domain] : query.domains) {
        const auto at = std::lower_bound(inputs.begin(), inputs.end(), variable);
        if (at != inputs.end() && *at == variable) domains[static_cast<std::size_t>(at - inputs.begin())] = domain;
    }
    return domains;
}

void narrow(Domain& domain, const Atom& row) {
    const LinearTerm& term = row.form.terms()[0];
    const Rational bound = -row.form.constant() / term.coefficient;
    const bool is_equal = row.relation == Relation::equal;
    if (is_equal || sgn(term.coefficient) > 0) domain.at_most(bound);
    if (is_equal || sgn(term.coefficient) < 0) domain.at_least(bound);
}

std::vector<Domain> demanded_domains(const Query& query) {
    const std::vector<Variable> inputs = query.network.input_variables();
    std::vector<Domain> domains = input_domains(query);
    for (Domain& domain : domains) {
        if (domain.values.empty()) continue;
        domain.at_least(domain.values.front());
        domain.at_most(domain.values.back());
    }
    std::vector<FormulaId> parts = conjuncts(query.formulas, query.input_condition);
    for (const FormulaId part : conjuncts(query.formulas, query.output_condition)) parts.push_back(part);
    for (const FormulaId part : parts) {
        const FormulaNode& node = query.formulas.node(part);
        const bool negated = node.kind == FormulaKind::negation;
        const FormulaNode& inner = negated ? query.formulas.node(node.children[0]) : node;
        if (inner.kind != FormulaKind::atom || inner.atom.form.terms().size() != 1) continue;
        const Variable variable = inner.atom.form.terms()[0].variable;
        if (!query.network.is_input(variable) || (negated && inner.atom.relation == Relation::equal)) continue;
        const auto at = std::lower_bound(inputs.begin(), inputs.end(), variable) - inputs.begin();
        narrow(domains[static_cast<std::size_t>(at)], negated ? inner.atom.opposite() : inner.atom);
    }
    return domains;
}

}  // namespace sinew::model
