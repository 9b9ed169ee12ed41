// SPDX-License-Identifier: Apache-2.0
#include "exact/integer_coordinates.hpp"

#include <algorithm>
#include <utility>

namespace sinew {

namespace {
Integer product(const IntegerCoordinates::Vector& left, const IntegerCoordinates::Vector& right) {
    Integer sum;
    auto other = right.begin();
    for (const IntegerTerm& term : left) {
        while (other != right.end() && other->index < term.index) ++other;
        if (other == right.end()) break;
        if (other->index == term.index) sum += term.coefficient * other->coefficient;
    }
    return sum;
}

/// The integer nearest to left / right, so that remainders shrink by half at least.
Integer nearest_quotient(const Integer& left, const Integer& right) {
    Rational quotient(left, right);
    quotient.canonicalize();
    return floor(Rational(quotient + Rational(1, 2)));
}
}  // namespace

IntegerCoordinates::IntegerCoordinates(std::size_t dimension) : forms_(dimension) {
    for (std::size_t j = 0; j < dimension; ++j) forms_[j].push_back({j, 1});
    directions_ = forms_;
}

void IntegerCoordinates::shear(std::size_t a, std::size_t b, const Integer& factor) {
    add_multiple(directions_[a], directions_[b], -factor);
    add_multiple(forms_[b], forms_[a], factor);
}

/// Coordinate j, or its opposite, takes the place behind those of earlier forms.
void IntegerCoordinates::make_next(std::size_t j, bool opposite) {
    std::swap(forms_[rank_], forms_[j]);
    std::swap(directions_[rank_], directions_[j]);
    if (opposite)
        for (Vector* vector : {&forms_[rank_], &directions_[rank_]})
            for (IntegerTerm& term : *vector) term.coefficient = -term.coefficient;
    ++rank_;
}

/// Takes multiples of earlier forms out of the last one, so that its coefficients become small. `form` is what was
/// added over the coordinates below the last, of which it has `last`.
void IntegerCoordinates::shorten_last(const Integer& last, Vector& form) {
    const std::size_t own = rank_ - 1;
    for (std::size_t j = own; j-- > 0;) {
        const Integer factor = nearest_quotient(product(forms_[own], forms_[j]), product(forms_[j], forms_[j]));
        if (sgn(factor) == 0) continue;
        shear(j, own, -factor);  // y_own -= factor · y_j
        const IntegerTerm moved[] = {{j, factor * last}};
        add_multiple(form, moved, 1);
    }
}

IntegerCoordinates::Vector IntegerCoordinates::add(const Vector& form) {
    Vector result;
    Vector free;  // coefficients of the coordinates that are not bound to earlier forms
    for (std::size_t j = 0; j < dimension(); ++j) {
        Integer coefficient = product(form, directions_[j]);
        if (sgn(coefficient) != 0) (j < rank_ ? result : free).push_back({j, std::move(coefficient)});
    }
    while (free.size() > 1) {  // Euclid's algorithm
        const IntegerTerm least = *std::ranges::min_element(free, [](const auto& a, const auto& b) {
            return mpz_cmpabs(a.coefficient.get_mpz_t(), b.coefficient.get_mpz_t()) < 0;
        });
        for (IntegerTerm& term : free) {
            if (term.index == least.index) continue;
            const Integer factor = nearest_quotient(term.coefficient, least.coefficient);
            shear(term.index, least.index, factor);
            term.coefficient -= factor * least.coefficient;
        }
        std::erase_if(free, [](const IntegerTerm& term) { return sgn(term.coefficient) == 0; });
    }
    if (free.empty()) return result;
    Integer last = free.front().coefficient;
    make_next(free.front().index, sgn(last) < 0);
    last = abs(last);
    shorten_last(last, result);
    result.push_back({rank_ - 1, std::move(last)});
    return result;
}

}  // namespace sinew
