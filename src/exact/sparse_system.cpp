// SPDX-License-Identifier: Apache-2.0
#include "exact/sparse_system.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew {

void SparseSystem::add_equation(std::span<const Term> terms, DeltaRational right) {
    Equation equation;
    Integer denominator = 1;
    for (const Term& term : terms)
        mpz_lcm(denominator.get_mpz_t(), denominator.get_mpz_t(), term.coefficient.get_den_mpz_t());
    const auto index = static_cast<std::uint32_t>(equations_.size());
    for (const Term& term : terms) {
        require(term.unknown < columns_.size(), "an equation names unknowns of its system");
        if (sgn(term.coefficient) == 0) continue;
        equation.entries.push_back(
            {term.unknown, Integer(denominator / term.coefficient.get_den() * term.coefficient.get_num())});
        columns_[term.unknown].push_back(index);
    }
    std::ranges::sort(equation.entries, {}, &Entry::unknown);
    equation.right = std::move(right);
    equation.right *= Rational(denominator);
    divide_content(equation);
    equations_.push_back(std::move(equation));
    note_length(index);
}

std::optional<std::vector<DeltaRational>> SparseSystem::solve(const Limits& limits) {
    values_.assign(columns_.size(), std::nullopt);
    while (const std::optional<std::uint32_t> chosen = shortest_open()) {
        if (limits.exceeded()) return std::nullopt;
        Equation& equation = equations_[*chosen];
        if (equation.entries.empty()) {
            if (sgn(equation.right) != 0) return std::nullopt;
            equation.open = false;
            continue;
        }
        const auto pivot = std::ranges::min_element(equation.entries, [this](const Entry& left, const Entry& right) {
            return columns_[left.unknown].size() < columns_[right.unknown].size();
        });
        const Unknown unknown = pivot->unknown;
        equation.open = false;
        for (const Entry& entry : equation.entries) remove_from_column(entry.unknown, *chosen);
        if (equation.entries.size() == 1) {
            settle(*chosen, unknown);
            continue;
        }
        pivots_.emplace_back(*chosen, unknown);
        const std::vector<std::uint32_t> others = std::move(columns_[unknown]);
        columns_[unknown].clear();
        spend(ticks_per_rational * equation.entries.size() * (others.size() + 1));
        for (const std::uint32_t other : others) eliminate(other, *chosen, unknown);
    }
    substitute_back();
    std::vector<DeltaRational> solution;
    solution.reserve(values_.size());
    for (std::optional<DeltaRational>& value : values_) {
        if (!value) return std::nullopt;
        solution.push_back(std::move(*value));
    }
    return solution;
}

std::vector<SparseSystem::Entry>::iterator SparseSystem::find(Equation& equation, Unknown unknown) {
    return std::lower_bound(equation.entries.begin(), equation.entries.end(), unknown,
                            [](const Entry& entry, Unknown wanted) { return entry.unknown < wanted; });
}

void SparseSystem::remove_from_column(Unknown unknown, std::uint32_t equation) {
    std::vector<std::uint32_t>& column = columns_[unknown];
    const auto place = std::ranges::find(column, equation);
    if (place == column.end()) return;
    *place = column.back();
    column.pop_back();
}

void SparseSystem::note_length(std::uint32_t equation) {
    if (equations_[equation].entries.size() <= 1) ready_.push_back(equation);
}

std::optional<std::uint32_t> SparseSystem::shortest_open() {
    while (!ready_.empty()) {
        const std::uint32_t equation = ready_.back();
        ready_.pop_back();
        if (equations_[equation].open) return equation;
    }
    std::optional<std::uint32_t> best;
    for (std::uint32_t i = 0; i < equations_.size(); ++i)
        if (equations_[i].open && (!best || equations_[i].entries.size() < equations_[*best].entries.size())) best = i;
    return best;
}

/// The equation names one unknown only: puts its value into the others, which get shorter without any scaling.
void SparseSystem::settle(std::uint32_t equation, Unknown unknown) {
    DeltaRational value = std::move(equations_[equation].right);
    value *= 1 / Rational(equations_[equation].entries.front().coefficient);
    for (const std::uint32_t other : columns_[unknown]) {
        Equation& reader = equations_[other];
        const auto entry = find(reader, unknown);
        reader.right -= value * Rational(entry->coefficient);
        reader.entries.erase(entry);
        note_length(other);
    }
    columns_[unknown].clear();
    values_[unknown] = std::move(value);
}

void SparseSystem::eliminate(std::uint32_t target, std::uint32_t source, Unknown unknown) {
    const Integer& in_target = find(equations_[target], unknown)->coefficient;
    const Integer& in_source = find(equations_[source], unknown)->coefficient;
    Integer common;
    mpz_gcd(common.get_mpz_t(), in_target.get_mpz_t(), in_source.get_mpz_t());
    Integer target_factor;
    Integer source_factor;
    mpz_divexact(target_factor.get_mpz_t(), in_source.get_mpz_t(), common.get_mpz_t());
    mpz_divexact(source_factor.get_mpz_t(), in_target.get_mpz_t(), common.get_mpz_t());
    mpz_neg(source_factor.get_mpz_t(), source_factor.get_mpz_t());
    equations_[target].right *= Rational(target_factor);
    equations_[target].right += equations_[source].right * Rational(source_factor);
    merge(target, equations_[source], target_factor, source_factor);
    divide_content(equations_[target]);
    note_length(target);
}

void SparseSystem::merge(std::uint32_t target, const Equation& source, const Integer& target_factor,
                         const Integer& source_factor) {
    std::vector<Entry>& left = equations_[target].entries;
    const std::vector<Entry>& right = source.entries;
    scratch_.clear();
    for (Entry& entry : left)
        mpz_mul(entry.coefficient.get_mpz_t(), entry.coefficient.get_mpz_t(), target_factor.get_mpz_t());
    auto i = left.begin();
    for (const Entry& added : right) {
        while (i != left.end() && i->unknown < added.unknown) scratch_.push_back(std::move(*i++));
        if (i == left.end() || i->unknown != added.unknown) {
            scratch_.push_back({added.unknown, Integer(added.coefficient * source_factor)});
            columns_[added.unknown].push_back(target);
            continue;
        }
        mpz_addmul(i->coefficient.get_mpz_t(), added.coefficient.get_mpz_t(), source_factor.get_mpz_t());
        if (sgn(i->coefficient) != 0)
            scratch_.push_back(std::move(*i));
        else
            remove_from_column(i->unknown, target);
        ++i;
    }
    scratch_.insert(scratch_.end(), std::make_move_iterator(i), std::make_move_iterator(left.end()));
    std::swap(left, scratch_);
}

void SparseSystem::divide_content(Equation& equation) {
    Integer content = 0;
    for (const Entry& entry : equation.entries) {
        mpz_gcd(content.get_mpz_t(), content.get_mpz_t(), entry.coefficient.get_mpz_t());
        if (content == 1) return;
    }
    if (sgn(content) == 0) return;
    for (Entry& entry : equation.entries)
        mpz_divexact(entry.coefficient.get_mpz_t(), entry.coefficient.get_mpz_t(), content.get_mpz_t());
    equation.right *= Rational(1, content);
}

/// What an elimination used is solved after everything that it mentions besides.
void SparseSystem::substitute_back() {
    for (auto pivot = pivots_.rbegin(); pivot != pivots_.rend(); ++pivot) {
        Equation& equation = equations_[pivot->first];
        DeltaRational value = std::move(equation.right);
        Rational divisor;
        bool known = true;
        for (const Entry& entry : equation.entries) {
            if (entry.unknown == pivot->second) {
                divisor = Rational(entry.coefficient);
            } else if (values_[entry.unknown]) {
                value -= *values_[entry.unknown] * Rational(entry.coefficient);
            } else {
                known = false;
            }
        }
        if (!known) continue;
        value *= 1 / divisor;
        values_[pivot->second] = std::move(value);
    }
}

}  // namespace sinew
