// SPDX-License-Identifier: Apache-2.0
// The sparse matrix of the exact simplex: every basic variable as a combination of the nonbasic ones, in integers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/strong_id.hpp"
#include "exact/rational.hpp"

namespace sinew {

/// A column or a row (the value of a row's form) of a simplex; both are numbered together, in order of addition.
using SimplexVariable = StrongId<struct SimplexVariableTag>;

struct SimplexTerm {
    SimplexVariable variable;
    Rational coefficient;
};

/// Rows are Σ c_j·x_j = 0 over the basic variable of the row and nonbasic variables; the c_j are coprime integers and
/// the basic variable's is negative. Integers without common factor need no gcd an operation, unlike fractions
/// (and are the smallest numbers that can represent the row). Row access O(1), coefficient O(log row), pivot
/// O(rows of the entering column · row length) integer operations.
class SimplexTableau {
  public:
    struct Entry {
        SimplexVariable variable;
        Integer coefficient;
    };

    /// A new nonbasic variable that no row speaks of.
    SimplexVariable add_column();
    /// A new basic variable that equals Σ terms. Terms may name any older variable, sorted or not, repeated or not.
    SimplexVariable add_row(std::span<const SimplexTerm> terms);

    std::size_t variable_count() const { return columns_.size(); }
    std::size_t row_count() const { return rows_.size(); }
    bool is_basic(SimplexVariable variable) const { return row_of_[variable.index()] != none; }
    /// The row where `variable` is basic.
    std::size_t row_of(SimplexVariable variable) const { return row_of_[variable.index()]; }
    SimplexVariable basic_variable(std::size_t row) const { return basic_[row]; }
    /// The row's entries, sorted by variable, the basic one among them.
    std::span<const Entry> row(std::size_t row) const { return rows_[row]; }
    /// The rows whose entries name the nonbasic `variable`, in no order.
    std::span<const std::uint32_t> column(SimplexVariable variable) const { return columns_[variable.index()]; }
    /// The coefficient of `variable` in `row`; null if it is not there.
    const Integer* find(std::size_t row, SimplexVariable variable) const;
    /// d basic / d nonbasic in `row`, 0 if it is not there.
    Rational slope(std::size_t row, SimplexVariable nonbasic) const;

    /// Makes `entering`, which the row must name, basic in `row`, and its basic variable nonbasic.
    void pivot(std::size_t row, SimplexVariable entering);

  private:
    using Row = std::vector<Entry>;
    static constexpr std::uint32_t none = 0xffffffffU;

    void eliminate(std::size_t target, std::size_t source, SimplexVariable variable);
    void merge(std::size_t target, std::size_t source, const Integer& target_factor, const Integer& source_factor);
    void divide_content(Row& row);
    void remove_from_column(SimplexVariable variable, std::size_t row);

    std::vector<Row> rows_;
    std::vector<SimplexVariable> basic_;               // by row
    std::vector<std::uint32_t> row_of_;                // by variable; none: nonbasic
    std::vector<std::vector<std::uint32_t>> columns_;  // by variable; rows that name it (empty for basic ones)
    Row scratch_;
    Integer content_;
};

}  // namespace sinew
