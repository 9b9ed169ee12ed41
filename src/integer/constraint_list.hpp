// SPDX-License-Identifier: Apache-2.0
// The constraints of a model as they were given, to check solutions by: nothing that the search uses is looked at.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "integer/model.hpp"

namespace sinew::integer {

/// How a literal and a linear constraint belong together.
enum class Strength : std::uint8_t { always, implied, equivalent };

class ConstraintList {
  public:
    void add_clause(std::span<const Bound> literals);
    void add_linear(Strength strength, Bound literal, std::span<const Term> terms, Relation relation,
                    const Integer& right);

    /// O(size), by GMP.
    bool holds(std::span<const Value> values) const;

  private:
    struct Linear {
        std::size_t end;  ///< of its terms
        Integer right;
        Bound literal;
        Relation relation;
        Strength strength;
    };
    std::vector<Bound> literals_;
    std::vector<std::size_t> clause_ends_;
    std::vector<Term> terms_;
    std::vector<Linear> linear_;
};

/// Whether the sum stands in the relation to the right-hand side.
bool holds(Relation relation, const Integer& sum, const Integer& right);
/// Σ terms.
Integer sum_of(std::span<const Term> terms, std::span<const Value> values);
/// Whether a literal is true.
bool holds(Bound literal, std::span<const Value> values);

}  // namespace sinew::integer
