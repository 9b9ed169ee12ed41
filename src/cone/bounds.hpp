// SPDX-License-Identifier: Apache-2.0
// Bounds of a reduced network while bits of its input become known in any order: rows from the tables of their
// clusters, everything above them from intervals.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cone/table.hpp"

namespace sinew::cone {

class ConeBounds {
  public:
    /// Clusters of at most `most_bits` bits, tables of at most `bytes`. `importance`: by bit, or empty; the important
    /// ones are likely to be known first. Absent where cluster_cones() is, or where the tables would take more.
    static std::optional<ConeBounds> make(const threshold::ReducedNetwork& network, const threshold::Ball& ball,
                                          std::size_t most_bits, std::size_t bytes,
                                          std::span<const double> importance = {});

    std::size_t bit_count() const { return clusters_.bits.size(); }
    const ConeClusters& clusters() const { return clusters_; }
    /// Whether anything that matters depends on the bit.
    bool matters(std::size_t bit) const { return !places_[bit].empty() || budget_.has_value(); }

    /// The bit's value at the example.
    bool centre(std::size_t bit) const { return centre_[bit] != 0; }

    /// A bit becomes known, or (absent) open.
    void set(std::size_t bit, std::optional<bool> value);
    std::optional<bool> value(std::size_t bit) const;
    /// True: whatever the open bits are, no target wins, or the budget is broken.
    bool excluded();

  private:
    ConeBounds() = default;
    struct Place {
        std::uint32_t cluster;
        std::uint32_t slot;
    };
    /// A target as Σ coefficients · rows + its own part >= bound: the most that it can be adds the positive
    /// coefficients of rows that may be true, and the negative ones of rows that are.
    struct TargetSum {
        std::uint32_t row = 0;
        bool negated = false;
        std::int64_t bound = 0;
        std::vector<std::int16_t> positive;  ///< by inner row
        std::vector<std::int16_t> negative;
    };

    void add_target(const threshold::Target& target, std::uint32_t row);
    void place_rows();
    void look_at_rows();
    bool can_win(const TargetSum& target) const;
    void forget_patterns();

    ConeClusters clusters_;
    std::vector<ConeTable> tables_;
    std::vector<ConeTable::Pattern> pattern_;  ///< by cluster
    std::vector<std::size_t> place_;           ///< by cluster, of its pattern
    std::vector<std::vector<Place>> places_;   ///< by bit
    std::vector<std::int16_t> sums_;   ///< of all rows: the least, then the most, without what rows take from rows
    std::vector<std::int8_t> values_;  ///< by bit: -1 open
    // Of inner rows, in 16 bits, to be multiplied in lanes.
    std::vector<std::int16_t> row_bound_;
    std::vector<std::int16_t> may_hold_;    ///< 1: the row can reach its bound
    std::vector<std::int16_t> holds_;       ///< 1: it always does
    std::vector<std::uint32_t> deep_rows_;  ///< those that add up other rows
    std::vector<TargetSum> targets_;        ///< the one that could win last comes first
    std::vector<std::int64_t> cost_;        ///< by bit: what leaving the centre costs
    std::vector<std::uint8_t> centre_;      ///< by bit
    std::optional<std::int64_t> budget_;
    std::int64_t spent_ = 0;
    std::size_t bytes_ = 0;
    std::size_t sets_since_check_ = 0;
};

}  // namespace sinew::cone
