// SPDX-License-Identifier: Apache-2.0
#include "exact/congruences.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sinew {

namespace {

constexpr std::uint32_t unsolved = ~std::uint32_t{0};

/// Into [0, modulus).
std::int64_t residue_of(std::int64_t value, std::int64_t modulus) {
    const std::int64_t rest = value % modulus;
    return rest < 0 ? rest + modulus : rest;
}

/// Of a unit modulo `modulus`, by Euclid's algorithm.
std::int64_t inverse_modulo(std::int64_t value, std::int64_t modulus) {
    std::int64_t previous = 0;
    std::int64_t factor = 1;
    std::int64_t last = modulus;
    std::int64_t rest = value;
    while (rest != 0) {
        const std::int64_t quotient = last / rest;
        last = std::exchange(rest, last - quotient * rest);
        previous = std::exchange(factor, previous - quotient * factor);
    }
    return residue_of(previous, modulus);
}

}  // namespace

Congruences::Congruences(std::int64_t prime, std::size_t unknowns, Multipliers multipliers)
    : prime_(prime), keep_multipliers_(multipliers == Multipliers::kept), columns_(unknowns) {
    require(prime >= 2 && prime < std::int64_t{1} << 31, "products of residues fit 64 bits");
    powers_.push_back(1);
    while (powers_.back() * prime < std::int64_t{1} << 31) powers_.push_back(powers_.back() * prime);
    exponent_ = static_cast<std::uint32_t>(powers_.size() - 1);
}

void Congruences::add_equation(std::span<const Term> terms, std::int64_t right) {
    const auto index = static_cast<std::uint32_t>(rows_.size());
    Row row;
    const std::int64_t most = powers_[exponent_];
    for (const Term& term : terms) {
        require(term.unknown < columns_.size(), "an equation names unknowns of its system");
        const std::int64_t coefficient = residue_of(term.coefficient, most);
        if (coefficient == 0) continue;
        row.terms.push_back({term.unknown, coefficient});
        columns_[term.unknown].push_back(index);
    }
    std::ranges::sort(row.terms, {}, &Term::unknown);
    row.right = residue_of(right, most);
    if (keep_multipliers_) row.multipliers.push_back({index, 1});
    rows_.push_back(std::move(row));
}

/// The exponent of p in value, which is not 0.
std::uint32_t Congruences::valuation(std::int64_t value) const {
    std::uint32_t exponent = 0;
    for (; value % prime_ == 0; ++exponent) value /= prime_;
    return exponent;
}

/// Divides the row by the power of p that all coefficients share. False: it does not divide the right side, which is
/// the contradiction.
bool Congruences::primitive(Row& row) {
    std::uint32_t shared = exponent_ - row.shift;
    for (const Term& term : row.terms) {
        if (shared == 0) return true;
        shared = std::min(shared, valuation(term.coefficient));
    }
    if (row.right != 0 && valuation(row.right) < shared) {
        contradiction_.divisor = powers_[row.shift + valuation(row.right) + 1];
        for (const Term& term : row.multipliers) {
            std::int64_t factor = term.coefficient % contradiction_.divisor;
            if (factor > contradiction_.divisor / 2) factor -= contradiction_.divisor;
            if (factor != 0) contradiction_.multipliers.emplace_back(term.unknown, factor);
        }
        return false;
    }
    if (row.terms.empty()) return true;
    for (Term& term : row.terms) term.coefficient /= powers_[shared];
    row.right /= powers_[shared];
    row.shift += shared;
    return true;
}

void Congruences::note_length(std::uint32_t row) {
    const std::size_t length = rows_[row].terms.size();
    if (by_length_.size() <= length) by_length_.resize(length + 1);
    by_length_[length].push_back(row);
    shortest_ = std::min(shortest_, length);
}

std::optional<std::uint32_t> Congruences::shortest_open() {
    for (; shortest_ < by_length_.size(); ++shortest_) {
        std::vector<std::uint32_t>& rows = by_length_[shortest_];
        while (!rows.empty()) {
            const std::uint32_t row = rows.back();
            rows.pop_back();
            if (rows_[row].open && rows_[row].terms.size() == shortest_) return row;
        }
    }
    return std::nullopt;
}

Congruences::Answer Congruences::eliminate(const Limits& limits, std::uint64_t most_effort) {
    for (std::uint32_t row = 0; row < rows_.size(); ++row) {
        if (!primitive(rows_[row])) return Answer::contradiction;
        note_length(row);
    }
    std::uint64_t next_look = 0;
    while (const std::optional<std::uint32_t> chosen = shortest_open()) {
        if (effort_ >= next_look) {
            if (effort_ > most_effort || limits.exceeded()) return Answer::stopped;
            next_look = effort_ + 10'000;
        }
        effort_ += 10;
        Row& row = rows_[*chosen];
        row.open = false;
        if (row.terms.empty()) continue;
        const Term* pivot = nullptr;
        for (const Term& term : row.terms) {
            remove_from_column(term.unknown, *chosen);
            if (term.coefficient % prime_ == 0) continue;
            if (pivot == nullptr || columns_[term.unknown].size() < columns_[pivot->unknown].size()) pivot = &term;
        }
        const Unknown unknown = pivot->unknown;
        const std::int64_t factor = inverse_modulo(pivot->coefficient, modulus(row));
        for (Term& term : row.terms) term.coefficient = term.coefficient * factor % modulus(row);
        row.right = row.right * factor % modulus(row);
        for (Term& term : row.multipliers)
            term.coefficient = term.coefficient * (factor % powers_[exponent_]) % powers_[exponent_];
        pivots_.emplace_back(*chosen, unknown);
        const std::vector<std::uint32_t> others = columns_[unknown];
        for (const std::uint32_t other : others) {
            eliminate(other, *chosen, unknown);
            if (!primitive(rows_[other])) return Answer::contradiction;
            note_length(other);
            if (effort_ > most_effort) return Answer::stopped;
        }
    }
    return substitute_back(limits, most_effort) ? Answer::consistent : Answer::stopped;
}

void Congruences::remove_from_column(Unknown unknown, std::uint32_t row) {
    std::vector<std::uint32_t>& column = columns_[unknown];
    const auto place = std::ranges::find(column, row);
    effort_ += static_cast<std::uint64_t>(place - column.begin()) / 8 + 1;
    *place = column.back();
    column.pop_back();
}

/// Takes `unknown`, the source's pivot, out of the target, and keeps the columns right.
void Congruences::eliminate(std::uint32_t target, std::uint32_t source, Unknown unknown) {
    Row& row = rows_[target];
    const std::vector<Term> before = row.terms;
    subtract(row, rows_[source], unknown);
    auto old = before.begin();
    auto now = row.terms.begin();
    while (old != before.end() || now != row.terms.end()) {
        if (now == row.terms.end() || (old != before.end() && old->unknown < now->unknown)) {
            remove_from_column(old++->unknown, target);
        } else if (old == before.end() || now->unknown < old->unknown) {
            columns_[now++->unknown].push_back(target);
        } else {
            ++old;
            ++now;
        }
    }
}

void Congruences::subtract(Row& target, const Row& source, Unknown unknown) {
    const auto place = std::lower_bound(target.terms.begin(), target.terms.end(), unknown,
                                        [](const Term& term, Unknown value) { return term.unknown < value; });
    const std::int64_t factor = place->coefficient;
    const std::uint32_t shift = std::max(target.shift, source.shift);
    if (keep_multipliers_) {
        const std::int64_t most = powers_[exponent_];
        const std::int64_t minus = factor * (powers_[shift - source.shift] % most) % most;
        combine(target.multipliers, powers_[shift - target.shift] % most, source.multipliers, minus, most);
    }
    target.shift = shift;
    const std::int64_t smaller = modulus(target);
    combine(target.terms, 1, source.terms, factor % smaller, smaller);
    target.right = residue_of(target.right % smaller - factor % smaller * (source.right % smaller) % smaller, smaller);
}

/// target := factor·target - minus·source; factor, minus < modulus.
void Congruences::combine(std::vector<Term>& target, std::int64_t factor, std::span<const Term> source,
                          std::int64_t minus, std::int64_t modulus) {
    scratch_.clear();
    effort_ += target.size() + source.size();
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < target.size() || j < source.size()) {
        const bool left = j == source.size() || (i < target.size() && target[i].unknown <= source[j].unknown);
        const bool right = i == target.size() || (j < source.size() && source[j].unknown <= target[i].unknown);
        const Unknown unknown = left ? target[i].unknown : source[j].unknown;
        std::int64_t value = 0;
        if (left) value = target[i++].coefficient % modulus * factor % modulus;
        if (right) value -= source[j++].coefficient % modulus * minus % modulus;
        if (value < 0) value += modulus;
        if (value != 0) scratch_.push_back({unknown, value});
    }
    target.assign(scratch_.begin(), scratch_.end());
}

/// From the last pivot to the first, so that what is put in is solved already. False: a limit was reached.
bool Congruences::substitute_back(const Limits& limits, std::uint64_t most_effort) {
    solved_at_.assign(columns_.size(), unsolved);
    std::uint64_t next_look = effort_ + 10'000;
    for (auto place = pivots_.rbegin(); place != pivots_.rend(); ++place) {
        const auto [index, pivot] = *place;
        Row& row = rows_[index];
        const std::vector<Term> before = row.terms;
        for (const Term& term : before) {
            if (solved_at_[term.unknown] == unsolved) continue;
            // A row that was put in before may have brought this one's precision so low that the term is gone.
            const auto at = std::lower_bound(row.terms.begin(), row.terms.end(), term.unknown,
                                             [](const Term& t, Unknown value) { return t.unknown < value; });
            if (at == row.terms.end() || at->unknown != term.unknown) continue;
            subtract(row, rows_[pivots_[pivots_.size() - 1 - solved_at_[term.unknown]].first], term.unknown);
            if (effort_ < next_look) continue;
            if (effort_ > most_effort || limits.exceeded()) return false;
            next_look = effort_ + 10'000;
        }
        solved_at_[pivot] = static_cast<std::uint32_t>(solved_.size());
        Solved& solved = solved_.emplace_back();
        solved.pivot = pivot;
        solved.right = row.right;
        solved.modulus = modulus(row);
        for (const Term& term : row.terms)
            if (term.unknown != pivot) solved.terms.push_back(term);
    }
    return true;
}

Congruences::Residue Congruences::residue(std::span<const Term> sum) const {
    Residue result;
    result.modulus = powers_[exponent_];
    std::vector<Term> rest;
    for (const Term& term : sum) {
        if (term.unknown < solved_at_.size() && solved_at_[term.unknown] != unsolved) {
            const Solved& solved = solved_[solved_at_[term.unknown]];
            result.modulus = std::min(result.modulus, solved.modulus);
            const std::int64_t factor = residue_of(term.coefficient, solved.modulus);
            result.value = (result.value + factor * solved.right) % solved.modulus;
            for (const Term& other : solved.terms)
                rest.push_back({other.unknown, solved.modulus - factor * other.coefficient % solved.modulus});
        } else {
            rest.push_back({term.unknown, residue_of(term.coefficient, powers_[exponent_])});
        }
    }
    std::ranges::sort(rest, {}, &Term::unknown);
    for (std::size_t i = 0; i < rest.size();) {
        std::int64_t coefficient = 0;
        const Unknown unknown = rest[i].unknown;
        for (; i < rest.size() && rest[i].unknown == unknown; ++i)
            coefficient = (coefficient + rest[i].coefficient) % result.modulus;
        while (coefficient % result.modulus != 0) result.modulus /= prime_;
    }
    result.value = residue_of(result.value, result.modulus);
    return result;
}

}  // namespace sinew
