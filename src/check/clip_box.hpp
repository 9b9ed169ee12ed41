// SPDX-License-Identifier: Apache-2.0
// What linear inequalities leave of a box, alone and several together.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace sinew::check {

/// Σ coefficient·x + constant <= 0, which every solution in a box satisfies.
struct Inequality {
    std::span<const double> coefficients;
    double constant = 0;
};

/// Cuts off the box what cannot satisfy it, rounded outward. False: nothing is left.
bool clip_box(const Inequality& row, std::span<double> lower, std::span<double> upper);

/// Several at once: their combination whose least value on the box is greatest. Its weights are the multipliers of a
/// small linear program in doubles, which need not be right: whatever they are, the combination is rounded so that it
/// holds. For one thread.
class JointClip {
  public:
    bool clip(std::span<const Inequality> rows, std::span<double> lower, std::span<double> upper);

  private:
    void find_weights(std::span<const Inequality> rows, std::span<const double> lower, std::span<const double> upper);
    void enter(std::size_t column, std::size_t row);

    std::vector<double> weight_, combined_;
    // The dictionary of the simplex method: basic = constant + Σ coefficient·nonbasic; row 0 is what is minimised.
    std::size_t columns_ = 0;
    std::vector<double> table_;             ///< a row: constant, coefficients
    std::vector<std::size_t> basic_, out_;  ///< by row, by column: which variable
    std::vector<double> most_;              ///< by variable: its upper bound
};

}  // namespace sinew::check
