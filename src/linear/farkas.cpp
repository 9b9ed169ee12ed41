// SPDX-License-Identifier: Apache-2.0
#include "linear/farkas.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "exact/sparse_system.hpp"

namespace sinew::linear {

namespace {
/// Rows with signed multipliers (positive: lower side), and what is left over on the columns.
struct Combination {
    std::vector<std::pair<SimplexVariable, Rational>> rows;
    std::map<SimplexVariable, Rational> left;

    void add(const LinearSystem& system, SimplexVariable row, const Rational& multiplier) {
        for (const SimplexTerm& term : system.terms(row)) left[term.variable] += multiplier * term.coefficient;
    }
};

Side side_of(const Rational& multiplier) {
    return sgn(multiplier) > 0 ? Side::lower : Side::upper;
}

/// Σ multiplier·bound where rows have their multipliers and columns undo what is left over; absent if a bound is.
std::optional<DeltaRational> total(const LinearSystem& system, const Combination& combination) {
    DeltaRational sum;
    const auto weigh = [&](SimplexVariable variable, const Rational& multiplier) {
        const Bound& bound = system.bound(variable, side_of(multiplier));
        if (bound.present) sum += bound.value * multiplier;
        return bound.present;
    };
    for (const auto& [row, multiplier] : combination.rows)
        if (!weigh(row, multiplier)) return std::nullopt;
    for (const auto& [column, coefficient] : combination.left)
        if (sgn(coefficient) != 0 && !weigh(column, -coefficient)) return std::nullopt;
    return sum;
}

BoundCertificate written_out(const Combination& combination) {
    BoundCertificate certificate;
    for (const auto& [row, multiplier] : combination.rows)
        certificate.push_back({row, side_of(multiplier), abs(multiplier)});
    for (const auto& [column, coefficient] : combination.left)
        if (sgn(coefficient) != 0) certificate.push_back({column, side_of(Rational(-coefficient)), abs(coefficient)});
    return certificate;
}

enum class Rounding { simple_fraction, few_bits, all_bits };

/// `value` is at most 1 in magnitude.
Rational rounded(double value, Rounding rounding) {
    if (rounding == Rounding::all_bits) return to_rational(value);
    if (rounding == Rounding::few_bits) return to_rational(std::ldexp(std::nearbyint(std::ldexp(value, 30)), -30));
    const double width = std::max(std::abs(value) * 1e-10, 1e-14);
    const Rational magnitude =
        simplest_between(to_rational(std::abs(value) - width), true, to_rational(std::abs(value) + width), true);
    return value < 0 ? Rational(-magnitude) : magnitude;
}

std::optional<BoundCertificate> attempt(const LinearSystem& system, std::span<const FloatMultiplier> rows, double scale,
                                        Rounding rounding) {
    Combination combination;
    for (const FloatMultiplier& part : rows) {
        const double value = part.multiplier / scale;
        if (std::abs(value) < 1e-12) continue;
        Rational multiplier = rounded(value, rounding);
        if (sgn(multiplier) == 0 || !system.bound(part.variable, side_of(multiplier)).present) continue;
        spend(2 * ticks_per_rational * system.terms(part.variable).size());
        combination.add(system, part.variable, multiplier);
        combination.rows.emplace_back(part.variable, std::move(multiplier));
    }
    const std::optional<DeltaRational> sum = total(system, combination);
    if (!sum || sgn(*sum) <= 0) return std::nullopt;
    return written_out(combination);
}
}  // namespace

bool is_contradiction(const LinearSystem& system, const BoundCertificate& certificate) {
    std::map<SimplexVariable, Rational> form;
    DeltaRational sum;
    for (const BoundMultiplier& part : certificate) {
        const Bound& bound = system.bound(part.variable, part.side);
        if (sgn(part.multiplier) <= 0 || !bound.present) return false;
        const Rational factor = part.side == Side::lower ? part.multiplier : Rational(-part.multiplier);
        sum += bound.value * factor;
        if (!system.is_row(part.variable)) form[part.variable] += factor;
        for (const SimplexTerm& term : system.terms(part.variable)) form[term.variable] += factor * term.coefficient;
    }
    const bool vanishes = std::all_of(form.begin(), form.end(), [](const auto& term) { return sgn(term.second) == 0; });
    return vanishes && sgn(sum) > 0;
}

std::optional<BoundCertificate> prove_contradiction(const LinearSystem& system,
                                                    std::span<const FloatMultiplier> proposal, Numbers numbers) {
    std::vector<FloatMultiplier> rows;
    double largest = 0;
    double largest_column = 0;
    const FloatMultiplier* column = nullptr;
    for (const FloatMultiplier& part : proposal) {
        if (!std::isfinite(part.multiplier)) return std::nullopt;
        if (system.is_row(part.variable)) {
            rows.push_back(part);
            largest = std::max(largest, std::abs(part.multiplier));
        } else if (std::abs(part.multiplier) > largest_column) {
            largest_column = std::abs(part.multiplier);
            column = &part;
        }
    }
    if (rows.empty()) {  // only the two bounds of one column can contradict each other
        if (column == nullptr) return std::nullopt;
        const BoundCertificate both = {{column->variable, Side::lower, 1}, {column->variable, Side::upper, 1}};
        return is_contradiction(system, both) ? std::optional(both) : std::nullopt;
    }
    std::array roundings{Rounding::simple_fraction, Rounding::few_bits, Rounding::all_bits};
    if (numbers == Numbers::binary) std::swap(roundings[0], roundings[1]);
    for (const Rounding rounding : roundings)
        if (auto certificate = attempt(system, rows, largest, rounding)) return certificate;
    return std::nullopt;
}

std::optional<BoundCertificate> prove_core(const LinearSystem& system, std::span<const FloatMultiplier> proposal,
                                           const Limits& limits) {
    double largest = 0;
    for (const FloatMultiplier& part : proposal)
        if (system.is_row(part.variable)) largest = std::max(largest, std::abs(part.multiplier));
    std::vector<FloatMultiplier> rows;  // the first one gets multiplier ±1, the others are unknowns
    for (const FloatMultiplier& part : proposal) {
        if (!system.is_row(part.variable) || !(std::abs(part.multiplier) > 1e-10 * largest)) continue;
        rows.push_back(part);
        if (std::abs(part.multiplier) == largest) std::swap(rows.front(), rows.back());
    }
    if (rows.empty()) return std::nullopt;
    std::map<SimplexVariable, std::vector<std::pair<std::size_t, const Rational*>>> columns;
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (const SimplexTerm& term : system.terms(rows[i].variable))
            columns[term.variable].emplace_back(i, &term.coefficient);
    for (const FloatMultiplier& part : proposal)
        if (!system.is_row(part.variable)) columns.erase(part.variable);
    const Rational first = rows.front().multiplier > 0 ? 1 : -1;
    SparseSystem equations(rows.size() - 1);
    std::vector<SparseSystem::Term> terms;
    for (const auto& [column, entries] : columns) {
        terms.clear();
        DeltaRational right;
        for (const auto& [row, coefficient] : entries) {
            if (row == 0)
                right.value = -*coefficient * first;
            else
                terms.push_back({static_cast<SparseSystem::Unknown>(row - 1), *coefficient});
        }
        equations.add_equation(terms, std::move(right));
    }
    const std::optional<std::vector<DeltaRational>> solution = equations.solve(limits);
    if (!solution) return std::nullopt;
    // Whole multipliers: what is summed from here on needs no gcd of large denominators.
    Integer denominator = 1;
    for (const DeltaRational& value : *solution)
        mpz_lcm(denominator.get_mpz_t(), denominator.get_mpz_t(), value.value.get_den_mpz_t());
    Combination combination;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Rational multiplier = (i == 0 ? first : (*solution)[i - 1].value) * denominator;
        if (sgn(multiplier) == 0) continue;
        combination.add(system, rows[i].variable, multiplier);
        combination.rows.emplace_back(rows[i].variable, multiplier);
    }
    const std::optional<DeltaRational> sum = total(system, combination);
    if (!sum || sgn(*sum) <= 0) return std::nullopt;
    return written_out(combination);
}

namespace {
/// What a column's leftover adds to the sum when its bounds undo it.
std::optional<DeltaRational> absorbed(const LinearSystem& system, SimplexVariable column, const Rational& left) {
    if (sgn(left) == 0) return DeltaRational();
    const Rational multiplier = -left;
    const Bound& bound = system.bound(column, side_of(multiplier));
    if (!bound.present) return std::nullopt;
    return bound.value * multiplier;
}

/// A certificate that rows are taken out of one by one.
class Reduction {
  public:
    Reduction(const LinearSystem& system, const BoundCertificate& certificate) : system_(system) {
        for (const BoundMultiplier& part : certificate) {
            if (!system.is_row(part.variable)) {
                columns_.emplace(part.variable, part.side);
                continue;
            }
            const Rational multiplier = part.side == Side::lower ? part.multiplier : Rational(-part.multiplier);
            combination_.add(system, part.variable, multiplier);
            combination_.rows.emplace_back(part.variable, multiplier);
        }
        std::sort(combination_.rows.begin(), combination_.rows.end(),
                  [](const auto& a, const auto& b) { return abs(a.second) < abs(b.second); });
        sum_ = total(system, combination_);
    }
    bool valid() const { return !combination_.rows.empty() && sum_ && sgn(*sum_) > 0; }
    const Combination& combination() const { return combination_; }

    /// Takes row number `index` out if the rest is a contradiction that needs no new column bound but free ones.
    bool take_out(std::size_t index, const std::function<bool(SimplexVariable, Side)>& is_free) {
        const auto& [row, multiplier] = combination_.rows[index];
        if (is_free(row, side_of(multiplier))) return false;
        changed_.clear();
        for (const SimplexTerm& term : system_.terms(row)) {
            Rational left = combination_.left[term.variable] - multiplier * term.coefficient;
            if (sgn(left) != 0 && !may_use(term.variable, side_of(Rational(-left)), is_free)) return false;
            changed_.emplace_back(term.variable, std::move(left));
        }
        DeltaRational sum = *sum_ - system_.bound(row, side_of(multiplier)).value * multiplier;
        for (const auto& [column, left] : changed_) {
            const std::optional<DeltaRational> after = absorbed(system_, column, left);
            if (!after) return false;
            sum += *after;
            sum -= *absorbed(system_, column, combination_.left[column]);
        }
        if (sgn(sum) <= 0) return false;
        for (auto& [column, left] : changed_) combination_.left[column] = std::move(left);
        combination_.rows.erase(combination_.rows.begin() + static_cast<std::ptrdiff_t>(index));
        sum_ = std::move(sum);
        return true;
    }

  private:
    bool may_use(SimplexVariable column, Side side, const std::function<bool(SimplexVariable, Side)>& is_free) const {
        const auto known = columns_.find(column);
        return (known != columns_.end() && known->second == side) || is_free(column, side);
    }

    const LinearSystem& system_;
    Combination combination_;
    std::map<SimplexVariable, Side> columns_;
    std::optional<DeltaRational> sum_;
    std::vector<std::pair<SimplexVariable, Rational>> changed_;
};
}  // namespace

BoundCertificate drop_rows(const LinearSystem& system, const BoundCertificate& certificate,
                           const std::function<bool(SimplexVariable, Side)>& is_free) {
    Reduction reduction(system, certificate);
    if (!reduction.valid()) return certificate;  // the two bounds of a column
    for (std::size_t i = 0; i < reduction.combination().rows.size();)
        if (!reduction.take_out(i, is_free)) ++i;
    return written_out(reduction.combination());
}

}  // namespace sinew::linear
