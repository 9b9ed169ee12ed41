// SPDX-License-Identifier: Apache-2.0
// Linear equations over the integers, looked at modulo the powers of one prime: Gaussian elimination over the integers
// localised at p. Where it finds a contradiction, a sum of the equations with integer multipliers has coefficients that
// a power of p divides and a right side that it does not: no integers satisfy them. That sum, divided and rounded, is a
// proof in cutting planes of two steps, where search needs exponentially many (even colourings, Markström 2006).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/limits.hpp"

namespace sinew {

class Congruences {
  public:
    using Unknown = std::uint32_t;
    struct Term {
        Unknown unknown;
        std::int64_t coefficient;
    };
    /// What the equations say about one unknown, the pivot: pivot + Σ terms ≡ right (mod modulus), with 0 <
    /// coefficients < modulus, and no other equation's pivot among the terms.
    struct Solved {
        Unknown pivot = 0;
        std::vector<Term> terms;  ///< sorted by unknown
        std::int64_t right = 0;
        std::int64_t modulus = 1;
    };
    /// Σ multiplier·equation has coefficients that `divisor` divides and a right side that it does not.
    struct Contradiction {
        std::int64_t divisor = 1;
        std::vector<std::pair<std::size_t, std::int64_t>> multipliers;  ///< equation (as added), nonzero
    };
    struct Residue {
        std::int64_t value = 0;
        std::int64_t modulus = 1;  ///< 1: nothing is known
    };
    enum class Answer : std::uint8_t { consistent, contradiction, stopped };
    enum class Multipliers : std::uint8_t { dropped, kept };

    /// `prime` < 2^31. Whether multipliers are kept, about twice the work, decides whether contradiction() is there.
    Congruences(std::int64_t prime, std::size_t unknowns, Multipliers multipliers = Multipliers::dropped);

    /// Σ terms = right. Unknowns of one equation must not repeat.
    void add_equation(std::span<const Term> terms, std::int64_t right);

    /// Solves the equations for as many unknowns as it can. `stopped`: a limit was reached, or `most_effort` (terms
    /// looked at): nothing is known then. Once.
    Answer eliminate(const Limits& limits = {}, std::uint64_t most_effort = ~std::uint64_t{0});

    /// After consistent.
    const std::vector<Solved>& solved() const { return solved_; }
    /// What the equations say about a sum of unknowns. After consistent.
    Residue residue(std::span<const Term> sum) const;
    /// After contradiction, with multipliers kept.
    const Contradiction& contradiction() const { return contradiction_; }
    std::uint64_t effort() const { return effort_; }

  private:
    /// p^shift·(Σ terms - right) is Σ multipliers·equations modulo p^exponent_, so the equation holds modulo
    /// p^(exponent_ - shift).
    struct Row {
        std::vector<Term> terms;
        std::int64_t right = 0;
        std::vector<Term> multipliers;  ///< by the equation's number
        std::uint32_t shift = 0;
        bool open = true;
    };

    std::int64_t modulus(const Row& row) const { return powers_[exponent_ - row.shift]; }
    std::uint32_t valuation(std::int64_t value) const;
    bool primitive(Row& row);
    void note_length(std::uint32_t row);
    std::optional<std::uint32_t> shortest_open();
    void eliminate(std::uint32_t target, std::uint32_t source, Unknown unknown);
    void subtract(Row& target, const Row& source, Unknown unknown);
    void combine(std::vector<Term>& target, std::int64_t factor, std::span<const Term> source, std::int64_t minus,
                 std::int64_t modulus);
    void remove_from_column(Unknown unknown, std::uint32_t row);
    bool substitute_back(const Limits& limits, std::uint64_t most_effort);

    std::int64_t prime_;
    std::uint32_t exponent_ = 0;        ///< the largest with p^exponent < 2^31
    std::vector<std::int64_t> powers_;  ///< p^0 … p^exponent_
    bool keep_multipliers_;
    std::vector<Row> rows_;
    std::vector<std::vector<std::uint32_t>> columns_;        ///< by unknown: open rows that name it
    std::vector<std::vector<std::uint32_t>> by_length_;      ///< open rows; some entries are out of date
    std::size_t shortest_ = 0;                               ///< no open row is shorter
    std::vector<std::pair<std::uint32_t, Unknown>> pivots_;  ///< in order of elimination
    std::vector<std::uint32_t> solved_at_;                   ///< by unknown: the index in solved_, or none
    std::vector<Solved> solved_;
    Contradiction contradiction_;
    std::vector<Term> scratch_;
    std::uint64_t effort_ = 0;
};

}  // namespace sinew
