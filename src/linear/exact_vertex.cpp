#include "linear/exact_vertex.hpp"

#include <limits>
#include <utility>

#include "exact/sparse_system.hpp"

namespace sinew::linear {

namespace {
/// Where a nonbasic variable rests; absent if the bound is not there.
std::optional<DeltaRational> resting_value(const LinearSystem& system, SimplexVariable variable, BasisPlace place) {
    if (place == BasisPlace::at_zero) return DeltaRational();
    const Bound& bound = system.bound(variable, place == BasisPlace::at_upper ? Side::upper : Side::lower);
    if (!bound.present) return std::nullopt;
    return bound.value;
}

/// Values of all columns: nonbasic ones rest on their bounds, basic ones make the nonbasic rows rest on theirs.
std::optional<std::vector<DeltaRational>> column_values(const LinearSystem& system, std::span<const BasisPlace> places,
                                                        const Limits& limits) {
    constexpr auto none = std::numeric_limits<SparseSystem::Unknown>::max();
    std::vector<DeltaRational> values(system.variable_count());
    std::vector<SparseSystem::Unknown> unknown_of(system.variable_count(), none);
    std::vector<SimplexVariable> unknowns;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const SimplexVariable column(i);
        if (system.is_row(column)) continue;
        if (places[i] == BasisPlace::basic) {
            unknown_of[i] = static_cast<SparseSystem::Unknown>(unknowns.size());
            unknowns.push_back(column);
        } else if (auto value = resting_value(system, column, places[i])) {
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
        std::optional<DeltaRational> right = resting_value(system, row, places[i]);
        if (!right) return std::nullopt;
        terms.clear();
        for (const SimplexTerm& term : system.terms(row)) {
            const SparseSystem::Unknown unknown = unknown_of[term.variable.index()];
            if (unknown != none)
                terms.push_back({unknown, term.coefficient});
            else
                *right -= values[term.variable.index()] * term.coefficient;
        }
        equations.add_equation(terms, std::move(*right));
    }
    std::optional<std::vector<DeltaRational>> solution = equations.solve(limits);
    if (!solution) return std::nullopt;
    for (std::size_t i = 0; i < unknowns.size(); ++i) values[unknowns[i].index()] = std::move((*solution)[i]);
    return values;
}
}  // namespace

std::optional<std::vector<Rational>> feasible_vertex(const LinearSystem& system, std::span<const BasisPlace> places,
                                                     const Limits& limits) {
    std::optional<std::vector<DeltaRational>> values = column_values(system, places, limits);
    if (!values) return std::nullopt;
    DeltaLimit delta;
    for (std::size_t i = 0; i < values->size(); ++i) {
        const SimplexVariable variable(i);
        const Bound& lower = system.bound(variable, Side::lower);
        const Bound& upper = system.bound(variable, Side::upper);
        if (!lower.present && !upper.present) continue;
        DeltaRational& value = (*values)[i];
        for (const SimplexTerm& term : system.terms(variable)) {
            if (sgn((*values)[term.variable.index()]) != 0)
                value += (*values)[term.variable.index()] * term.coefficient;
        }
        if ((lower.present && value < lower.value) || (upper.present && value > upper.value)) return std::nullopt;
        if (lower.present) delta.keep_order(lower.value, value);
        if (upper.present) delta.keep_order(value, upper.value);
    }
    const Rational number = delta.simple_delta();
    std::vector<Rational> solution;
    solution.reserve(values->size());
    for (const DeltaRational& value : *values) solution.push_back(value.value + number * value.delta);
    return solution;
}

}  // namespace sinew::linear
