// SPDX-License-Identifier: Apache-2.0
#include "linear/exact_vertex.hpp"

#include <limits>
#include <utility>

#include "exact/sparse_system.hpp"

namespace sinew::linear {

namespace {
/// Where a nonbasic variable rests; absent if the bound is not there.
std::optional<Rational> resting_value(const LinearSystem& system, SimplexVariable variable, BasisPlace place,
                                      const Rational& margin) {
    if (place == BasisPlace::at_zero) return Rational();
    const Bound& bound = system.bound(variable, place == BasisPlace::at_upper ? Side::upper : Side::lower);
    if (!bound.present) return std::nullopt;
    return Rational(bound.value.value + margin * bound.value.delta);
}

/// Values of all columns: nonbasic ones rest on their bounds, basic ones make the nonbasic rows rest on theirs.
std::optional<std::vector<Rational>> column_values(const LinearSystem& system, std::span<const BasisPlace> places,
                                                   const Rational& margin, const Limits& limits) {
    constexpr auto none = std::numeric_limits<SparseSystem::Unknown>::max();
    std::vector<Rational> values(system.variable_count());
    std::vector<SparseSystem::Unknown> unknown_of(system.variable_count(), none);
    std::vector<SimplexVariable> unknowns;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const SimplexVariable column(i);
        if (system.is_row(column)) continue;
        if (places[i] == BasisPlace::basic) {
            unknown_of[i] = static_cast<SparseSystem::Unknown>(unknowns.size());
            unknowns.push_back(column);
        } else if (auto value = resting_value(system, column, places[i], margin)) {
            values[i] = std::move(*value);
        } else {
            return std::nullopt;
        }
    }
    SparseSystem equations(unknowns.size());
    std::vector<SparseSystem::Term> terms;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const SimplexVariable row(i);
        if (!system.is_row(row) || places[i] == BasisPlace::basic) continue;
        std::optional<Rational> right = resting_value(system, row, places[i], margin);
        if (!right) return std::nullopt;
        terms.clear();
        for (const SimplexTerm& term : system.terms(row)) {
            const SparseSystem::Unknown unknown = unknown_of[term.variable.index()];
            if (unknown != none)
                terms.push_back({unknown, term.coefficient});
            else
                *right -= values[term.variable.index()] * term.coefficient;
        }
        equations.add_equation(terms, DeltaRational(std::move(*right)));
    }
    std::optional<std::vector<DeltaRational>> solution = equations.solve(limits);
    if (!solution) return std::nullopt;
    for (std::size_t i = 0; i < unknowns.size(); ++i) values[unknowns[i].index()] = std::move((*solution)[i].value);
    return values;
}
}  // namespace

std::optional<std::vector<Rational>> feasible_vertex(const LinearSystem& system, std::span<const BasisPlace> places,
                                                     const Rational& margin, const Limits& limits) {
    std::optional<std::vector<Rational>> values = column_values(system, places, margin, limits);
    if (!values) return std::nullopt;
    for (std::size_t i = 0; i < values->size(); ++i) {
        const SimplexVariable variable(i);
        const Bound& lower = system.bound(variable, Side::lower);
        const Bound& upper = system.bound(variable, Side::upper);
        if (!lower.present && !upper.present) continue;
        Rational& value = (*values)[i];
        for (const SimplexTerm& term : system.terms(variable))
            if (sgn((*values)[term.variable.index()]) != 0)
                value += (*values)[term.variable.index()] * term.coefficient;
        const DeltaRational exact(value);
        if ((lower.present && exact < lower.value) || (upper.present && exact > upper.value)) return std::nullopt;
    }
    return values;
}

}  // namespace sinew::linear
