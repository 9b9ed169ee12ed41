// SPDX-License-Identifier: Apache-2.0
#include "integer/linear_posting.hpp"

#include <algorithm>
#include <array>

#include "integer/big_row.hpp"
#include "integer/constraint_list.hpp"
#include "integer/not_equal.hpp"

namespace sinew::integer {

namespace {

Integer floor_quotient(const Integer& a, const Integer& b) {
    Integer result;
    mpz_fdiv_q(result.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
    return result;
}

Integer common_divisor(std::span<const Term> terms) {
    Integer divisor = 0;
    for (const Term& term : terms) divisor = gcd(divisor, term.coefficient);
    return divisor;
}

View view_of(const Term& term) {
    return View(term.variable, term.coefficient < 0);
}

/// Terms as rows want them, if their coefficients are small enough.
bool to_row(std::span<const Term> terms, std::vector<RowTerm>& row) {
    row.clear();
    for (const Term& term : terms) {
        const Integer magnitude = abs(term.coefficient);
        if (!magnitude.fits_slong_p()) return false;
        row.push_back({view_of(term), magnitude.get_si()});
    }
    return true;
}

void negate(std::vector<Term>& terms) {
    for (Term& term : terms) term.coefficient = -term.coefficient;
}

}  // namespace

std::vector<Term> merged(std::span<const Term> terms) {
    std::vector<Term> result(terms.begin(), terms.end());
    std::stable_sort(result.begin(), result.end(),
                     [](const Term& a, const Term& b) { return a.variable < b.variable; });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < result.size();) {
        Term sum = std::move(result[i]);
        for (++i; i < result.size() && result[i].variable == sum.variable; ++i)
            sum.coefficient += result[i].coefficient;
        if (sum.coefficient != 0) result[kept++] = std::move(sum);
    }
    result.resize(kept);
    return result;
}

Bound LinearPosting::new_boolean() {
    const Range range{0, 1};
    return is_true(engine_.add_variable({&range, 1}));
}

Bound LinearPosting::constant(bool value) {
    if (!one_.view.valid()) {
        const Range range{1, 1};
        one_ = is_true(engine_.add_variable({&range, 1}));
    }
    return value ? one_ : ~one_;
}

Bound LinearPosting::equal(IntVar variable, const Integer& value) {
    const Domains& domains = engine_.domains();
    if (value < domains.lower(variable) || value > domains.upper(variable)) return constant(false);
    const Value k = value.get_si();
    if (domains.next_value(View(variable), k) != k) return constant(false);
    if (k == domains.lower(variable)) return at_most(variable, k);
    if (k == domains.upper(variable)) return at_least(variable, k);
    const auto [known, is_new] = equal_[variable].try_emplace(k);
    if (!is_new) return known->second;
    const Bound literal = new_boolean();
    known->second = literal;
    engine_.add_clause(std::array{~literal, at_least(variable, k)});
    engine_.add_clause(std::array{~literal, at_most(variable, k)});
    engine_.add_clause(std::array{literal, at_most(variable, k - 1), at_least(variable, k + 1)});
    return literal;
}

void LinearPosting::add_clause(Bound condition, std::vector<Bound> literals) {
    if (condition.view.valid()) literals.push_back(~condition);
    engine_.add_clause(literals);
}

/// coefficient·variable <= right as a bound, a constant where it is none.
Bound LinearPosting::bound_of(const Term& term, const Integer& right) {
    const View view = view_of(term);
    const Integer limit = floor_quotient(right, abs(term.coefficient));  // view <= limit
    if (limit >= engine_.domains().upper(view)) return constant(true);
    if (limit < engine_.domains().lower(view)) return constant(false);
    return {-view, -limit.get_si()};
}

/// Where variables have two values at most and all together are one too many, the constraint is a clause.
bool LinearPosting::post_as_clause(Bound condition, std::span<const Term> terms, const Integer& right) {
    const Domains& domains = engine_.domains();
    Integer slack = right;
    Integer all = 0;
    Integer least = -1;
    for (const Term& term : terms) {
        const View view = view_of(term);
        if (domains.upper(view) - domains.lower(view) != 1) return false;
        const Integer magnitude = abs(term.coefficient);
        slack -= magnitude * domains.lower(view);
        all += magnitude;
        if (least < 0 || magnitude < least) least = magnitude;
    }
    if (slack >= all) return true;
    if (slack < all - least) return false;
    std::vector<Bound> literals;
    for (const Term& term : terms) literals.push_back({-view_of(term), -domains.lower(view_of(term))});
    add_clause(condition, std::move(literals));
    return true;
}

/// A literal that is as true as `condition`, of a variable that the terms don't have.
Bound LinearPosting::beside(Bound condition, std::span<const Term> terms) {
    if (!condition.view.valid()) return condition;
    const IntVar variable = condition.view.variable();
    if (std::none_of(terms.begin(), terms.end(), [&](const Term& term) { return term.variable == variable; }))
        return condition;
    const Bound proxy = new_boolean();
    engine_.add_clause(std::array{~condition, proxy});
    engine_.add_clause(std::array{condition, ~proxy});
    return proxy;
}

void LinearPosting::post_less_equal(Bound condition, const std::vector<Term>& given, const Integer& given_right) {
    std::vector<Term> terms = given;
    const Integer divisor = common_divisor(terms);
    for (Term& term : terms) term.coefficient /= divisor;
    const Integer right = floor_quotient(given_right, divisor);
    if (terms.size() == 1) {
        add_clause(condition, {bound_of(terms.front(), right)});
        return;
    }
    if (post_as_clause(condition, terms, right)) return;
    condition = beside(condition, terms);
    std::vector<RowTerm> row;
    if (to_row(terms, row) && LinearRows::fits(engine_.domains(), row, right)) {
        engine_.add_row(row, to_wide(right), condition);
        return;
    }
    std::vector<BigRow::Term> big;
    for (const Term& term : terms) big.push_back({view_of(term), abs(term.coefficient)});
    engine_.add_propagator(std::make_unique<BigRow>(std::move(big), right, condition));
}

void LinearPosting::post_not_equal(Bound condition, const std::vector<Term>& given, const Integer& right) {
    std::vector<Term> terms = given;
    const Integer divisor = common_divisor(terms);
    if (right % divisor != 0) return;
    for (Term& term : terms) term.coefficient /= divisor;
    const Integer value = right / divisor;
    if (terms.size() == 1) {
        const Integer forbidden = terms.front().coefficient < 0 ? Integer(-value) : value;
        add_clause(condition, {~equal(terms.front().variable, forbidden)});
        return;
    }
    condition = beside(condition, terms);
    std::vector<RowTerm> row;
    // Over wide domains alone values are not worth to be looked at one by one: which side it is is decided instead.
    const bool all_wide = std::all_of(
        terms.begin(), terms.end(), [&](const Term& term) { return is_wide(engine_.domains(), View(term.variable)); });
    if (!all_wide && to_row(terms, row) && LinearRows::fits(engine_.domains(), row, value)) {
        engine_.add_propagator(std::make_unique<NotEqual>(std::move(row), to_wide(value), condition));
        return;
    }
    const Bound less = new_boolean();
    const Bound greater = new_boolean();
    add_clause(condition, {less, greater});
    post_less_equal(less, terms, value - 1);
    negate(terms);
    post_less_equal(greater, terms, -value - 1);
}

void LinearPosting::post_merged(Bound condition, std::vector<Term> terms, Relation relation, const Integer& given) {
    const Domains& domains = engine_.domains();
    Integer right = given;
    std::erase_if(terms, [&](const Term& term) {
        if (!domains.is_fixed(View(term.variable))) return false;
        right -= term.coefficient * domains.lower(term.variable);
        return true;
    });
    if (terms.empty()) {
        if (!holds(relation, 0, right)) add_clause(condition, {});
        return;
    }
    if (relation == Relation::not_equal) {
        post_not_equal(condition, terms, right);
        return;
    }
    if (relation == Relation::equal && right % common_divisor(terms) != 0) {
        add_clause(condition, {});
        return;
    }
    if (relation != Relation::greater_equal) post_less_equal(condition, terms, right);
    if (relation == Relation::less_equal) return;
    negate(terms);
    post_less_equal(condition, terms, -right);
}

std::optional<Bound> LinearPosting::as_bound(std::span<const Term> given, Relation relation, const Integer& right) {
    std::vector<Term> terms = merged(given);
    if (terms.empty()) return constant(holds(relation, 0, right));
    if (terms.size() > 1) return std::nullopt;
    Term& term = terms.front();
    if (relation == Relation::less_equal) return bound_of(term, right);
    const bool divides = right % term.coefficient == 0;
    const Integer value = divides ? Integer(right / term.coefficient) : Integer(0);
    if (relation == Relation::equal) return divides ? equal(term.variable, value) : constant(false);
    if (relation == Relation::not_equal) return divides ? ~equal(term.variable, value) : constant(true);
    term.coefficient = -term.coefficient;
    return bound_of(term, -right);
}

void LinearPosting::post(std::span<const Term> terms, Relation relation, const Integer& right) {
    post_merged(Bound{}, merged(terms), relation, right);
}

void LinearPosting::post_if(Bound literal, std::span<const Term> terms, Relation relation, const Integer& right) {
    post_merged(literal, merged(terms), relation, right);
}

void LinearPosting::post_iff(Bound literal, std::span<const Term> terms, Relation relation, const Integer& right) {
    post_if(literal, terms, relation, right);
    switch (relation) {
        case Relation::less_equal:
            return post_if(~literal, terms, Relation::greater_equal, right + 1);
        case Relation::greater_equal:
            return post_if(~literal, terms, Relation::less_equal, right - 1);
        case Relation::equal:
            return post_if(~literal, terms, Relation::not_equal, right);
        case Relation::not_equal:
            return post_if(~literal, terms, Relation::equal, right);
    }
}

}  // namespace sinew::integer
