// SPDX-License-Identifier: Apache-2.0
#include "linear/linear_system.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace sinew::linear {

namespace {
/// Divides by what makes the coefficients coprime integers times one power of two, the first one positive and the
/// largest magnitude in [1/2, 1); returns the divisor. Unique up to the factor, and well scaled for a float solver.
Rational make_canonical(std::vector<SimplexTerm>& terms) {
    Integer denominator = 1;
    Integer content = 0;
    Integer largest = 0;
    for (const SimplexTerm& term : terms)
        mpz_lcm(denominator.get_mpz_t(), denominator.get_mpz_t(), term.coefficient.get_den_mpz_t());
    for (const SimplexTerm& term : terms) {
        const Integer whole = term.coefficient.get_num() * (denominator / term.coefficient.get_den());
        mpz_gcd(content.get_mpz_t(), content.get_mpz_t(), whole.get_mpz_t());
        if (mpz_cmpabs(whole.get_mpz_t(), largest.get_mpz_t()) > 0) largest = whole;
    }
    largest /= content;
    Rational divisor(content, denominator);
    divisor.canonicalize();
    mpq_mul_2exp(divisor.get_mpq_t(), divisor.get_mpq_t(), mpz_sizeinbase(largest.get_mpz_t(), 2));
    if (sgn(terms.front().coefficient) < 0) divisor = -divisor;
    for (SimplexTerm& term : terms) term.coefficient /= divisor;
    return divisor;
}

std::size_t hash_of(const std::vector<SimplexTerm>& terms) {
    std::size_t hash = 14695981039346656037ULL;
    for (const SimplexTerm& term : terms) {
        hash = (hash ^ term.variable.index()) * 1099511628211ULL;
        const std::size_t low = mpz_get_ui(term.coefficient.get_num_mpz_t());
        hash = (hash ^ (sgn(term.coefficient) < 0 ? ~low : low)) * 1099511628211ULL;
    }
    return hash;
}

bool same_terms(std::span<const SimplexTerm> left, std::span<const SimplexTerm> right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const SimplexTerm& a, const SimplexTerm& b) {
                          return a.variable == b.variable && a.coefficient == b.coefficient;
                      });
}
}  // namespace

SimplexVariable LinearSystem::add_variable(std::vector<SimplexTerm> terms, bool is_row) {
    terms_.push_back(std::move(terms));
    is_row_.push_back(is_row);
    bounds_.resize(bounds_.size() + 2);
    return SimplexVariable(terms_.size() - 1);
}

SimplexVariable LinearSystem::add_column() {
    return add_variable({}, false);
}

FormBound LinearSystem::variable_of(const LinearForm& form,
                                    const std::unordered_map<Variable, SimplexVariable>& column_of) {
    std::vector<SimplexTerm> terms;
    terms.reserve(form.terms().size());
    for (const LinearTerm& term : form.terms()) {
        const auto column = column_of.find(term.variable);
        require(column != column_of.end(), "a linear constraint names columns of the linear theory");
        terms.push_back({column->second, term.coefficient});
    }
    if (terms.size() == 1) return {terms.front().variable, terms.front().coefficient};
    std::sort(terms.begin(), terms.end(),
              [](const SimplexTerm& a, const SimplexTerm& b) { return a.variable < b.variable; });
    const Rational factor = terms.empty() ? Rational(1) : make_canonical(terms);
    const std::size_t hash = hash_of(terms);
    const auto [begin, end] = rows_by_hash_.equal_range(hash);
    for (auto known = begin; known != end; ++known)
        if (same_terms(terms_[known->second.index()], terms)) return {known->second, factor};
    const SimplexVariable row = add_variable(std::move(terms), true);
    rows_by_hash_.emplace(hash, row);
    return {row, factor};
}

}  // namespace sinew::linear
