// SPDX-License-Identifier: Apache-2.0
// Columns, rows and their current bounds in exact numbers: what solvers are told and certificates are summed over.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "exact/exact_simplex.hpp"
#include "exact/linear_form.hpp"

namespace sinew::linear {

using Bound = ExactSimplex::Bound;

/// form ⋈ 0 said as a bound of a column or a row: variable >= value or variable <= value.
struct FormBound {
    SimplexVariable variable;
    Rational factor;  ///< form = factor · variable + constant; never 0
};

/// Variables are columns and rows, numbered together in order of addition, as in ExactSimplex. Forms that differ by a
/// factor or a constant share one row, so that their bounds meet.
class LinearSystem {
  public:
    SimplexVariable add_column();
    /// The column or row that `form` (over query variables whose columns are given by `column_of`) is a multiple of,
    /// made if it does not exist. A constant form has the empty row, whose value is 0.
    FormBound variable_of(const LinearForm& form, const std::unordered_map<Variable, SimplexVariable>& column_of);

    std::size_t variable_count() const { return terms_.size(); }
    bool is_row(SimplexVariable variable) const { return is_row_[variable.index()]; }
    /// The form of a row over columns, sorted, the first coefficient positive, the largest in [1/2, 1); empty for
    /// columns.
    std::span<const SimplexTerm> terms(SimplexVariable variable) const { return terms_[variable.index()]; }

    const Bound& bound(SimplexVariable variable, Side side) const { return bounds_[slot(variable, side)]; }
    void set_bound(SimplexVariable variable, Side side, const DeltaRational& value) {
        bounds_[slot(variable, side)] = {value, true};
    }
    void relax_bound(SimplexVariable variable, Side side) { bounds_[slot(variable, side)] = {}; }

    /// Dense numbering of bounds: two a variable.
    static std::size_t slot(SimplexVariable variable, Side side) {
        return 2 * variable.index() + (side == Side::upper ? 1 : 0);
    }
    static SimplexVariable slot_variable(std::size_t slot) { return SimplexVariable(slot / 2); }
    static Side slot_side(std::size_t slot) { return slot % 2 == 0 ? Side::lower : Side::upper; }

  private:
    SimplexVariable add_variable(std::vector<SimplexTerm> terms, bool is_row);

    std::vector<std::vector<SimplexTerm>> terms_;
    std::vector<bool> is_row_;
    std::vector<Bound> bounds_;  // by slot
    std::unordered_multimap<std::size_t, SimplexVariable> rows_by_hash_;
};

}  // namespace sinew::linear
