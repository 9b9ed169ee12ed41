// SPDX-License-Identifier: Apache-2.0
// Gates that few bits decide, as truth tables over those bits; and what it takes for a target to win as a sum of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "phase/local_sum.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::phase {

class GateTables {
  public:
    /// Of the gates that at most `most_bits` digits decide; all digits of `network`, which must outlive this, are bits.
    GateTables(const threshold::ReducedNetwork& network, std::size_t most_bits);

    /// The target wins ⇔ sum >= need. A gate without a table counts as what serves the target best, so that the sum is
    /// an upper bound then.
    struct Margin {
        LocalSum sum;
        std::int64_t need = 0;
        std::size_t terms = 0;
        std::size_t free_terms = 0;  ///< terms without a table
    };
    /// Absent where a digit itself is the target, where it is a constant, or where numbers are too large.
    std::optional<Margin> margin(const threshold::Target& target) const;

    /// Whether gate `g` has a table.
    bool has_table(std::size_t g) const { return !known_[g].scope.empty(); }

  private:
    struct Truth {
        std::vector<std::uint32_t> scope;  ///< empty: no table
        std::vector<bool> value;
    };
    void add(std::size_t g, std::size_t most_bits);
    bool holds(const threshold::Gate& gate, const std::vector<std::vector<std::uint32_t>>& place,
               std::size_t index) const;

    const threshold::ReducedNetwork& network_;
    std::vector<Truth> known_;
};

}  // namespace sinew::phase
