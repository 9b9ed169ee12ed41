// SPDX-License-Identifier: Apache-2.0
#include "check/pb_rows.hpp"

#include <algorithm>
#include <cstdlib>

namespace sinew::check {

Wide checked_sum(Wide a, Wide b) {
    Wide result = 0;
    if (__builtin_add_overflow(a, b, &result)) throw RefusedStep("a number is beyond 127 bits");
    return result;
}

Wide checked_product(Wide a, Wide b) {
    Wide result = 0;
    if (__builtin_mul_overflow(a, b, &result)) throw RefusedStep("a number is beyond 127 bits");
    return result;
}

Wide PbRow::most() const {
    Wide sum = 0;
    for (const PbTerm& term : terms) sum = checked_sum(sum, term.coefficient);
    return sum;
}

// c·~x = c - c·x, so that each variable has one coefficient of x; a negative one is turned round.
PbRow normal_row(std::vector<PbTerm> terms, Wide degree) {
    std::ranges::stable_sort(terms, {}, [](const PbTerm& term) { return std::abs(term.literal); });
    PbRow row;
    row.degree = degree;
    for (std::size_t i = 0; i < terms.size();) {
        const std::int32_t variable = std::abs(terms[i].literal);
        Wide coefficient = 0;
        for (; i < terms.size() && std::abs(terms[i].literal) == variable; ++i) {
            const Wide c = terms[i].coefficient;
            if (terms[i].literal < 0) row.degree = checked_sum(row.degree, checked_product(c, -1));
            coefficient = checked_sum(coefficient, terms[i].literal < 0 ? checked_product(c, -1) : c);
        }
        if (coefficient > 0) row.terms.push_back({variable, coefficient});
        if (coefficient < 0) {
            row.terms.push_back({-variable, checked_product(coefficient, -1)});
            row.degree = checked_sum(row.degree, checked_product(coefficient, -1));
        }
    }
    return row;
}

namespace {

std::vector<PbTerm>::iterator place_of(std::vector<PbTerm>& terms, std::int32_t variable) {
    return std::ranges::lower_bound(terms, variable, {}, [](const PbTerm& term) { return std::abs(term.literal); });
}

/// The most frequent sum is with a literal or a fact: in place.
void add_term(PbRow& row, const PbTerm& term) {
    const auto place = place_of(row.terms, std::abs(term.literal));
    if (place == row.terms.end() || std::abs(place->literal) != std::abs(term.literal)) {
        row.terms.insert(place, term);
    } else if (place->literal == term.literal) {
        place->coefficient = checked_sum(place->coefficient, term.coefficient);
    } else {
        // c·l + d·~l = (c - d)·l + d
        row.degree = checked_sum(row.degree, -std::min(place->coefficient, term.coefficient));
        if (place->coefficient >= term.coefficient)
            place->coefficient -= term.coefficient;
        else
            *place = {term.literal, term.coefficient - place->coefficient};
    }
}

PbRow merge(const PbRow& a, const PbRow& b) {
    PbRow result;
    result.terms.reserve(a.terms.size() + b.terms.size());
    result.degree = checked_sum(a.degree, b.degree);
    auto one = a.terms.begin();
    auto other = b.terms.begin();
    while (one != a.terms.end() && other != b.terms.end()) {
        if (std::abs(one->literal) != std::abs(other->literal)) {
            result.terms.push_back(std::abs(one->literal) < std::abs(other->literal) ? *one++ : *other++);
            continue;
        }
        if (one->literal == other->literal) {
            result.terms.push_back({one->literal, checked_sum(one->coefficient, other->coefficient)});
        } else {
            // c·l + d·~l = (c - d)·l + d
            const PbTerm& larger = one->coefficient > other->coefficient ? *one : *other;
            const Wide less = std::min(one->coefficient, other->coefficient);
            result.degree = checked_sum(result.degree, -less);
            if (larger.coefficient > less) result.terms.push_back({larger.literal, larger.coefficient - less});
        }
        ++one;
        ++other;
    }
    result.terms.insert(result.terms.end(), one, a.terms.end());
    result.terms.insert(result.terms.end(), other, b.terms.end());
    return result;
}

}  // namespace

void add(PbRow& row, const PbRow& other) {
    if (other.terms.size() > 1) {
        row = merge(row, other);
        tidy(row);
        return;
    }
    row.degree = checked_sum(row.degree, other.degree);
    for (const PbTerm& term : other.terms) add_term(row, term);
}

void multiply(PbRow& row, Wide factor) {
    if (factor < 0) throw RefusedStep("a row is multiplied by less than 0");
    if (factor == 0) row.terms.clear();
    for (PbTerm& term : row.terms) term.coefficient = checked_product(term.coefficient, factor);
    row.degree = checked_product(row.degree, factor);
}

void divide(PbRow& row, Wide divisor) {
    if (divisor <= 0) throw RefusedStep("a row is divided by less than 1");
    const auto up = [&](Wide number) { return number / divisor + (number % divisor > 0 ? 1 : 0); };
    for (PbTerm& term : row.terms) term.coefficient = up(term.coefficient);
    row.degree = up(row.degree);
}

void saturate(PbRow& row) {
    if (row.degree <= 0) row = {};
    for (PbTerm& term : row.terms) term.coefficient = std::min(term.coefficient, row.degree);
}

void weaken(PbRow& row, std::int32_t variable) {
    const auto place = place_of(row.terms, variable);
    if (place == row.terms.end() || std::abs(place->literal) != variable) return;
    row.degree = checked_sum(row.degree, -place->coefficient);
    place->coefficient = 0;
}

void tidy(PbRow& row) {
    std::erase_if(row.terms, [](const PbTerm& term) { return term.coefficient == 0; });
}

PbRow negation(const PbRow& row) {
    PbRow result;
    for (const PbTerm& term : row.terms) result.terms.push_back({-term.literal, term.coefficient});
    result.degree = checked_sum(checked_sum(row.most(), checked_product(row.degree, -1)), 1);
    return result;
}

/// The row's left side less the other's never falls below what is asked: they differ by no more than the degrees.
bool is_implied(const PbRow& row, const PbRow& by) {
    if (by.is_contradiction()) return true;
    std::vector<PbTerm> terms(row.terms);
    for (const PbTerm& term : by.terms) terms.push_back({term.literal, checked_product(term.coefficient, -1)});
    return normal_row(std::move(terms), checked_sum(row.degree, checked_product(by.degree, -1))).degree <= 0;
}

}  // namespace sinew::check
