// SPDX-License-Identifier: Apache-2.0
// The knobs of the engines of this folder, with their ranges.
#pragma once

#include <cstdint>

#include "base/settings.hpp"
#include "proof/network_proof.hpp"

namespace sinew::search {

/// Branch and bound over boxes and phases ("boxes").
struct BoxOptions {
    std::uint64_t seed = 0;
    /// How eagerly nodes are bounded anew just to learn from them: 0 no clauses at all, 1 where it pays, 2 always.
    std::int64_t learning = 1;
    /// Nodes between two attacks on an open box, at first and as a share of the nodes so far: an attack costs about as
    /// much as thirty nodes, and the longer the search lasts the less likely it is that gradients find what it looks
    /// for.
    std::uint64_t attack_interval = 96;
    std::uint64_t attack_share = 24;
    std::uint64_t longest_dive = 64;  ///< nodes a dive follows before it lets the pool choose again
    /// Splits of each kind to see before they are compared (a split that turns out useless doubles what is below it, so
    /// phases wait until the nodes with many descendants are behind), and how often the worse kind is tried again.
    std::uint64_t input_trials = 24;
    std::uint64_t phase_trials = 4;
    std::uint64_t retry_interval = 64;
    /// Phases are not tried where more are open: it would take too many tries to learn that they lose.
    std::uint64_t most_open = 32;
    bool couple = true;         ///< matching neurons of two networks are bounded together (bounds/neuron_pairs.hpp)
    double gain_memory = 0.02;  ///< weight of a split's gain in the running means, which follow the search
};
const OptionTable<BoxOptions>& box_option_table();

/// The tree over ReLU phases ("phases").
struct PhaseOptions {
    Settings settings;
    std::uint64_t root_steps = 20;     ///< ascent steps for each intermediate bound
    std::uint64_t steps = 12;          ///< ascent steps of a node
    std::uint64_t rounds = 12;         ///< of tree search and refinement by turns, then the tree is searched to its end
    std::uint64_t first_passes = 600;  ///< through the network, of the first round's tree
    std::uint64_t first_splits = 16;   ///< of a neuron's tree, of the first refinement
    bool attacks = true;               ///< false: another engine does (attack_search.hpp), which gets a turn early
    proof::NetworkProofWriter* proof = nullptr;  ///< if given, is told why the query has no solution: of ReLU networks
};
const OptionTable<PhaseOptions>& phase_option_table();

/// Refinement of smooth networks ("refine").
struct RefineOptions {
    double finest = 1e-11;        ///< neurons whose lines are off by less stay: doubles have no better lines
    double worth_refining = 0.1;  ///< neurons are refined together if they are off by this share of the worst
    double least_share = 0.1;     ///< a cut is this share of its segment away from the segment's ends at least
    double neighbourhood = 0.1;   ///< how far from a relaxed solution, relatively, the attack looks for a real one
};
const OptionTable<RefineOptions>& refine_option_table();

/// Clause learning over linear arithmetic ("lazy"); its core and its theory have tables of their own.
struct LazyOptions {
    bool strengthen = true;  ///< neurons are bounded, and phases fixed, before the first decision
};
const OptionTable<LazyOptions>& lazy_option_table();

}  // namespace sinew::search
