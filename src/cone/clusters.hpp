// SPDX-License-Identifier: Apache-2.0
// Which gates of a reduced network see few bits of the input, and which of those are looked at together. A sum over
// many such gates is bounded well by the sum of what each cluster of them can add, all phases of its bits gone through.
//
// Glossary. bit: a step of a free digit; a digit's value is how many of its bits are true, whichever they are. cone: of
// a gate, the bits it depends on. local gate: one with a small cone. row: a gate that is not local, or a target's: a
// sum of items, and of other rows. item: a bit or a local gate that a row adds up. cluster: items whose cones together
// are small.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "threshold/reduced_network.hpp"

namespace sinew::cone {

struct ConeBit {
    std::uint32_t digit = 0;
    std::uint32_t step = 0;  ///< true: the digit has reached step + 1
};

/// Σ coefficient · value over items (by clusters) and rows >= bound.
struct ConeRow {
    std::uint32_t gate = 0;
    std::int64_t bound = 0;
    std::vector<threshold::VariableTerm> rows;  ///< variable: the index of an earlier row
};

/// What an item adds to a row.
struct ItemShare {
    std::uint32_t row = 0;
    std::int16_t coefficient = 0;
};

struct ConeItem {
    bool is_bit = false;
    std::uint32_t index = 0;  ///< of the bit, or of the gate
    std::vector<ItemShare> shares;
};

struct ConeCluster {
    std::vector<std::uint32_t> bits;   ///< those that are known last come first
    std::vector<std::uint32_t> gates;  ///< the local gates that the items need, in topological order
    std::vector<ConeItem> items;
};

struct ConeClusters {
    std::vector<ConeBit> bits;
    std::vector<std::uint32_t> first_bit;  ///< by digit, and the end
    std::vector<ConeRow> rows;             ///< in topological order
    std::size_t inner_rows = 0;            ///< the first of them; the others are targets that nothing adds up
    std::vector<ConeCluster> clusters;
    std::vector<std::uint32_t> target_row;  ///< by target
};

/// Clusters of at most `most_bits` bits. `importance`: by bit, or empty; the important ones are likely to be known
/// first. Absent where clusters do not pay (few gates are local), or where the network is too large for tables over
/// them.
std::optional<ConeClusters> cluster_cones(const threshold::ReducedNetwork& network, std::size_t most_bits,
                                          std::span<const double> importance = {});

}  // namespace sinew::cone
