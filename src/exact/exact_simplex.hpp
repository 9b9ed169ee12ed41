// SPDX-License-Identifier: Apache-2.0
// Linear programming without rounding: feasibility, certificates and optima of bounded variables and rows over the
// rationals, strict bounds included. It decides what a float solver can only propose.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "exact/delta_rational.hpp"
#include "exact/simplex_tableau.hpp"

namespace sinew {

enum class Side : std::uint8_t { lower, upper };
enum class Strictness : std::uint8_t { closed, strict };

/// A bound that a certificate uses, with its multiplier > 0.
struct BoundMultiplier {
    SimplexVariable variable;
    Side side = Side::lower;
    Rational multiplier;
};

/// Why bounds contradict each other (Farkas): with s = +1 for lower and -1 for upper sides, Σ s·multiplier·variable
/// is identically zero once rows are written as their forms, and Σ s·multiplier·bound is positive, or zero with a
/// strict bound among them. For an optimum's certificate see ExactSimplex::maximize.
using BoundCertificate = std::vector<BoundMultiplier>;

/// When to stop early. Pivots are counted over the call.
struct SimplexLimits {
    Limits limits;
    std::uint64_t pivots = std::numeric_limits<std::uint64_t>::max();
};

/// Where a nonbasic variable is to rest when a basis is installed.
enum class BasisPlace : std::uint8_t { basic, at_lower, at_upper, at_zero };

/// The general simplex of Dutertre & de Moura (CAV 2006): bounds come and go, check() repairs the assignment it left
/// behind. Variables are columns and rows alike. Setting and relaxing bounds is O(1); the assignment moves in check().
/// Pivots take the shortest column; after many of them Bland's rule guarantees termination.
class ExactSimplex {
  public:
    enum class Result : std::uint8_t { feasible, infeasible, unbounded, stopped };
    struct Bound {
        DeltaRational value;
        bool present = false;
    };

    SimplexVariable add_column();
    /// A variable that equals Σ terms, without bounds. Terms may name older columns and rows.
    SimplexVariable add_row(std::span<const SimplexTerm> terms);

    /// Replaces the bound of one side, tighter or not.
    void set_bound(SimplexVariable variable, Side side, const Rational& value, Strictness strictness);
    void relax_bound(SimplexVariable variable, Side side);
    const Bound& bound(SimplexVariable variable, Side side) const { return bounds_[slot(variable, side)]; }

    /// Bounds changed after new_level() return to their old values with backtrack(level) (0: before the first level).
    void new_level() { level_begin_.push_back(undo_.size()); }
    void backtrack(std::size_t level);
    std::size_t level() const { return level_begin_.size(); }

    /// Are the bounds consistent? Never `unbounded`. After `infeasible`, certificate() holds a proof; it is
    /// irreducible: without any one of its bounds the others are consistent.
    Result check(const SimplexLimits& limits = {});
    const BoundCertificate& certificate() const { return certificate_; }

    struct Optimum {
        Result result = Result::stopped;  ///< feasible: an optimum was found
        Rational value;                   ///< the supremum (infimum)
        bool attained = false;            ///< false: strict bounds keep every solution away from it
    };
    /// The largest value of `objective` (a column or a row) under the bounds, by the primal simplex after a check().
    /// certificate(): if infeasible as for check(); if optimal Σ s·multiplier·variable is identically
    /// -objective and Σ s·multiplier·bound is -value, so that no solution is above value.
    Optimum maximize(SimplexVariable objective, const SimplexLimits& limits = {});
    /// The smallest; the certificate's form is +objective and its sum +value.
    Optimum minimize(SimplexVariable objective, const SimplexLimits& limits = {});

    /// Pivots until exactly the variables marked `basic` are basic (as far as they are independent) and puts the others
    /// on the bounds named. `places` has one entry a variable. Returns false when `limits` stopped it halfway, which is
    /// a valid state too.
    bool install_basis(std::span<const BasisPlace> places, const SimplexLimits& limits = {});

    /// After a feasible check(): exact values of all variables, with a number in place of δ.
    std::vector<Rational> solution() const;
    /// After a feasible check(): moves columns to simple values (few digits) one after the other as far as the others
    /// stay in bounds. The assignment remains feasible.
    void simplify_solution(const SimplexLimits& limits = {});

    std::size_t variable_count() const { return tableau_.variable_count(); }
    std::size_t row_count() const { return tableau_.row_count(); }
    /// Pivots over the life of this object.
    std::uint64_t pivots() const { return pivots_; }

  private:
    enum class Direction : std::uint8_t { up, down };
    /// How far a nonbasic variable can move: the step, and the row that stops it (none: its own bound).
    struct Step {
        bool bounded = false;
        DeltaRational length;
        std::optional<std::size_t> row;
    };

    static std::size_t slot(SimplexVariable variable, Side side) {
        return 2 * variable.index() + (side == Side::upper ? 1 : 0);
    }
    void change_bound(std::size_t slot, Bound bound);
    void touch(SimplexVariable variable);
    bool below_lower(SimplexVariable variable) const;
    bool above_upper(SimplexVariable variable) const;
    bool can_move(SimplexVariable variable, Direction direction) const;
    /// Brings nonbasic variables into their bounds and queues violated basic ones; false: a variable's own bounds
    /// cross.
    bool settle_touched();
    void explain_crossing(SimplexVariable variable);
    void queue_if_violated(SimplexVariable variable);
    void move_nonbasic(SimplexVariable variable, const DeltaRational& step);
    bool pivot_to_basis(std::span<const BasisPlace> places, const SimplexLimits& limits);
    void recompute_basic_values();
    std::optional<SimplexVariable> next_violated();
    /// A nonbasic variable that can move so that `basic` does, shortest column first (or Bland's choice).
    std::optional<SimplexVariable> choose_entering(std::size_t row, Direction basic, bool bland) const;
    void explain_row(std::size_t row, Direction blocked);
    void pivot_and_update(std::size_t row, SimplexVariable entering, const DeltaRational& target);
    void pivot(std::size_t row, SimplexVariable entering);

    Optimum optimize(SimplexVariable objective, Direction direction, const SimplexLimits& limits);
    std::optional<std::pair<SimplexVariable, Direction>> choose_improving(SimplexVariable objective,
                                                                          Direction direction, bool bland) const;
    Step longest_step(SimplexVariable nonbasic, Direction direction) const;
    void take_step(SimplexVariable entering, Direction direction, const Step& step);
    void simplify_value(SimplexVariable nonbasic);
    void free_columns(const SimplexLimits& limits);

    SimplexTableau tableau_;
    std::vector<DeltaRational> value_;  // by variable
    std::vector<Bound> bounds_;         // by slot
    std::vector<std::pair<std::size_t, Bound>> undo_;
    std::vector<std::size_t> level_begin_;
    std::vector<SimplexVariable> touched_;  // bounds changed since the last check
    std::vector<bool> is_touched_;
    std::priority_queue<SimplexVariable, std::vector<SimplexVariable>, std::greater<>> violated_;
    std::vector<bool> is_queued_;
    std::vector<bool> is_row_;  // by variable
    BoundCertificate certificate_;
    std::uint64_t pivots_ = 0;
};

}  // namespace sinew
