// SPDX-License-Identifier: Apache-2.0
#include "exact/simplex_tableau.hpp"

#include <algorithm>
#include <utility>

#include "base/effort.hpp"
#include "base/error.hpp"

namespace sinew {

SimplexVariable SimplexTableau::add_column() {
    columns_.emplace_back();
    row_of_.push_back(none);
    return SimplexVariable(columns_.size() - 1);
}

SimplexVariable SimplexTableau::add_row(std::span<const SimplexTerm> terms) {
    std::vector<SimplexTerm> sorted(terms.begin(), terms.end());
    std::ranges::sort(sorted, {}, &SimplexTerm::variable);
    const std::size_t row = rows_.size();
    const SimplexVariable variable = add_column();
    Integer denominator = 1;
    for (const SimplexTerm& term : sorted) {
        require(term.variable < variable, "a row of the simplex names variables that exist");
        mpz_lcm(denominator.get_mpz_t(), denominator.get_mpz_t(), term.coefficient.get_den_mpz_t());
    }
    Row entries;
    for (const SimplexTerm& term : sorted) {
        Integer scaled = denominator / term.coefficient.get_den() * term.coefficient.get_num();
        if (!entries.empty() && entries.back().variable == term.variable)
            entries.back().coefficient += scaled;
        else
            entries.push_back({term.variable, std::move(scaled)});
    }
    std::erase_if(entries, [](const Entry& entry) { return sgn(entry.coefficient) == 0; });
    entries.push_back({variable, -denominator});
    std::vector<SimplexVariable> basics;
    for (const Entry& entry : entries)
        if (entry.variable != variable && is_basic(entry.variable)) basics.push_back(entry.variable);
    for (const Entry& entry : entries) columns_[entry.variable.index()].push_back(static_cast<std::uint32_t>(row));
    rows_.push_back(std::move(entries));
    basic_.push_back(variable);
    divide_content(rows_[row]);
    for (const SimplexVariable basic : basics) {
        eliminate(row, row_of(basic), basic);
        columns_[basic.index()].clear();
    }
    columns_[variable.index()].clear();
    row_of_[variable.index()] = static_cast<std::uint32_t>(row);
    return variable;
}

const Integer* SimplexTableau::find(std::size_t row, SimplexVariable variable) const {
    const Row& entries = rows_[row];
    const auto place =
        std::lower_bound(entries.begin(), entries.end(), variable,
                         [](const Entry& entry, SimplexVariable wanted) { return entry.variable < wanted; });
    return place != entries.end() && place->variable == variable ? &place->coefficient : nullptr;
}

Rational SimplexTableau::slope(std::size_t row, SimplexVariable nonbasic) const {
    const Integer* const coefficient = find(row, nonbasic);
    if (coefficient == nullptr) return 0;
    Rational result(*coefficient, -*find(row, basic_[row]));
    result.canonicalize();
    return result;
}

void SimplexTableau::pivot(std::size_t row, SimplexVariable entering) {
    const SimplexVariable leaving = basic_[row];
    if (sgn(*find(row, entering)) > 0)
        for (Entry& entry : rows_[row]) mpz_neg(entry.coefficient.get_mpz_t(), entry.coefficient.get_mpz_t());
    const std::vector<std::uint32_t> rows = std::move(columns_[entering.index()]);
    columns_[entering.index()].clear();
    columns_[leaving.index()].assign(1, static_cast<std::uint32_t>(row));
    for (const std::uint32_t other : rows)
        if (other != row) eliminate(other, row, entering);
    columns_[entering.index()].clear();  // the merges found the entry gone and had nothing to remove
    basic_[row] = entering;
    row_of_[entering.index()] = static_cast<std::uint32_t>(row);
    row_of_[leaving.index()] = none;
}

void SimplexTableau::eliminate(std::size_t target, std::size_t source, SimplexVariable variable) {
    spend(ticks_per_rational * (rows_[target].size() + rows_[source].size()));
    const Integer& in_target = *find(target, variable);
    const Integer& in_source = *find(source, variable);
    Integer target_factor;
    Integer source_factor;
    mpz_gcd(content_.get_mpz_t(), in_target.get_mpz_t(), in_source.get_mpz_t());
    mpz_divexact(target_factor.get_mpz_t(), in_source.get_mpz_t(), content_.get_mpz_t());
    mpz_divexact(source_factor.get_mpz_t(), in_target.get_mpz_t(), content_.get_mpz_t());
    // target_factor · target - source_factor · source; the target's basic coefficient keeps its sign.
    if (sgn(target_factor) < 0)
        mpz_neg(target_factor.get_mpz_t(), target_factor.get_mpz_t());
    else
        mpz_neg(source_factor.get_mpz_t(), source_factor.get_mpz_t());
    merge(target, source, target_factor, source_factor);
    divide_content(rows_[target]);
}

void SimplexTableau::merge(std::size_t target, std::size_t source, const Integer& target_factor,
                           const Integer& source_factor) {
    Row& left = rows_[target];
    const Row& right = rows_[source];
    if (scratch_.size() < left.size() + right.size()) scratch_.resize(left.size() + right.size());
    const bool scale = target_factor != 1;
    std::size_t size = 0;
    std::size_t j = 0;
    for (std::size_t i = 0; i < left.size() || j < right.size();) {
        Entry& out = scratch_[size];
        if (j == right.size() || (i < left.size() && left[i].variable < right[j].variable)) {
            if (scale)
                mpz_mul(left[i].coefficient.get_mpz_t(), left[i].coefficient.get_mpz_t(), target_factor.get_mpz_t());
            std::swap(out, left[i]);
            ++i;
        } else if (i == left.size() || right[j].variable < left[i].variable) {
            out.variable = right[j].variable;
            mpz_mul(out.coefficient.get_mpz_t(), right[j].coefficient.get_mpz_t(), source_factor.get_mpz_t());
            columns_[out.variable.index()].push_back(static_cast<std::uint32_t>(target));
            ++j;
        } else {
            if (scale)
                mpz_mul(left[i].coefficient.get_mpz_t(), left[i].coefficient.get_mpz_t(), target_factor.get_mpz_t());
            mpz_addmul(left[i].coefficient.get_mpz_t(), right[j].coefficient.get_mpz_t(), source_factor.get_mpz_t());
            const bool gone = sgn(left[i].coefficient) == 0;
            if (gone) remove_from_column(left[i].variable, target);
            std::swap(out, left[i]);
            ++i;
            ++j;
            if (gone) continue;
        }
        ++size;
    }
    // The row keeps its own vector, whose old numbers serve as room for the next merge.
    if (left.size() < size) left.resize(size);
    for (std::size_t i = 0; i < size; ++i) std::swap(left[i], scratch_[i]);
    left.resize(size);
}

void SimplexTableau::divide_content(Row& row) {
    content_ = 0;
    for (const Entry& entry : row) {
        mpz_gcd(content_.get_mpz_t(), content_.get_mpz_t(), entry.coefficient.get_mpz_t());
        if (content_ == 1) return;
    }
    for (Entry& entry : row)
        mpz_divexact(entry.coefficient.get_mpz_t(), entry.coefficient.get_mpz_t(), content_.get_mpz_t());
}

void SimplexTableau::remove_from_column(SimplexVariable variable, std::size_t row) {
    std::vector<std::uint32_t>& column = columns_[variable.index()];
    const auto place = std::ranges::find(column, static_cast<std::uint32_t>(row));
    if (place == column.end()) return;
    *place = column.back();
    column.pop_back();
}

}  // namespace sinew
