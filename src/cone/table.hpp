// SPDX-License-Identifier: Apache-2.0
// What a cluster of local gates adds to all rows: the least and the most over the phases of its bits that are still
// open. Looked up by the pattern of open and known bits, worked out the first time a pattern is asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "cone/clusters.hpp"

namespace sinew::cone {

/// A cluster's part of a row, counted from the least that it can be; of all rows the least parts, then the most. Bytes:
/// the tables are read all over.
using RowPart = std::uint8_t;

class ConeTable {
  public:
    /// Two bits a bit of the cluster: 0 open, 1 false, 2 true.
    using Pattern = std::uint64_t;

    /// Goes through all 2^bits phases. O(2^bits · (gates' terms + rows)).
    ConeTable(const threshold::ReducedNetwork& network, const ConeClusters& clusters, std::size_t cluster);
    /// The least that the cluster can add to each row.
    const std::vector<std::int16_t>& base() const { return base_; }

    /// Where the parts of a pattern stand; valid until forget().
    std::size_t find(Pattern pattern);
    const RowPart* parts(std::size_t place) const { return parts_.data() + place; }
    /// Forgets all patterns but not the phases.
    void forget();
    /// Of the patterns, in bytes.
    std::size_t size() const { return parts_.size() + slots_.size() * sizeof(Slot); }

  private:
    struct Slot {
        Pattern pattern = unused;
        std::size_t place = 0;
    };
    static constexpr Pattern unused = ~Pattern{0};

    void fill_leaves(const threshold::ReducedNetwork& network, const ConeClusters& clusters, std::size_t cluster);
    std::size_t& slot_of(Pattern pattern, bool& is_new);
    void grow();
    std::size_t work_out(Pattern pattern);
    void scan_leaves(Pattern pattern, RowPart* __restrict least, RowPart* __restrict most) const;

    std::size_t bits_;
    std::size_t rows_;
    std::vector<std::int16_t> base_;
    std::vector<RowPart> leaves_;  ///< by phase of all bits, rows_ numbers each
    std::vector<RowPart> parts_;   ///< 2 · rows_ numbers a pattern
    std::vector<Slot> slots_;      ///< open addressing
    std::size_t used_ = 0;
};

}  // namespace sinew::cone
