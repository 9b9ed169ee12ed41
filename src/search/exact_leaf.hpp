// SPDX-License-Identifier: Apache-2.0
// The end of a branch that floats cannot decide (a bound that is exactly 0, a strict row, a step function at its jump):
// the query restricted to the leaf goes to the exact linear theory. One solver for all leaves of a search: a leaf is a
// set of assumptions, and what was learned in one is known in the next.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "base/answer.hpp"
#include "base/limits.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "bounds/network_bounds.hpp"
#include "model/verdict.hpp"
#include "search/lazy_solver.hpp"
#include "search/node.hpp"
#include "search/problem.hpp"

namespace sinew::search {

/// Why nothing is in a leaf.
struct LeafCore {
    std::size_t stated = 0;        ///< bounds that made the leaf: sides of the box that the search moved, phases
    std::vector<Decision> bounds;  ///< those that the refutation used: nothing in the root box satisfies them all
};

class ExactLeaves {
  public:
    /// Of a query without free Booleans, which must outlive it. Nothing is built before the first leaf.
    ExactLeaves(const model::Query& query, const Settings& settings) : query_(query), settings_(settings) {}

    /// Is there a solution with all inputs in `domains` that satisfies all `bounds` (of inputs and pre-activations)?
    /// Bounds of pre-activations that fix no phase may be ignored: the part searched is then larger. unknown where
    /// `limits` stopped it; called again it goes on. `core`, if given, is filled after unsat. After sat:
    /// take_witness(). Piecewise-linear networks.
    Answer decide(std::span<const Decision> bounds, std::span<const model::Domain> domains, const Limits& limits,
                  LeafCore* core = nullptr);
    /// The same for a node of branch and bound, of any network. `state` says which phases its box fixes.
    Answer decide(const Problem& problem, const Node& node, const bounds::State& state,
                  const bounds::NetworkBounds& bounds, const Limits& limits, LeafCore* core = nullptr);
    model::Witness take_witness() { return std::move(*witness_); }

    std::uint64_t count() const { return count_; }

  private:
    /// A phase literal: right of `threshold` or not.
    struct Phase {
        double threshold;
        bool closed_right;  ///< the threshold itself belongs to the right piece
        bool joined;        ///< … or to either
        sat::Literal right;
    };
    void build();
    void assume(const Decision& bound);
    void assume_domain(std::size_t input, const model::Domain& domain);
    sat::Literal bound_literal(Variable variable, bool upper, const Rational& value);
    void assume_phase(const Decision& bound);
    Answer decide_relaxed(const Problem& problem, const Node& node, const bounds::State& state,
                          std::span<const Decision> bounds, const Limits& limits);

    const model::Query& query_;
    Settings settings_;
    std::unique_ptr<Encoding> encoding_;
    std::unique_ptr<LazySolver> solver_;
    std::vector<Variable> inputs_;
    std::vector<model::Domain> own_domains_;
    std::map<std::uint32_t, std::vector<Phase>> phases_;  ///< by pre-activation
    std::map<std::tuple<Variable, bool, Rational>, sat::Literal> bound_literals_;
    std::vector<std::uint64_t> assumed_in_;  ///< by Boolean variable: the last leaf that assumed it or its opposite
    std::vector<sat::Literal> assumptions_;
    std::vector<sat::Literal> in_force_;            ///< those of this leaf, sorted
    std::vector<std::optional<Decision>> meaning_;  ///< of each assumption; absent: a side of the domains
    std::optional<model::Witness> witness_;
    std::uint64_t count_ = 0;
};

/// What the node's part of its root box is, as bounds: sides of the box that the search moved, phases that it assumed
/// or that its box fixes (`state`, `bounds`).
std::vector<Decision> leaf_bounds(const Problem& problem, const Node& node, const bounds::State& state,
                                  const bounds::NetworkBounds& bounds);

}  // namespace sinew::search
