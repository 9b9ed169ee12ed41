// SPDX-License-Identifier: Apache-2.0
// Tighter bounds of single pre-activations by small phase trees over the layers before them: what a MILP with a node
// limit does in α,β-CROWN's refinement of intermediate bounds, without a MILP. Eight neurons' trees grow side by side,
// so that every back-substitution has its sixteen lanes full.
#pragma once

#include <atomic>

#include "base/limits.hpp"
#include "bounds/relaxed_lanes.hpp"
#include "bounds/tighten_network.hpp"

namespace sinew::search {

struct RefinementOptions {
    std::size_t splits = 32;                       ///< of each tree
    std::size_t steps = 6;                         ///< ascent steps of a node
    const bounds::Condition* condition = nullptr;  ///< if given: bounds hold where it does
};

/// Tightens the bounds of the given open neurons, all of one layer (both sides each), on the region of `assumed`, of
/// which none is a given neuron's. Takes effect on the network's lists with refresh(). `next`: the sides of neurons
/// before this one are taken, by threads that refine the same list at the same time, each with a problem of its own.
void refine_neurons(bounds::RelaxedNetwork& network, bounds::RelaxedLanes& problem, const bounds::SlopeBank& bank,
                    std::span<const std::uint32_t> neurons, std::atomic<std::size_t>& next,
                    std::span<const bounds::NeuronSplit> assumed, const RefinementOptions& options,
                    const Limits& limits);

}  // namespace sinew::search
