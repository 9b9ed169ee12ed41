// SPDX-License-Identifier: Apache-2.0
// Sparse linear equations solved exactly: the vertex of a float solver's basis, the multipliers of its proof. Much
// cheaper than pivoting a tableau there, whose rows also carry the inverse of the basis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "exact/delta_rational.hpp"

namespace sinew {

/// Gaussian elimination over coprime integers, shortest equation first, in it the unknown of the fewest equations
/// (after Markowitz, The elimination form of the inverse, 1957). A triangular system costs one pass over its entries.
class SparseSystem {
  public:
    using Unknown = std::uint32_t;
    struct Term {
        Unknown unknown;
        Rational coefficient;
    };

    explicit SparseSystem(std::size_t unknowns) : columns_(unknowns) {}

    /// Σ terms = right. Unknowns of one equation must not repeat.
    void add_equation(std::span<const Term> terms, DeltaRational right);

    /// The only solution; absent if there is none, if there are several, or if `limits` stopped it. Uses the system up.
    std::optional<std::vector<DeltaRational>> solve(const Limits& limits = {});

  private:
    struct Entry {
        Unknown unknown;
        Integer coefficient;
    };
    struct Equation {
        std::vector<Entry> entries;  // sorted
        DeltaRational right;
        bool open = true;
    };

    static std::vector<Entry>::iterator find(Equation& equation, Unknown unknown);
    void remove_from_column(Unknown unknown, std::uint32_t equation);
    std::optional<std::uint32_t> shortest_open();
    void note_length(std::uint32_t equation);
    void settle(std::uint32_t equation, Unknown unknown);
    void eliminate(std::uint32_t target, std::uint32_t source, Unknown unknown);
    void merge(std::uint32_t target, const Equation& source, const Integer& target_factor,
               const Integer& source_factor);
    static void divide_content(Equation& equation);
    void substitute_back();

    std::vector<Equation> equations_;
    std::vector<std::vector<std::uint32_t>> columns_;        // by unknown: open equations that name it
    std::vector<std::pair<std::uint32_t, Unknown>> pivots_;  // in order of elimination
    std::vector<std::optional<DeltaRational>> values_;       // by unknown
    std::vector<std::uint32_t> ready_;                       // open equations with at most one unknown; may repeat
    std::vector<Entry> scratch_;
};

}  // namespace sinew
