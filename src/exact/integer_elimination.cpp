// SPDX-License-Identifier: Apache-2.0
#include "exact/integer_elimination.hpp"

#include <algorithm>
#include <utility>

namespace sinew {

namespace {
/// target += factor·source for sorted sequences of (key, number) pairs, dropping zeros.
template <class Entry, class Number, class Key, class Value>
void merge_multiple(std::vector<Entry>& target, std::span<const Entry> source, const Number& factor, const Key& key,
                    const Value& value) {
    if (source.empty() || factor == 0) return;
    std::vector<Entry> sum;
    sum.reserve(target.size() + source.size());
    std::size_t i = 0;
    for (const Entry& entry : source) {
        while (i < target.size() && key(target[i]) < key(entry)) sum.push_back(std::move(target[i++]));
        Entry merged = entry;
        value(merged) *= factor;
        if (i < target.size() && key(target[i]) == key(entry)) value(merged) += value(target[i++]);
        if (value(merged) != 0) sum.push_back(std::move(merged));
    }
    for (; i < target.size(); ++i) sum.push_back(std::move(target[i]));
    target = std::move(sum);
}

void add_multiple(std::vector<EquationMultiplier>& target, std::span<const EquationMultiplier> source,
                  const Rational& factor) {
    merge_multiple(
        target, source, factor, [](const EquationMultiplier& m) { return m.equation; },
        [](auto& m) -> auto& { return m.factor; });
}

/// The integer nearest to a/b.
Integer rounded_quotient(const Integer& a, const Integer& b) {
    const Integer numerator = 2 * a + b;
    const Integer denominator = 2 * b;
    Integer quotient;
    mpz_fdiv_q(quotient.get_mpz_t(), numerator.get_mpz_t(), denominator.get_mpz_t());
    return quotient;
}

const IntegerTerm& smallest(std::span<const IntegerTerm> terms) {
    return *std::ranges::min_element(terms, [](const IntegerTerm& a, const IntegerTerm& b) {
        return mpz_cmpabs(a.coefficient.get_mpz_t(), b.coefficient.get_mpz_t()) < 0;
    });
}
}  // namespace

Integer content(std::span<const IntegerTerm> terms) {
    Integer divisor = 0;
    for (const IntegerTerm& term : terms) divisor = gcd(divisor, term.coefficient);
    return divisor;
}

void add_multiple(std::vector<IntegerTerm>& target, std::span<const IntegerTerm> source, const Integer& factor) {
    merge_multiple(
        target, source, factor, [](const IntegerTerm& t) { return t.index; },
        [](auto& t) -> auto& { return t.coefficient; });
}

IntegerElimination::IntegerElimination(std::size_t unknowns) : forms_(unknowns) {
    for (std::size_t i = 0; i < unknowns; ++i) forms_[i].terms.push_back({i, 1});
}

ParameterForm IntegerElimination::reduce(std::span<const IntegerTerm> terms) const {
    ParameterForm result;
    for (const IntegerTerm& term : terms) {
        const ParameterForm& form = forms_[term.index];
        add_multiple(result.terms, form.terms, term.coefficient);
        result.constant += term.coefficient * form.constant;
        add_multiple(result.used, form.used, Rational(term.coefficient));
    }
    return result;
}

IntegerElimination::Answer IntegerElimination::add_equation(std::span<const IntegerTerm> terms, const Integer& right,
                                                            const Limits& limits) {
    // form = Σ parameters + constant, which is 0 up to the residuals in form.used and this equation's own.
    ParameterForm form = reduce(terms);
    form.constant -= right;
    const std::size_t number = equations_++;
    Integer divisor = content(form.terms);
    if (divisor == 0 && form.constant == 0) return Answer::consistent;
    if (divisor == 0 || form.constant % divisor != 0) {
        // Over no parameter at all the constant contradicts itself; half of a unit of it is no integer.
        const Rational scale = divisor == 0 ? 1 / Rational(2 * form.constant) : 1 / Rational(divisor);
        certificate_.clear();
        add_multiple(certificate_, form.used, -scale);
        certificate_.push_back({number, scale});
        return Answer::contradiction;
    }
    return solve(std::move(form), divisor, number, limits) ? Answer::consistent : Answer::stopped;
}

/// equation = residual of `number`, where equation is divisible by `divisor`: solves for one of its parameters.
/// False: a limit.
bool IntegerElimination::solve(ParameterForm equation, const Integer& divisor, std::size_t number,
                               const Limits& limits) {
    for (IntegerTerm& term : equation.terms) term.coefficient /= divisor;
    equation.constant /= divisor;
    for (;;) {
        const IntegerTerm pivot = smallest(equation.terms);
        ParameterForm value;
        if (abs(pivot.coefficient) == 1) {
            // ±p + rest + constant = (residual - Σ used)/divisor
            for (const IntegerTerm& term : equation.terms)
                if (term.index != pivot.index)
                    value.terms.push_back({term.index, -pivot.coefficient * term.coefficient});
            value.constant = -pivot.coefficient * equation.constant;
            const Rational share = Rational(pivot.coefficient) / Rational(divisor);
            add_multiple(value.used, equation.used, -share);
            value.used.push_back({number, share});
            return substitute(pivot.index, value, limits);
        }
        // p becomes p - Σ quotient·other, which leaves remainders of at most half of p's coefficient.
        for (IntegerTerm& term : equation.terms) {
            if (term.index == pivot.index) {
                value.terms.push_back({pivot.index, 1});
                continue;
            }
            const Integer quotient = rounded_quotient(term.coefficient, pivot.coefficient);
            if (quotient == 0) continue;
            value.terms.push_back({term.index, -quotient});
            term.coefficient -= quotient * pivot.coefficient;
        }
        std::erase_if(equation.terms, [](const IntegerTerm& term) { return term.coefficient == 0; });
        if (!substitute(pivot.index, value, limits)) return false;
    }
}

bool IntegerElimination::substitute(std::size_t parameter, const ParameterForm& value, const Limits& limits) {
    for (ParameterForm& form : forms_) {
        const auto at = std::lower_bound(form.terms.begin(), form.terms.end(), parameter,
                                         [](const IntegerTerm& term, std::size_t index) { return term.index < index; });
        if (at == form.terms.end() || at->index != parameter) continue;
        if (limits.exceeded()) return false;
        spend(ticks_per_rational * (form.terms.size() + form.used.size() + value.terms.size() + value.used.size()));
        const Integer factor = at->coefficient;
        form.terms.erase(at);
        add_multiple(form.terms, value.terms, factor);
        form.constant += factor * value.constant;
        add_multiple(form.used, value.used, Rational(factor));
    }
    return true;
}

}  // namespace sinew
