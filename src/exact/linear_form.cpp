// SPDX-License-Identifier: Apache-2.0
#include "exact/linear_form.hpp"

#include <algorithm>

namespace sinew {

LinearForm::LinearForm(Variable variable, Rational coefficient) {
    if (coefficient != 0) terms_.push_back({variable, std::move(coefficient)});
}

LinearForm::LinearForm(std::vector<LinearTerm> terms, Rational constant)
    : terms_(std::move(terms)), constant_(std::move(constant)) {
    std::ranges::sort(terms_, {}, &LinearTerm::variable);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < terms_.size();) {
        LinearTerm sum = std::move(terms_[i]);
        for (++i; i < terms_.size() && terms_[i].variable == sum.variable; ++i)
            sum.coefficient += terms_[i].coefficient;
        if (sum.coefficient != 0) terms_[kept++] = std::move(sum);
    }
    terms_.resize(kept);
}

Rational LinearForm::coefficient(Variable variable) const {
    const auto at = std::lower_bound(terms_.begin(), terms_.end(), variable,
                                     [](const LinearTerm& term, Variable v) { return term.variable < v; });
    return at != terms_.end() && at->variable == variable ? at->coefficient : Rational(0);
}

void LinearForm::add(const LinearForm& other, const Rational& factor) {
    if (factor == 0) return;
    constant_ += factor * other.constant_;
    if (other.terms_.empty()) return;
    std::vector<LinearTerm> sum;
    sum.reserve(terms_.size() + other.terms_.size());
    auto mine = terms_.begin();
    auto theirs = other.terms_.begin();
    while (mine != terms_.end() || theirs != other.terms_.end()) {
        if (theirs == other.terms_.end() || (mine != terms_.end() && mine->variable < theirs->variable)) {
            sum.push_back(std::move(*mine++));
        } else if (mine == terms_.end() || theirs->variable < mine->variable) {
            sum.push_back({theirs->variable, factor * theirs->coefficient});
            ++theirs;
        } else {
            mine->coefficient += factor * theirs->coefficient;
            if (mine->coefficient != 0) sum.push_back(std::move(*mine));
            ++mine;
            ++theirs;
        }
    }
    terms_ = std::move(sum);
}

void LinearForm::scale(const Rational& factor) {
    constant_ *= factor;
    if (factor == 0) {
        terms_.clear();
        return;
    }
    for (LinearTerm& term : terms_) term.coefficient *= factor;
}

Rational LinearForm::value(std::span<const Rational> values) const {
    Rational sum = constant_;
    for (const LinearTerm& term : terms_) sum += term.coefficient * values[term.variable.index()];
    return sum;
}

LinearForm operator+(LinearForm left, const LinearForm& right) {
    left.add(right);
    return left;
}

LinearForm operator-(LinearForm left, const LinearForm& right) {
    left.add(right, -1);
    return left;
}

}  // namespace sinew
