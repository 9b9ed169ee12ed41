// SPDX-License-Identifier: Apache-2.0
// A pseudo-Boolean problem as plain data: what the engine is asked. Nothing here searches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "sat/literal.hpp"

namespace sinew::cardinality {

using sat::BoolVar;
using sat::Literal;

/// coefficient · literal, where a true literal counts 1 and a false one 0. Any sign; a variable may occur in several
/// terms of a sum, in both polarities.
struct Term {
    std::int64_t coefficient = 0;
    Literal literal;

    friend bool operator==(const Term&, const Term&) = default;
};

/// Sums are never larger than this: of the absolute coefficients together, and a bound's absolute value. Whatever is
/// larger is refused with UsageError when it is added, so that nothing overflows later.
inline constexpr std::int64_t largest_sum = std::int64_t{1} << 60;

/// A linear constraint of the problem, reified or not. `output` invalid: Σ terms ≥ bound holds. `output` valid:
/// output ⇔ Σ terms ≥ bound, both ways.
struct LinearView {
    Literal output;
    std::span<const Term> terms;
    std::int64_t bound = 0;
};

/// Variables 0 … variable_count() - 1 and everything that is asked of them; terms are stored flat. Every member that
/// adds throws UsageError where a literal is of a variable that does not exist, or a sum is beyond largest_sum.
class Problem {
  public:
    BoolVar new_variable() { return BoolVar(variable_count_++); }
    /// `count` new variables with successive indices; returns the first.
    BoolVar new_variables(std::size_t count);
    std::size_t variable_count() const { return variable_count_; }

    /// At least one of the literals is true; the empty clause makes the problem unsatisfiable. Duplicates and
    /// complementary literals are allowed.
    void add_clause(std::span<const Literal> literals);
    void add_clause(std::initializer_list<Literal> literals) {
        add_clause(std::span<const Literal>(literals.begin(), literals.size()));
    }
    /// Σ terms ≥ bound.
    void add_at_least(std::span<const Term> terms, std::int64_t bound);
    /// Σ terms ≤ bound; stored as Σ -terms ≥ -bound.
    void add_at_most(std::span<const Term> terms, std::int64_t bound);
    /// Σ terms = bound; stored as two constraints.
    void add_equal(std::span<const Term> terms, std::int64_t bound);
    /// output ⇔ Σ terms ≥ bound. The engine keeps it native: one counter serves both directions.
    void add_reified(Literal output, std::span<const Term> terms, std::int64_t bound);
    /// Minimise constant + Σ terms; replaces an earlier objective.
    void set_objective(std::span<const Term> terms, std::int64_t constant = 0);

    bool has_objective() const { return has_objective_; }
    std::span<const Term> objective() const { return objective_; }
    std::int64_t objective_constant() const { return objective_constant_; }
    std::size_t clause_count() const { return clause_begin_.size() - 1; }
    std::span<const Literal> clause(std::size_t i) const {
        return std::span<const Literal>(clause_literals_)
            .subspan(clause_begin_[i], clause_begin_[i + 1] - clause_begin_[i]);
    }
    std::size_t linear_count() const { return rows_.size(); }
    LinearView linear(std::size_t i) const {
        const Row& row = rows_[i];
        return {row.output, std::span<const Term>(terms_).subspan(row.begin, row.size), row.bound};
    }

    /// Whether the values (one a variable) satisfy every clause and constraint: nothing of the engine is used.
    bool satisfied_by(const std::vector<bool>& values) const;
    /// constant + Σ terms of the objective under the values.
    std::int64_t objective_value(const std::vector<bool>& values) const;

  private:
    struct Row {
        Literal output;
        std::size_t begin;
        std::size_t size;
        std::int64_t bound;
    };

    void check(Literal literal) const;
    void check(std::span<const Term> terms, std::int64_t bound) const;
    void add_row(Literal output, std::span<const Term> terms, std::int64_t bound, std::int64_t sign);

    std::size_t variable_count_ = 0;
    std::vector<Literal> clause_literals_;
    std::vector<std::size_t> clause_begin_{0};
    std::vector<Term> terms_;
    std::vector<Row> rows_;
    std::vector<Term> objective_;
    std::int64_t objective_constant_ = 0;
    bool has_objective_ = false;
};

}  // namespace sinew::cardinality
