// The end of a branch that floats cannot decide (a bound that is exactly 0, a strict row, a step function at its jump):
// the query restricted to the leaf goes to the exact linear theory.
#pragma once

#include <vector>

#include "base/limits.hpp"
#include "base/settings.hpp"
#include "bounds/network_bounds.hpp"
#include "model/verdict.hpp"
#include "search/node.hpp"
#include "search/problem.hpp"

namespace sinew::search {

/// Why nothing is in a leaf.
struct LeafCore {
    std::size_t stated = 0;        ///< sides of the box that the search moved, phases assumed, phases fixed
    std::vector<Decision> bounds;  ///< those that the refutation used: nothing in the root box satisfies them all
};

/// Decides the query on the node's box and phases exactly. `state` says which phases its box fixes: these are theorems,
/// so they are stated, and the linear theory has little left to decide. unknown where `limits` stopped it. `core`, if
/// given, is filled after unsat. Copies the query: leaves are rare.
model::Verdict decide_exactly(const Problem& problem, const Node& node, const bounds::State& state,
                              const bounds::NetworkBounds& bounds, const Settings& settings, const Limits& limits,
                              LeafCore* core = nullptr);

}  // namespace sinew::search
