// SPDX-License-Identifier: Apache-2.0
#include "cardinality/worth.hpp"

#include <algorithm>

namespace sinew::cardinality {

bool Worth::restarted(std::uint64_t effort) {
    if (choice_ < 2 || conflicts_ < block_) return false;
    // The latest block counts: what a way is worth changes with the search.
    value_[static_cast<std::size_t>(current_)] = gain_ / static_cast<double>(effort - effort_ + 1);
    effort_ = effort;
    gain_ = 0;
    conflicts_ = 0;
    ++round_;
    const Learning before = current_;
    const Learning better = value_[0] >= value_[1] ? Learning::clauses : Learning::rows;
    const Learning worse = better == Learning::clauses ? Learning::rows : Learning::clauses;
    if (round_ == 1)
        current_ = Learning::rows;
    else if (round_ % 8 == 0)
        current_ = worse;
    else
        current_ = better;
    // A look at the worse way is short.
    block_ = current_ == better ? std::min(longest_block, first_block * (1 + round_ / 2)) : first_block;
    return current_ != before;
}

}  // namespace sinew::cardinality
