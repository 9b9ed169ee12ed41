// SPDX-License-Identifier: Apache-2.0
// Tighter bounds of single pre-activations by small phase trees over the layers before them: what a MILP with a node
// limit does in α,β-CROWN's refinement of intermediate bounds, without a MILP. Eight neurons' trees grow side by side,
// so that every back-substitution has its sixteen lanes full.
#pragma once

#include <atomic>

#include "base/limits.hpp"
#include "bounds/relaxed_lanes.hpp"
#include "bounds/tighten_network.hpp"
#include "search/phase_proof.hpp"

namespace sinew::search {

struct RefinementOptions {
    std::size_t splits = 32;                       ///< of each tree
    std::size_t steps = 6;                         ///< ascent steps of a node
    double least_gain = 0;                         ///< of the way to 0 while a tree doubles, or it ends
    const bounds::Condition* condition = nullptr;  ///< if given: bounds hold where it does
    PhaseProof* proof = nullptr;                   ///< if given, is told what the bounds rest on
};

/// Bounds of the given open neurons, all of one layer, on the region of `assumed`, of which none is a given neuron's:
/// two numbers each in `proven`, a lower bound and the negative of an upper one. `next`: the sides of neurons before
/// this one are taken, by threads that refine the same list at the same time, each with a problem of its own.
void refine_neurons(const bounds::RelaxedNetwork& network, bounds::RelaxedLanes& problem, const bounds::SlopeBank& bank,
                    std::span<const std::uint32_t> neurons, std::atomic<std::size_t>& next,
                    std::span<const bounds::NeuronSplit> assumed, const RefinementOptions& options,
                    const Limits& limits, std::span<double> proven);

/// Tightens the network by what that has proven; takes effect on its lists with refresh().
void take_refined(bounds::RelaxedNetwork& network, std::span<const std::uint32_t> neurons,
                  std::span<const double> proven);

}  // namespace sinew::search
