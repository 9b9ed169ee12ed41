// SPDX-License-Identifier: Apache-2.0
#include "read/vnnlib/translation.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "read/layer_of.hpp"

namespace sinew::read::vnnlib {

using model::FormulaId;
using model::FormulaKind;

namespace {
/// Values of an integer up to which it is enumerated, and comparisons that one with products may become.
constexpr long most_values = 1024;
constexpr std::size_t most_comparisons = 65536;
}  // namespace

FormulaId Translation::translate(FormulaId part) {
    std::vector<FormulaId> open{part};
    while (!open.empty()) {
        const FormulaId id = open.back();
        if (done_.contains(id)) {
            open.pop_back();
            continue;
        }
        const model::FormulaNode& node = assertions_.formulas.node(id);
        bool is_ready = true;
        for (const FormulaId child : node.children) {
            if (done_.contains(child)) continue;
            is_ready = false;
            open.push_back(child);
        }
        if (!is_ready) continue;
        open.pop_back();
        std::vector<FormulaId> children;
        for (const FormulaId child : node.children) children.push_back(done_.at(child));
        FormulaId result;
        switch (node.kind) {
            case FormulaKind::constant:
                result = query_.formulas.constant(node.value);
                break;
            case FormulaKind::atom:
                result = atom(node.atom);
                break;
            case FormulaKind::negation:
                result = query_.formulas.negation(children[0]);
                break;
            case FormulaKind::conjunction:
                result = query_.formulas.conjunction(std::move(children));
                break;
            default:
                result = query_.formulas.disjunction(std::move(children));
        }
        done_.emplace(id, result);
    }
    return done_.at(part);
}

FormulaId Translation::atom(const model::Atom& atom) {
    const Sum sum = expanded(atom.form);
    std::size_t left = most_comparisons;
    return enumerated(sum, atom.relation, left);
}

Translation::Sum Translation::expanded(const LinearForm& form) {
    Sum sum;
    std::vector<LinearTerm> terms;
    Rational constant = form.constant();
    for (const LinearTerm& term : form.terms()) {
        const std::size_t element = term.variable.index();
        if (element >= first_product) {
            add_product(assertions_.products[element - first_product], term.coefficient, sum);
        } else if (declarations_.is_input(element)) {
            const LinearForm over = inputs_.form(element);
            terms.push_back({over.terms()[0].variable, term.coefficient * over.terms()[0].coefficient});
            constant += term.coefficient * over.constant();
        } else {
            terms.push_back(term);
        }
    }
    sum.linear.add(LinearForm(std::move(terms), std::move(constant)));
    std::erase_if(sum.products, [](const auto& entry) { return entry.second == 0; });
    return sum;
}

/// Multiplies out what the factors are over representatives: a value, or factor · representative + offset.
void Translation::add_product(const Product& product, const Rational& coefficient, Sum& sum) {
    Products expansion{{{}, coefficient}};
    for (const Variable factor : product.factors) {
        const std::size_t element = factor.index();
        LinearForm form(factor);
        if (declarations_.is_input(element)) {
            const std::optional<Rational> value = inputs_.fixed(element);
            form = value ? LinearForm(*value) : inputs_.form(element);
        }
        Products next;
        for (const auto& [factors, weight] : expansion) {
            if (form.constant() != 0) next[factors] += weight * form.constant();
            if (form.is_constant()) continue;
            std::vector<Variable> more = factors;
            more.insert(std::ranges::upper_bound(more, form.terms()[0].variable), form.terms()[0].variable);
            next[std::move(more)] += weight * form.terms()[0].coefficient;
        }
        expansion = std::move(next);
    }
    for (const auto& [factors, weight] : expansion) {
        if (factors.empty())
            sum.linear.add_constant(weight);
        else if (factors.size() == 1)
            sum.linear.add(LinearForm(factors[0], weight));
        else
            sum.products[factors] += weight;
    }
    sum.offset = product.offset;
}

Translation::Sum Translation::with_value(const Sum& sum, Variable element, const Rational& value) {
    Sum result{sum.linear, {}, sum.offset};
    for (const auto& [factors, weight] : sum.products) {
        std::vector<Variable> rest;
        Rational product = weight;
        for (const Variable factor : factors) {
            if (factor == element)
                product *= value;
            else
                rest.push_back(factor);
        }
        if (rest.empty())
            result.linear.add_constant(product);
        else if (rest.size() == 1)
            result.linear.add(LinearForm(rest[0], product));
        else
            result.products[std::move(rest)] += product;
    }
    std::erase_if(result.products, [](const auto& entry) { return entry.second == 0; });
    return result;
}

/// One comparison for each value of an integer factor, until no products are left.
FormulaId Translation::enumerated(const Sum& sum, model::Relation relation, std::size_t& left) {
    model::FormulaStore& formulas = query_.formulas;
    if (sum.products.empty()) return formulas.atom(over_variables(sum.linear), relation);
    Variable best;
    Integer best_count;
    for (const auto& [factors, weight] : sum.products) {
        for (const Variable factor : factors) {
            if (!declarations_.is_input(factor.index())) continue;
            const model::Domain& domain = inputs_.domain(factor.index());
            if (domain.kind != model::DomainKind::integer || !domain.lower || !domain.upper) continue;
            const Integer count = floor(*domain.upper) - ceil(*domain.lower) + 1;
            if (count > most_values || (best.valid() && count >= best_count)) continue;
            best = factor;
            best_count = count;
        }
    }
    if (!best.valid()) return formulas.atom(with_layers(sum), relation);
    const model::Domain& domain = inputs_.domain(best.index());
    std::vector<FormulaId> cases;
    for (Integer value = ceil(*domain.lower); value <= floor(*domain.upper); ++value) {
        check_limits();
        if (left == 0)
            reader_.fail(sum.offset, fmt::format("the integers that are multiplied here have more than {} combinations",
                                                 most_comparisons));
        --left;
        LinearForm is_value(best);
        is_value.add_constant(-Rational(value));
        const FormulaId here = formulas.atom(over_variables(is_value), model::Relation::equal);
        cases.push_back(
            formulas.conjunction({here, enumerated(with_value(sum, best, Rational(value)), relation, left)}));
    }
    return formulas.disjunction(std::move(cases));
}

LinearForm Translation::over_variables(const LinearForm& form) const {
    std::vector<LinearTerm> terms;
    for (const LinearTerm& term : form.terms()) terms.push_back({variables_[term.variable.index()], term.coefficient});
    return LinearForm(std::move(terms), form.constant());
}

LinearForm Translation::with_layers(const Sum& sum) {
    LinearForm result = over_variables(sum.linear);
    for (const auto& [factors, weight] : sum.products) {
        Variable product = variables_[factors[0].index()];
        for (std::size_t i = 1; i < factors.size(); ++i) product = product_of(product, variables_[factors[i].index()]);
        result.add(LinearForm(product, weight));
    }
    return result;
}

Variable Translation::product_of(Variable left, Variable right) {
    const auto [known, is_new] = layers_.try_emplace(std::minmax(left, right));
    if (!is_new) return known->second;
    model::Network& network = query_.network;
    std::vector<LinearForm> factors{LinearForm(left)};
    if (left != right) factors.emplace_back(right);
    const std::string number = std::to_string(layers_.size() - 1);
    model::ProductLayer product;
    product.source = layer_of(network, factors, "factors_" + number, {factors.size()});
    product.left.push_back(0);
    product.right.push_back(static_cast<std::uint32_t>(factors.size() - 1));
    known->second = network.variable(network.add_product("product_" + number, {1}, std::move(product)), 0);
    return known->second;
}

}  // namespace sinew::read::vnnlib
