// SPDX-License-Identifier: Apache-2.0
#include "read/opb/opb_rows.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "model/distant_numbers.hpp"

namespace sinew::read {

namespace {

const mpz_class& largest() {
    static const mpz_class value(static_cast<long>(model::largest_pb_sum));
    return value;
}

}  // namespace

mpz_class OpbSum::coefficient(std::size_t term) const {
    if (!large.empty())
        if (const auto place = large.find(term); place != large.end()) return place->second;
    return mpz_class(static_cast<long>(terms[term].coefficient));
}

bool OpbSum::is_small(const mpz_class& bound) const {
    if (!large.empty() || abs(bound) > largest()) return false;
    std::int64_t sum = std::abs(bound.get_si());
    for (const OpbTerm& term : terms) {
        sum += std::abs(term.coefficient);
        if (sum > model::largest_pb_sum) return false;
    }
    return true;
}

void OpbRows::append(std::span<const OpbTerm> terms, model::PbRelation relation, std::int64_t bound, Sign sign) {
    const auto factor = static_cast<std::int64_t>(sign);
    for (const OpbTerm& term : terms) {
        problem_.literals.push_back(term.literal);
        problem_.coefficients.push_back(factor * term.coefficient);
    }
    problem_.begin.push_back(problem_.literals.size());
    problem_.relations.push_back(relation);
    problem_.bounds.push_back(factor * bound);
}

bool OpbRows::add(const OpbSum& sum, OpbRelation relation, mpz_class bound) {
    if (relation == OpbRelation::more) bound += 1;
    if (relation == OpbRelation::less) bound -= 1;
    const bool equal = relation == OpbRelation::equal;
    const bool less = relation == OpbRelation::at_most || relation == OpbRelation::less;
    if (sum.is_small(bound)) {
        append(sum.terms, equal ? model::PbRelation::equal : model::PbRelation::at_least, bound.get_si(),
               less ? Sign::opposite : Sign::as_read);
        return true;
    }
    if (!less && !add_normalised(sum, bound, Sign::as_read)) return false;
    return (!less && !equal) || add_normalised(sum, -bound, Sign::opposite);
}

/// ±Σ ≥ bound with distinct variables and positive coefficients, none larger than the bound, divided by what divides
/// them all.
bool OpbRows::add_normalised(const OpbSum& sum, mpz_class bound, Sign sign) {
    std::map<std::int32_t, mpz_class> by_variable;
    for (std::size_t i = 0; i < sum.terms.size(); ++i) {
        const mpz_class coefficient = sum.coefficient(i) * static_cast<int>(sign);
        const std::int32_t literal = sum.terms[i].literal;
        if (literal < 0) {
            bound -= coefficient;
            by_variable[-literal] -= coefficient;
        } else {
            by_variable[literal] += coefficient;
        }
    }
    for (const auto& [variable, coefficient] : by_variable)
        if (coefficient < 0) bound -= coefficient;
    mpz_class divisor = 0;
    for (const auto& [variable, coefficient] : by_variable)
        divisor = gcd(divisor, abs(coefficient) > bound ? bound : mpz_class(abs(coefficient)));
    OpbSum normal;
    if (bound <= 0) {
        append({}, model::PbRelation::at_least, 0, Sign::as_read);
        return true;
    }
    for (const auto& [variable, coefficient] : by_variable) {
        if (coefficient == 0) continue;
        const mpz_class saturated = (abs(coefficient) > bound ? bound : mpz_class(abs(coefficient))) / divisor;
        if (saturated > largest()) return false;
        normal.terms.push_back({saturated.get_si(), coefficient < 0 ? -variable : variable});
    }
    bound = normal.terms.empty() ? mpz_class(1) : mpz_class((bound + divisor - 1) / divisor);
    if (!normal.is_small(bound)) return false;
    append(normal.terms, model::PbRelation::at_least, bound.get_si(), Sign::as_read);
    return true;
}

bool OpbRows::set_objective(const OpbSum& sum, bool maximise) {
    if (!sum.is_small(0)) return false;
    problem_.has_objective = true;
    problem_.maximise = maximise;
    for (const OpbTerm& term : sum.terms) {
        problem_.objective_literals.push_back(term.literal);
        problem_.objective_coefficients.push_back(maximise ? -term.coefficient : term.coefficient);
    }
    return true;
}

std::int32_t OpbRows::product(std::vector<std::int32_t> literals) {
    std::ranges::sort(literals, [](std::int32_t a, std::int32_t b) {
        return std::abs(a) != std::abs(b) ? std::abs(a) < std::abs(b) : a < b;
    });
    literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
    for (std::size_t i = 1; i < literals.size(); ++i)
        if (literals[i] == -literals[i - 1]) return 0;
    if (literals.size() == 1) return literals[0];
    const auto number = first_product + static_cast<std::int32_t>(products_.size());
    return products_.try_emplace(std::move(literals), number).first->second;
}

void OpbRows::renumber() {
    model::DistantNumbers numbers;
    const auto is_product = [](std::int32_t literal) { return std::abs(literal) >= first_product; };
    std::vector<std::int32_t> plain;
    for (const auto* literals : {&problem_.literals, &problem_.objective_literals}) {
        plain.clear();
        std::remove_copy_if(literals->begin(), literals->end(), std::back_inserter(plain), is_product);
        numbers.add(plain);
    }
    for (const auto& [literals, number] : products_) numbers.add(literals);
    numbers.finish();
    for (auto* literals : {&problem_.literals, &problem_.objective_literals})
        for (std::int32_t& literal : *literals)
            if (!is_product(literal)) numbers.renumber({&literal, 1});
    // The order of literals stays, and with it that of the map.
    std::map<std::vector<std::int32_t>, std::int32_t> products;
    for (const auto& [literals, number] : products_) {
        std::vector<std::int32_t> renumbered = literals;
        numbers.renumber(renumbered);
        products.emplace(std::move(renumbered), number);
    }
    products_ = std::move(products);
    problem_.names = numbers.take();
}

void OpbRows::define_products(std::size_t named_count) {
    std::size_t occurrences = problem_.literals.size() + problem_.objective_literals.size();
    for (const auto& [factors, number] : products_) occurrences += factors.size();
    if (model::are_distant(named_count, occurrences)) {
        renumber();
        named_count = problem_.names.size();
    }
    problem_.named_count = named_count;
    problem_.variable_count = named_count + products_.size();
    if (products_.empty()) return;
    const auto shift = first_product - static_cast<std::int32_t>(named_count) - 1;
    const auto place = [&](std::vector<std::int32_t>& literals) {
        for (std::int32_t& literal : literals)
            if (std::abs(literal) >= first_product) literal += literal < 0 ? shift : -shift;
    };
    place(problem_.literals);
    place(problem_.objective_literals);
    std::vector<OpbTerm> terms;
    for (const auto& [literals, number] : products_) {
        const std::int32_t product = number - shift;
        terms.assign(1, {1, product});
        for (const std::int32_t literal : literals) terms.push_back({1, -literal});
        append(terms, model::PbRelation::at_least, 1, Sign::as_read);
        for (const std::int32_t literal : literals) {
            terms.assign({{1, -product}, {1, literal}});
            append(terms, model::PbRelation::at_least, 1, Sign::as_read);
        }
    }
}

}  // namespace sinew::read
