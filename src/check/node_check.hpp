// SPDX-License-Identifier: Apache-2.0
// A node of a proof about networks: a part of a box of inputs, under assumed bounds of pre-activations. Bounds say
// whether a solution can be in it, and cut off where none can.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "check/box_bounds.hpp"
#include "check/clip_box.hpp"
#include "check/goal.hpp"
#include "model/query.hpp"

namespace sinew::check {

/// variable <= point or variable >= point.
struct Assumption {
    std::uint32_t variable = 0;
    bool is_upper = false;
    double point = 0;
};

/// What is kept of a node until its children come.
struct ProofNode {
    std::uint32_t box = 0;           ///< of which box's goal
    std::vector<double> inputs;      ///< lower, upper
    std::vector<double> neurons;     ///< lower, upper of each pre-activation
    std::vector<double> atoms;       ///< lower bounds of the goal's forms
    std::vector<Assumption> phases;  ///< assumed of pre-activations
    float clipped = 1;               ///< the share of a side, at most, cut off since all layers were bounded
    std::uint32_t first_layer = 0;   ///< below which bounds are as good as they will be
};

class NodeCheck {
  public:
    /// Of a query whose inputs are bounded, which must outlive this.
    explicit NodeCheck(const model::Query& query);

    /// Another box; its number.
    std::uint32_t add_box(std::span<const Interval> sides);
    /// Whether the conditions do not exclude all of it by what they say of inputs alone.
    bool is_possible(std::uint32_t box) const;
    /// The node that is all of it.
    ProofNode root(std::uint32_t box) const;
    const Goal& goal_of(const ProofNode& node) const { return goals_[node.box]; }
    /// Whether these of the boxes added hold every solution.
    bool is_covered(const std::vector<bool>& counts) const;

    /// Whether these two together say nothing: each value satisfies one of them.
    bool covers(const Assumption& left, const Assumption& right) const;
    ProofNode child(const ProofNode& parent, const Assumption& assumption) const;
    /// True: no solution is in the node (proved). Else the node is what may be left of it.
    bool is_excluded(ProofNode& node, bool by_intervals = false);
    /// The same, by bisections of its own where bounds are a little too loose, at most so many.
    bool is_excluded_by_parts(ProofNode& node, std::size_t most);

    // What a proof says by rows and lines of its own (network_check.cpp).
    /// The bounds of all variables in the node where `assumptions` hold, too. False: nothing is there.
    bool fill(const ProofNode& node, std::span<const Assumption> assumptions, BoxState& state);
    /// What its bounds of pre-activations say of later ones, by intervals. False: nothing is there.
    bool refresh(ProofNode& node);
    /// Another bound of a pre-activation; values beyond the one known change nothing. False: it is of no
    /// pre-activation.
    bool tighten(ProofNode& node, std::uint32_t variable, bool is_upper, double value) const;
    /// Whether what is known of the atoms excludes the node.
    bool is_judged_excluded(const ProofNode& node) const { return goals_[node.box].is_excluded(node.atoms); }
    BoxBounds& bounds() { return bounds_; }

    std::uint64_t bounded() const { return bounded_; }
    std::uint64_t bisections() const { return bisections_; }

  private:
    void put(const ProofNode& node, std::span<const Assumption> assumptions, BoxState& state) const;
    void keep(ProofNode& node) const;
    bool snap(std::vector<double>& inputs) const;
    bool clip(ProofNode& node);
    bool clip_parts(const Goal& goal, const Goal::Node& any, const ProofNode& node);
    bool clip_rows(std::span<const std::uint32_t> rows, std::vector<double>& lower, std::vector<double>& upper);
    void add_atoms(const Goal& goal, const Goal::Node& node, std::vector<std::uint32_t>& rows) const;
    std::optional<Assumption> widest(const ProofNode& node) const;

    const model::Query& query_;
    Goal goal_;
    std::vector<model::Domain> domains_;
    BoxBounds bounds_;
    std::vector<std::vector<Interval>> needed_;  ///< boxes that hold every solution
    BoxState whole_;                             ///< of all of them
    std::vector<std::vector<Interval>> boxes_;   ///< added
    std::vector<Goal> goals_;                    ///< by box
    BoxState state_;
    std::vector<const Row*> rows_;
    std::vector<Row> phase_rows_;
    std::vector<int> row_of_atom_;
    RowBounds of_rows_;
    JointClip joint_;
    std::vector<double> lower_, upper_, part_lower_, part_upper_, union_lower_, union_upper_;
    std::vector<std::uint32_t> always_, together_;
    std::vector<Inequality> inequalities_;
    std::uint64_t bounded_ = 0, bisections_ = 0;
};

}  // namespace sinew::check
