// SPDX-License-Identifier: Apache-2.0
// The greatest value of a sum of functions of few bits each, by eliminating one bit after the other (bucket
// elimination; Dechter, Bucket elimination, Artificial Intelligence 113, 1999): exact while the tables stay small, else
// an upper bound (mini-buckets; Dechter and Rish, J. ACM 50, 2003). Convolutions make such sums: what a class gains is
// a sum over places of what the few open neurons near each place say.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/limits.hpp"

namespace sinew::phase {

/// A bit and a value of it.
struct BitPhase {
    std::uint32_t bit = 0;
    bool value = false;
    friend bool operator==(const BitPhase&, const BitPhase&) = default;
    friend auto operator<=>(const BitPhase&, const BitPhase&) = default;
};

/// Glossary. scope: the bits a function reads, rising. table: its values; bit j of an index is the bit scope[j].
class LocalSum {
  public:
    static constexpr std::size_t widest_scope = 24;
    /// The absolute values of all functions and constants must sum to less; see too_large().
    static constexpr std::int64_t largest_value = std::int64_t{1} << 22;

    explicit LocalSum(std::size_t bit_count) : bit_count_(bit_count) {}

    std::size_t bit_count() const { return bit_count_; }
    void add_constant(std::int64_t value);
    /// `table` has 2^scope.size() values; a scope of at most widest_scope bits.
    void add(const std::vector<std::uint32_t>& scope, std::span<const std::int32_t> table);
    /// These values (rising in their bits) may not be had all at once.
    void forbid(std::span<const BitPhase> together);
    /// Values are too large for maximise().
    bool too_large() const { return largest_ >= largest_value; }

    struct Maximum {
        std::int64_t bound = 0;  ///< no allowed bits have a greater value
        std::vector<bool> bits;  ///< good ones; they reach the bound where no bucket had to be split
        bool exact = true;       ///< no bucket was split
        std::size_t width = 0;   ///< bits of the largest table
    };
    /// `most_width`: of a table; `most_entries`: of all tables together (4 bytes each), for which the width is lowered.
    /// Absent where a limit was reached.
    std::optional<Maximum> maximise(std::size_t most_width, std::size_t most_entries, const Limits& limits) const;

    /// The sum, whether or not something forbidden is had.
    std::int64_t value(const std::vector<bool>& bits) const;
    bool allows(const std::vector<bool>& bits) const;

  private:
    friend class Elimination;
    struct Table {
        std::vector<std::uint32_t> scope;
        std::vector<std::int32_t> value;
    };

    std::size_t bit_count_;
    std::int64_t constant_ = 0;
    std::int64_t largest_ = 0;
    std::vector<Table> tables_;
    std::map<std::vector<std::uint32_t>, std::size_t> by_scope_;
    std::vector<std::vector<BitPhase>> forbidden_;
};

/// An order in which eliminating the vertices of a graph adds few edges (least fill first).
std::vector<std::uint32_t> least_fill_order(std::size_t vertices, std::span<const std::vector<std::uint32_t>> cliques);

}  // namespace sinew::phase
