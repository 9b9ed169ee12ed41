// SPDX-License-Identifier: Apache-2.0
// How far a Boolean formula is from true at sixteen points at once ("robust semantics", Fainekos and Pappas 2009):
// a conjunction is as true as its least child, a disjunction as its greatest, an atom as far as it is from its
// boundary.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bounds/lane_kernels.hpp"
#include "model/query.hpp"

namespace sinew::search {

/// What a conjunction hands its derivative to.
enum class Descent : std::uint8_t {
    worst,  ///< its worst child
    sum,    ///< every child that does not hold
};

/// The conditions of a query in negation normal form. Margins are distances in the units of the atoms, each divided by
/// its largest coefficient; atoms over inputs alone count as infinitely true once they hold, so that they never hide
/// the rest. Free Booleans have the values given. Costs O(formula) a call.
class LaneCondition {
  public:
    LaneCondition(const model::Query& query, const std::vector<bool>& booleans);
    /// All of `rows`, atoms over the query's network.
    LaneCondition(const model::Query& query, std::span<const model::Atom> rows);

    /// The margins at the lanes of `values` (indexed by variable): positive: holds, negative: does not, zero: on an
    /// edge. Fills margin[0 … lanes - 1].
    void evaluate(const bounds::LaneMatrix& values, double* margin);
    /// Adds the derivative of the margins (of the last evaluate) to `adjoints`. `choice[j]` steers lane j: 0 follows
    /// the best child of each disjunction, c > 0 child (c - 1) mod children of the first (outermost) disjunction.
    void seed(bounds::LaneMatrix& adjoints, const std::uint32_t* choice, const Descent* descent);
    /// The same in one lane alone.
    void seed_lane(bounds::LaneMatrix& adjoints, std::size_t lane, Descent descent);

    /// The rows that decide lane `lane` (all rows of conjunctions, the best child's of disjunctions), worst first, at
    /// most `limit`. Rows over inputs alone are included.
    void active_rows(std::size_t lane, std::size_t limit, std::vector<std::uint32_t>& rows);
    /// Adds one row's derivative to lane `lane` of `adjoints`; returns its margin at lane 0 of the last evaluate().
    double seed_row(std::uint32_t row, std::size_t lane, bounds::LaneMatrix& adjoints) const;

    /// Children of the outermost disjunction, 1 without one: how many choices make sense.
    std::size_t disjuncts() const { return disjuncts_; }
    /// The margin of one of them at a lane of the last evaluate().
    double disjunct_margin(std::size_t disjunct, std::size_t lane) const;

    /// One atom row: margin = (constant + Σ coefficient·variable), already negated and scaled so that positive holds.
    struct Row {
        std::vector<std::pair<std::uint32_t, double>> terms;
        double constant = 0;
        bool equality = false;     ///< margin is -|value|
        bool disequality = false;  ///< margin is |value|
        bool input_only = false;
        bool strict = false;
    };
    const std::vector<Row>& rows() const { return rows_; }

  private:
    enum class Kind : std::uint8_t { constant, row, all, any };
    struct Node {
        Kind kind = Kind::constant;
        bool value = false;
        std::uint32_t row = 0;
        std::uint32_t begin = 0;  ///< children_[begin … end)
        std::uint32_t end = 0;
    };

    void finish();
    std::uint32_t add_row(const model::Query& query, const model::Atom& atom, bool positive);
    void seed_node(std::uint32_t node, bounds::LaneMatrix& adjoints, const std::uint32_t* choice,
                   const Descent* descent);

    std::vector<Node> nodes_;  ///< children before parents
    std::vector<std::uint32_t> children_;
    std::vector<Row> rows_;
    std::uint32_t root_ = 0;
    std::uint32_t steered_ = 0xffffffffU;  ///< the outermost disjunction
    std::size_t disjuncts_ = 1;
    bounds::LaneMatrix margins_;
    bounds::LaneMatrix weights_;
    bounds::LaneMatrix sides_;  ///< values of the rows before equalities took their absolute value
};

}  // namespace sinew::search
