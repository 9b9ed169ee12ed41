// SPDX-License-Identifier: Apache-2.0
// The tree over phase splits as a tree of parts, for whoever searches its leaves elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bounds/relaxed_lanes.hpp"
#include "engine/split_tree.hpp"
#include "search/phase_tree.hpp"

namespace sinew::search {

/// Of a tree whose open leaves these are, with what is proven in each; `assumed` splits are common to all, and are not
/// the tree's. `disjunct_of` a goal: where there are several of `disjuncts`, the tree begins with them.
engine::SplitTree split_tree(const bounds::RelaxedNetwork& network, const std::vector<PhaseTree::Leaf>& leaves,
                             std::span<const std::uint32_t> disjunct_of, std::size_t disjuncts, std::size_t assumed);

}  // namespace sinew::search
