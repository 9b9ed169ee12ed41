// SPDX-License-Identifier: Apache-2.0
#include "integer/implied_rows.hpp"

#include <algorithm>
#include <map>

namespace sinew::integer {

namespace {
constexpr std::size_t most_equations = 1'000;
constexpr std::size_t most_entries = 50'000;

/// By variable, and what was given as it stands.
struct Sparse {
    std::map<std::size_t, Integer> terms;
    Integer right;
    bool is_given = true;
};

/// Divides by the common divisor, so that numbers stay small.
void reduce(Sparse& row) {
    std::erase_if(row.terms, [](const auto& term) { return term.second == 0; });
    Integer divisor = row.right;
    for (const auto& [variable, coefficient] : row.terms) divisor = gcd(divisor, coefficient);
    if (divisor <= 1) return;
    for (auto& [variable, coefficient] : row.terms) coefficient /= divisor;
    row.right /= divisor;
}

/// row := pivot's coefficient·row - row's coefficient·pivot, which is without the variable.
void eliminate(Sparse& row, const Sparse& pivot, std::size_t variable) {
    const Integer mine = row.terms.at(variable);
    const Integer its = pivot.terms.at(variable);
    for (auto& [index, coefficient] : row.terms) coefficient *= its;
    row.right *= its;
    for (const auto& [index, coefficient] : pivot.terms) row.terms[index] -= mine * coefficient;
    row.right -= mine * pivot.right;
    row.is_given = false;
    reduce(row);
}
}  // namespace

std::vector<LinearEquation> implied_equations(std::span<const LinearEquation> equations,
                                              std::span<const std::uint8_t> is_kept) {
    if (equations.size() > most_equations) return {};
    std::vector<Sparse> rows;
    for (const LinearEquation& equation : equations) {
        Sparse row;
        for (const Term& term : equation.terms) row.terms[term.variable.index()] += term.coefficient;
        row.right = equation.right;
        reduce(row);
        rows.push_back(std::move(row));
    }
    // Each row in turn is used up by the elimination of one variable that is not kept.
    const auto victim = [&](const Sparse& row) {
        return std::find_if(row.terms.begin(), row.terms.end(),
                            [&](const auto& term) { return is_kept[term.first] == 0; });
    };
    std::vector<LinearEquation> result;
    while (!rows.empty()) {
        // The shortest first, which keeps the others short.
        const auto shortest = std::min_element(
            rows.begin(), rows.end(), [](const Sparse& a, const Sparse& b) { return a.terms.size() < b.terms.size(); });
        const Sparse pivot = std::move(*shortest);
        rows.erase(shortest);
        const auto out = victim(pivot);
        if (out == pivot.terms.end()) {
            if (pivot.is_given || pivot.terms.empty()) continue;
            LinearEquation equation{{}, pivot.right};
            for (const auto& [variable, coefficient] : pivot.terms)
                equation.terms.push_back({IntVar(variable), coefficient});
            result.push_back(std::move(equation));
            continue;
        }
        std::size_t entries = 0;
        for (Sparse& row : rows) {
            if (row.terms.contains(out->first)) eliminate(row, pivot, out->first);
            entries += row.terms.size();
        }
        if (entries > most_entries) return {};
    }
    return result;
}

}  // namespace sinew::integer
