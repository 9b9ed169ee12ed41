// SPDX-License-Identifier: Apache-2.0
// What the tree over phases has to refute, and what the neurons' relaxations cost it.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "bounds/relaxed_lanes.hpp"
#include "search/disjuncts.hpp"
#include "search/phase_proof.hpp"

namespace sinew::search {

/// Refuted means objective > 0 (>= 0 if `strict`) everywhere.
struct PhaseGoal {
    bounds::Objective objective;
    bool strict = false;
    std::uint32_t disjunct = 0;     ///< of the query's conditions: refuting the goal refutes it
    proof::AtomName name{};         ///< of its row
    bounds::Condition condition{};  ///< all rows of the disjunct, this one first; none where they are of no use
    std::vector<float> slope{};     ///< by neuron, good for the objective; empty if there was no ascent

    bool refuted(double bound) const { return strict ? bound >= 0 : bound > 0; }
};

/// The best goal of each disjunct that no goal's bound on the whole box refutes, with `steps` of ascent. A disjunct
/// without rows has none.
/// `proof`, if given, is told why the others are refuted, and goals get no conditions.
std::vector<PhaseGoal> open_goals(const bounds::RelaxedNetwork& network, std::span<const Disjunct> disjuncts,
                                  std::size_t steps, PhaseProof* proof = nullptr);

/// What splitting a neuron with bounds [low, high] may gain where its output has coefficient `g`: of ReLUs BaBSR's
/// estimate (Bunel et al., Branch and bound for piecewise linear neural network verification, JMLR 2020).
double split_estimate(const bounds::RelaxedNetwork& network, const bounds::NeuronLayer& layer, double g, double low,
                      double high);

/// What the relaxation of an open neuron with bounds [low, high] costs a lane that was bounded and has its primal().
double relaxation_cost(const bounds::RelaxedNetwork& network, const bounds::RelaxedLanes& problem, std::size_t lane,
                       std::uint32_t neuron, double low, double high);

/// The dearest of some items that make up a `share` of their cost, in their order.
std::vector<std::uint32_t> dearest(std::vector<std::pair<double, std::uint32_t>> costs, double share);

}  // namespace sinew::search
