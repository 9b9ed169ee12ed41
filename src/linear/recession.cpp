// SPDX-License-Identifier: Apache-2.0
#include "linear/recession.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace sinew::linear {

namespace {
constexpr unsigned char has_lower = 1;
constexpr unsigned char has_upper = 2;
constexpr unsigned char has_both = 3;
constexpr std::size_t many_columns = 400;

std::vector<unsigned char> presence_of(const LinearSystem& system) {
    std::vector<unsigned char> presence(system.variable_count());
    for (std::size_t v = 0; v < presence.size(); ++v) {
        if (system.bound(SimplexVariable(v), Side::lower).present) presence[v] |= has_lower;
        if (system.bound(SimplexVariable(v), Side::upper).present) presence[v] |= has_upper;
    }
    return presence;
}

/// The least multiple of a row with integer coefficients; these are coprime then (LinearSystem::terms).
Integer scale_of(const LinearSystem& system, SimplexVariable variable) {
    Integer scale = 1;
    for (const SimplexTerm& term : system.terms(variable))
        mpz_lcm(scale.get_mpz_t(), scale.get_mpz_t(), term.coefficient.get_den_mpz_t());
    return scale;
}

using SparseRow = std::map<SimplexVariable, Rational>;

void subtract(SparseRow& row, const SparseRow& other, const Rational& factor) {
    for (const auto& [variable, coefficient] : other) {
        Rational& sum = row[variable];
        sum -= factor * coefficient;
        if (sgn(sum) == 0) row.erase(variable);
    }
}

/// Takes real columns out of rows, one row after the other: what is left of a row is combined of it and earlier ones.
class RealElimination {
  public:
    explicit RealElimination(const std::map<SimplexVariable, std::size_t>& integers) : integers_(integers) {}

    /// True if `row` is over integer columns alone now; else it serves to take one real column out of later rows.
    bool reduce(SparseRow& row) {
        for (const auto& [column, pivot_row] : pivots_) {
            const auto place = row.find(column);
            if (place != row.end()) subtract(row, pivot_row, Rational(place->second));
        }
        const auto real = std::find_if(row.begin(), row.end(),
                                       [this](const auto& entry) { return !integers_.contains(entry.first); });
        if (real == row.end()) return true;
        const SimplexVariable column = real->first;
        const Rational factor = 1 / real->second;
        for (auto& entry : row) entry.second *= factor;
        pivots_.emplace_back(column, std::move(row));
        return false;
    }

  private:
    const std::map<SimplexVariable, std::size_t>& integers_;
    std::vector<std::pair<SimplexVariable, SparseRow>> pivots_;
};

/// `row` times what makes its coefficients integers, by number of the integer column.
IntegerCoordinates::Vector integral(const SparseRow& row, const std::map<SimplexVariable, std::size_t>& number) {
    Integer denominator = 1;
    for (const auto& [variable, coefficient] : row)
        mpz_lcm(denominator.get_mpz_t(), denominator.get_mpz_t(), coefficient.get_den_mpz_t());
    IntegerCoordinates::Vector form;
    for (const auto& [variable, coefficient] : row)
        form.push_back({number.at(variable), denominator / coefficient.get_den() * coefficient.get_num()});
    std::sort(form.begin(), form.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
    return form;
}
}  // namespace

struct Recession::Strip {
    SimplexVariable variable;
    std::optional<Rational> width;  ///< in steps of the primitive integer form; absent where only one side is stated
};

bool Recession::update(const LinearSystem& system, std::span<const SimplexVariable> integers, const Limits& limits) {
    std::vector<unsigned char> presence = presence_of(system);
    if (presence != presence_ || !coordinates_ || coordinates_->dimension() != integers.size()) {
        coordinates_.reset();
        presence_ = std::move(presence);
        bounded_ = std::all_of(integers.begin(), integers.end(),
                               [this](SimplexVariable column) { return presence_[column.index()] == has_both; });
        if (bounded_) {  // then all coordinates are, and no direction is needed
            direction_.assign(system.variable_count(), 0);
            blocked_.assign(system.variable_count(), false);
        } else if (!find_direction(system, limits)) {
            return false;
        }
    }
    std::vector<Strip> ordered = strips(system);
    std::vector<SimplexVariable> order;
    order.reserve(ordered.size());
    for (const Strip& strip : ordered) order.push_back(strip.variable);
    if (coordinates_ && order == order_) return true;
    if (!choose_coordinates(system, integers, ordered, limits)) {
        coordinates_.reset();
        return false;
    }
    order_ = std::move(order);
    return true;
}

/// The directions are a cone: row <= 0 for an upper bound, >= 0 for a lower one. One of them moves away from every
/// bound that any of them moves away from, namely the sum of such ones; it has the largest number of rows beyond a
/// distance of 1.
bool Recession::find_direction(const LinearSystem& system, const Limits& limits) {
    ExactSimplex cone;
    for (std::size_t v = 0; v < system.variable_count(); ++v) {
        const SimplexVariable variable(v);
        if (!system.is_row(variable))
            cone.add_column();
        else
            cone.add_row(system.terms(variable));
    }
    std::vector<SimplexTerm> distances;
    std::vector<SimplexVariable> one_sided;
    for (std::size_t v = 0; v < system.variable_count(); ++v) {
        const SimplexVariable variable(v);
        if (presence_[v] == has_both) {
            for (const Side side : {Side::lower, Side::upper}) cone.set_bound(variable, side, 0, Strictness::closed);
        } else if (presence_[v] != 0) {
            const SimplexVariable distance = cone.add_column();
            cone.set_bound(distance, Side::lower, 0, Strictness::closed);
            cone.set_bound(distance, Side::upper, 1, Strictness::closed);
            const SimplexTerm moved[] = {{variable, presence_[v] == has_upper ? 1 : -1}, {distance, 1}};
            cone.set_bound(cone.add_row(moved), Side::upper, 0, Strictness::closed);
            distances.push_back({distance, 1});
            one_sided.push_back(variable);
        }
    }
    blocked_.assign(system.variable_count(), false);
    direction_.assign(system.variable_count(), 0);
    if (distances.empty()) return true;
    if (cone.maximize(cone.add_row(distances), {limits}).result != ExactSimplex::Result::feasible) return false;
    std::vector<Rational> values = cone.solution();
    for (std::size_t i = 0; i < one_sided.size(); ++i)
        blocked_[one_sided[i].index()] = sgn(values[distances[i].variable.index()]) == 0;
    values.resize(system.variable_count());
    direction_ = std::move(values);
    return true;
}

std::vector<Recession::Strip> Recession::strips(const LinearSystem& system) const {
    std::vector<Strip> result;
    for (std::size_t v = 0; v < presence_.size(); ++v) {
        const SimplexVariable variable(v);
        if (presence_[v] == has_both) {
            const Rational width =
                system.bound(variable, Side::upper).value.value - system.bound(variable, Side::lower).value.value;
            result.push_back({variable, Rational(width * scale_of(system, variable))});
        } else if (blocked_[v]) {
            result.push_back({variable, std::nullopt});
        }
    }
    std::stable_sort(result.begin(), result.end(), [](const Strip& left, const Strip& right) {
        if (!left.width || !right.width) return left.width.has_value() && !right.width;
        return *left.width < *right.width;
    });
    return result;
}

bool Recession::choose_coordinates(const LinearSystem& system, std::span<const SimplexVariable> integers,
                                   std::span<const Strip> strips, const Limits& limits) {
    std::map<SimplexVariable, std::size_t> number;
    for (const SimplexVariable column : integers) number.emplace(column, number.size());
    coordinates_.emplace(integers.size());
    RealElimination elimination(number);
    // Where the columns themselves are bounded, strips that name reals are worth their elimination in small systems
    // only.
    const bool all_strips = !bounded_ || system.variable_count() <= many_columns;
    const auto is_over_integers = [&](SimplexVariable variable) {
        const std::span<const SimplexTerm> terms = system.terms(variable);
        if (!system.is_row(variable)) return number.contains(variable);
        return std::all_of(terms.begin(), terms.end(),
                           [&](const SimplexTerm& term) { return number.contains(term.variable); });
    };
    for (const Strip& strip : strips) {
        if (coordinates_->rank() == integers.size()) return true;
        if (limits.exceeded()) return false;
        if (!all_strips && !is_over_integers(strip.variable)) continue;
        SparseRow row;
        if (!system.is_row(strip.variable)) row.emplace(strip.variable, 1);
        for (const SimplexTerm& term : system.terms(strip.variable)) row.emplace(term.variable, term.coefficient);
        if (elimination.reduce(row)) coordinates_->add(integral(row, number));
    }
    return true;
}

}  // namespace sinew::linear
