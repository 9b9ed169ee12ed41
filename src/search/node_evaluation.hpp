// SPDX-License-Identifier: Apache-2.0
// The bounding of one node: tighten, bound the condition's atoms, refute or clip, and choose the next split.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bounds/forward_bounds.hpp"
#include "bounds/input_influence.hpp"
#include "bounds/joint_bound.hpp"
#include "bounds/network_bounds.hpp"
#include "engine/literal.hpp"
#include "search/node.hpp"
#include "search/problem.hpp"

namespace sinew::search {

/// A workspace of one worker. Nothing is allocated for a node but what the node itself keeps.
class NodeEvaluation {
  public:
    explicit NodeEvaluation(const Problem& problem);

    enum class Result : std::uint8_t { refuted, open };

    /// This bound holds of all solutions: nodes start from it from now on.
    void know(const engine::Literal& bound);

    /// The root node of box `index`, in `state`; with threads of their own for what those of `peers` have at hand.
    Result evaluate_root(std::uint32_t index, bounds::State& state, Node& node,
                         std::span<bounds::NetworkBounds* const> peers = {});
    /// The two sides of a node's split of that kind; absent when an input is too narrow (which is never chosen).
    struct Split {
        Decision left, right;
    };
    std::optional<Split> split(const Node& node, const bounds::State& state, SplitKind kind) const;
    /// The child of `parent` (whose state is `parent_state`) under one more decision, not yet bounded.
    void assume(const Node& parent, const bounds::State& parent_state, const Decision& decision, bounds::State& state,
                Node& node) const;
    /// Facts about the node that were proved elsewhere and are in its state already.
    void note_facts(std::span<const Decision> facts, Node& node) const;
    /// Bounds a child.
    Result evaluate(bounds::State& state, Node& node, std::span<bounds::NetworkBounds* const> peers = {});
    /// After a refutation: it rests on this variable's bounds alone and on what lies in the layers below it; absent
    /// where that is not known.
    std::optional<std::uint32_t> refuted_variable() const { return refuted_variable_; }
    /// Whether the bounds of variable `of` can depend on a decision about the phase of `phase`.
    bool depends(std::uint32_t of, std::uint32_t phase) const;
    /// The state of a node from the pool.
    void restore(const Node& node, bounds::State& state) const;
    /// What is not in the node while it is worked on: its box and pre-activation bounds.
    void store(const bounds::State& state, Node& node) const;

    /// The corner of the node's box that is best for the linear bound of its critical atom (of the last evaluation).
    std::span<const double> promising_corner() const { return corner_; }

    std::uint64_t evaluations() const { return evaluations_; }
    std::uint64_t open_phases_seen() const { return open_phases_seen_; }
    const bounds::NetworkBounds& network_bounds() const { return bounds_; }
    bounds::NetworkBounds& network_bounds() { return bounds_; }

  private:
    void make_phase_rows(const bounds::State& state, const Node& node);
    bool clip(bounds::State& state, Node& node);
    void add_rows(const Condition::Node& part, std::vector<std::uint32_t>& rows) const;
    /// All rows that hold on a disjunct together. False: it is refuted on the box given.
    bool combine_rows(const Condition::Node& disjunct, std::vector<double>& lower, std::vector<double>& upper);
    bool clip_disjunction(const Condition::Node& any, const Node& node);
    std::span<const double> coefficients_of_atom(std::uint32_t atom) const;
    void choose_split(const bounds::State& state, Node& node, const Condition::Outcome& outcome);
    void choose_input(const bounds::State& state, Node& node);
    void choose_phase(const bounds::State& state, Node& node);
    void weigh_rows(const Node& node, const Condition::Outcome& outcome);
    bool snap_inputs(bounds::State& state, const ProblemBox& box) const;

    const Problem* problem_;
    bounds::NetworkBounds bounds_;
    std::optional<bounds::ForwardBounds> forward_;  ///< where it is the cheaper way to most bounds
    bounds::State root_;
    std::vector<const bounds::Row*> rows_;
    std::vector<std::uint32_t> row_atom_;  ///< the atom of each row; phase rows follow
    std::vector<int> atom_row_;            ///< by atom: its row of this evaluation, or -1
    std::vector<bounds::Row> phase_rows_;
    bounds::RowBounds row_bounds_;
    bounds::JointBound joint_;
    const Condition::Node* nodes_ = nullptr;                 ///< of the condition in force
    std::vector<std::uint32_t> base_rows_, candidate_rows_;  ///< rows that hold in any case; and with a disjunct
    bool joined_ = false;                                    ///< some disjunct's rows were combined; the best one's:
    double best_joint_ = 0;
    std::vector<std::uint32_t> joint_rows_;
    std::vector<double> joint_multipliers_, joint_point_;
    std::vector<std::uint8_t> row_joined_;
    std::vector<double> row_weight_;  ///< how much each row matters for branching
    std::vector<double> direction_;   ///< the weighted rows' coefficients
    std::optional<bounds::InputInfluence> influence_;
    std::vector<double> input_score_;
    std::vector<double> lower_, upper_;  ///< the box while it is clipped
    std::vector<double> branch_lower_, branch_upper_, union_lower_, union_upper_;
    std::vector<double> corner_;
    std::optional<std::uint32_t> refuted_variable_;
    std::uint64_t evaluations_ = 0;
    std::uint64_t apart_;  ///< nodes that are bounded without coupled lines before others are with them
    std::uint64_t open_phases_seen_ = 0;
};

}  // namespace sinew::search
