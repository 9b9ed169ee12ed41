// SPDX-License-Identifier: Apache-2.0
// Where the solutions of the current bounds go on for ever, and which integer forms stay bounded on them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "exact/integer_coordinates.hpp"
#include "linear/linear_system.hpp"

namespace sinew::linear {

/// Of the solutions P of the bounds of a system with integer columns x and real columns z: the integer forms f(x) that
/// are bounded on P from below and from above are a lattice. With a basis f_1 … f_k of it completed to coordinates of
/// Z^n (IntegerCoordinates), P has a solution with integer x exactly where it has one at which f_1 … f_k are integers:
/// in the other coordinates P contains balls of any size (Bromberger, A reduction from unbounded linear mixed
/// arithmetic problems into bounded problems, IJCAR 2018). So k bounded forms are all that needs to be split, and none
/// where k = 0.
class Recession {
  public:
    /// `integers`: the integer columns, the x. False if a limit stopped it. Costs little where no bound came or went
    /// since the last call.
    bool update(const LinearSystem& system, std::span<const SimplexVariable> integers, const Limits& limits);

    /// Over the integer columns in the order given. The first rank() coordinates are the bounded forms, those of narrow
    /// constraints (equations first of all) before those of wide ones.
    const IntegerCoordinates& coordinates() const { return *coordinates_; }
    /// By variable of the system: a direction in which every solution may go for ever. From far enough on, all points
    /// around it with the same values of the bounded forms are the integer parts of solutions.
    const std::vector<Rational>& direction() const { return direction_; }

  private:
    struct Strip;  // a column or row that is bounded on both sides

    bool find_direction(const LinearSystem& system, const Limits& limits);
    std::vector<Strip> strips(const LinearSystem& system) const;
    bool choose_coordinates(const LinearSystem& system, std::span<const SimplexVariable> integers,
                            std::span<const Strip> strips, const Limits& limits);

    std::vector<unsigned char> presence_;  // by variable: which of its bounds are there
    bool bounded_ = false;                 // every integer column is, on both sides
    std::vector<bool> blocked_;            // by variable: the direction cannot move it
    std::vector<Rational> direction_;
    std::vector<SimplexVariable> order_;  // of the strips that the coordinates were made from
    std::optional<IntegerCoordinates> coordinates_;
};

}  // namespace sinew::linear
