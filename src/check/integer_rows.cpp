// SPDX-License-Identifier: Apache-2.0
#include "check/integer_rows.hpp"

#include <algorithm>
#include <utility>

#include "base/limit_scope.hpp"
#include "exact/integer_elimination.hpp"

namespace sinew::check {

namespace {
/// The least multiple that makes all coefficients integers.
Integer common_denominator(const LinearForm& form) {
    Integer multiple = 1;
    for (const LinearTerm& term : form.terms()) multiple = lcm(multiple, Integer(term.coefficient.get_den()));
    return multiple;
}
}  // namespace

void IntegerRows::round(const LinearForm& form, Range& range) const {
    if (form.terms().empty()) return;
    for (const LinearTerm& term : form.terms())
        if (!columns_.contains(term.variable)) return;
    const Integer denominator = common_denominator(form);
    Integer divisor = 0;
    for (const LinearTerm& term : form.terms())
        divisor = gcd(divisor, Integer(Rational(term.coefficient * denominator).get_num()));
    Rational scale(denominator, divisor);  // the row times this is an integer, and can be each
    scale.canonicalize();
    Integer whole;
    if (range.lower) {
        const Rational least = *range.lower * scale;
        if (range.below == Strictness::strict && least.get_den() == 1)
            whole = least.get_num() + 1;
        else
            mpz_cdiv_q(whole.get_mpz_t(), least.get_num_mpz_t(), least.get_den_mpz_t());
        range.lower = whole / scale;
        range.below = Strictness::closed;
    }
    if (range.upper) {
        const Rational most = *range.upper * scale;
        if (range.above == Strictness::strict && most.get_den() == 1)
            whole = most.get_num() - 1;
        else
            mpz_fdiv_q(whole.get_mpz_t(), most.get_num_mpz_t(), most.get_den_mpz_t());
        range.upper = whole / scale;
        range.above = Strictness::closed;
    }
}

bool IntegerRows::contradict(std::vector<LinearForm> equations) const {
    std::vector<LinearForm> over_integers;
    while (!equations.empty()) {
        check_limits();
        LinearForm equation = std::move(equations.back());
        equations.pop_back();
        const auto other = std::find_if(equation.terms().begin(), equation.terms().end(),
                                        [&](const LinearTerm& term) { return !columns_.contains(term.variable); });
        if (other == equation.terms().end()) {
            over_integers.push_back(std::move(equation));
            continue;
        }
        const LinearTerm pivot = *other;
        for (LinearForm& rest : equations)
            if (const Rational factor = rest.coefficient(pivot.variable); factor != 0)
                rest.add(equation, -factor / pivot.coefficient);
    }
    IntegerElimination system(columns_.size());
    for (const LinearForm& equation : over_integers) {
        const Integer scale = lcm(common_denominator(equation), Integer(equation.constant().get_den()));
        std::vector<IntegerTerm> terms;
        for (const LinearTerm& term : equation.terms()) {
            const auto index = std::distance(columns_.begin(), columns_.find(term.variable));
            terms.push_back({static_cast<std::size_t>(index), Integer(Rational(term.coefficient * scale).get_num())});
        }
        const Integer right = -Integer(Rational(equation.constant() * scale).get_num());
        const auto answer = system.add_equation(terms, right, current_limits());
        if (answer == IntegerElimination::Answer::contradiction) return true;
        if (answer == IntegerElimination::Answer::stopped) return false;
    }
    return false;
}

}  // namespace sinew::check
