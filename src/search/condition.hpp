// SPDX-License-Identifier: Apache-2.0
// The conditions of a query as bounding sees them: atoms with rows in doubles, a tree of "all" and "any" over them, and
// the boxes of inputs that have to be searched.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bounds/network_bounds.hpp"
#include "model/query.hpp"

namespace sinew::search {

/// form <= 0, or form < 0.
struct ConditionAtom {
    LinearForm form;
    bool strict = false;
    bool inputs_only = false;
    double largest_coefficient = 1;  ///< magnitude: the atom's unit
    bounds::Row row;

    /// Whether `form >= lower_bound` excludes the atom.
    bool refuted_by(double lower_bound) const { return lower_bound > 0 || (strict && lower_bound >= 0); }
};

/// Negation normal form over atoms; equalities are two atoms. Free Booleans count as possibly true either way, so that
/// an impossible condition stays impossible whatever they are.
class Condition {
  public:
    enum class Kind : std::uint8_t { constant, atom, all, any };
    struct Node {
        Kind kind = Kind::constant;
        bool value = false;
        std::uint32_t atom = 0;
        std::vector<std::uint32_t> children;  ///< smaller than the node's own index
    };
    /// What bounds say about the condition as a whole.
    struct Outcome {
        bool refuted = false;
        /// Conjunctions take the largest of their children's lower bounds, disjunctions the smallest: the higher, the
        /// nearer to being refuted.
        double bound = 0;
        std::uint32_t critical = no_atom;  ///< the atom whose bound that is
    };
    static constexpr std::uint32_t no_atom = 0xffffffffU;

    /// Both conditions of the query.
    static Condition compile(const model::Query& query);

    const std::vector<ConditionAtom>& atoms() const { return atoms_; }
    const std::vector<Node>& nodes() const { return nodes_; }
    std::uint32_t root() const { return static_cast<std::uint32_t>(nodes_.size() - 1); }

    /// `lower[a]` is a lower bound of atom a's form. O(nodes).
    Outcome judge(std::span<const double> lower) const;
    /// The condition with atoms that are certain (`upper`) or impossible (`lower`) on a box replaced by constants;
    /// atoms that no longer occur are dropped.
    Condition simplified(std::span<const double> lower, std::span<const double> upper) const;
    bool is_constant(bool value) const { return nodes_.back().kind == Kind::constant && nodes_.back().value == value; }

  private:
    std::vector<ConditionAtom> atoms_;
    std::vector<Node> nodes_;
};

/// The boxes (domains in input_variables() order) whose union holds every solution: those of the query, tightened by
/// input bounds of the outermost conjunction, and split along disjunctions that bound inputs in every branch (at most
/// 256 boxes; beyond that a disjunction is left to the search). Boxes that are visibly empty are left out.
std::vector<std::vector<model::Domain>> root_boxes(const model::Query& query, const Condition& condition);

}  // namespace sinew::search
