// SPDX-License-Identifier: Apache-2.0
// A node of the branch-and-bound tree and the pool of those that are open.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/literal.hpp"
#include "proof/network_proof.hpp"

namespace sinew::search {

/// An assumption of a node: variable <= point (upper) or >= point (lower). Inputs and pre-activations alike.
struct Decision {
    std::uint32_t variable = 0;
    bool upper = false;
    double point = 0;
};

/// The same as engines tell it each other.
inline engine::Literal literal_of(const Decision& decision) {
    return {engine::Subject(Variable(decision.variable)),
            decision.upper ? engine::Side::at_most : engine::Side::at_least, decision.point};
}
inline Decision decision_of(const engine::Literal& bound) {
    return {static_cast<std::uint32_t>(bound.subject.variable().index()), bound.side == engine::Side::at_most,
            bound.value};
}

class Subtree;

/// What is needed to go on from an evaluated, open node. The bounds of pre-activations are kept as floats, rounded
/// outward: half the memory, and the neurons that matter are bounded anew in the children.
struct Node {
    double bound = -std::numeric_limits<double>::infinity();  ///< of the condition; > 0 would be refuted
    std::uint32_t depth = 0;
    std::uint32_t box_index = 0;            ///< which root box
    std::vector<double> box;                ///< lower, upper of each input
    std::vector<float> phases;              ///< lower, upper of each pre-activation; of differences of matching ones
    std::vector<double> atom_lower;         ///< lower bounds of the condition's atoms
    std::vector<Decision> phase_decisions;  ///< assumed (not implied) phases
    std::optional<Decision> input_split;    ///< the input to bisect, if any can be
    std::optional<Decision> phase_split;    ///< the phase to fix (left: below the breakpoint), if any is open
    std::uint32_t open_phases = 0;
    float clipped = 1;  ///< the share of an input's side, at most, that was cut off since all layers were bounded
    std::uint32_t layers_settled = 0;      ///< layers below this one are bounded as well as they will be
    std::shared_ptr<Subtree> subtree;      ///< whose clauses concern it; null without learning
    std::vector<Decision> path;            ///< decisions since the subtree's root, inputs and phases
    proof::NodeId proof = proof::no_node;  ///< its number there

    bool linear = false;  ///< no phase is left to split: the exact linear theory may decide it at once

    bool can_split() const { return input_split.has_value() || phase_split.has_value(); }
};

enum class SplitKind : std::uint8_t { input, phase };

/// Open nodes, best (lowest) bound first; above `crowded` nodes the worst first, so that memory stays bounded by what
/// dives add. Shared by the workers.
class NodePool {
  public:
    void push(Node node);
    /// Waits for a node; absent when all of so many workers wait (nothing is left) or after stop().
    std::optional<Node> pop(std::size_t workers);
    void stop();
    /// After all workers have left: open for more.
    void reopen();
    bool stopped() const;
    std::size_t size() const;
    double best_bound() const;

  private:
    static constexpr std::size_t crowded = 100000;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<double, Node> open_;
    std::size_t waiting_ = 0;
    bool stopped_ = false;
};

}  // namespace sinew::search
