// SPDX-License-Identifier: Apache-2.0
// Several inequalities that must hold together exclude more than each alone: the multipliers of a tiny linear program
// (proposed in floats) combine them into one inequality, rounded outward, that refutes or clips the box.
#pragma once

#include <span>
#include <vector>

#include "bounds/max_min.hpp"

namespace sinew::bounds {

/// Collects rows Σ coefficient_i·x_i + constant <= 0 over one box, then combines them.
class JointBound {
  public:
    void begin(std::size_t inputs);
    /// False (and nothing added) for a row that is not finite: it says nothing.
    bool add(std::span<const double> coefficients, double constant);
    std::size_t row_count() const { return constants_.size(); }

    /// Finds the combination that comes closest to refuting the box and applies it. False: no point of the box
    /// satisfies all rows (rigorously). Otherwise the box is clipped by it. Needs two rows or more and a finite box.
    bool combine(std::span<double> lower, std::span<double> upper);

    /// After combine(): the point where the largest row is least, the estimate of that value (no bound), and the
    /// rows' weights.
    std::span<const double> point() const { return point_; }
    double value() const { return value_; }
    std::span<const double> multipliers() const { return multipliers_; }

  private:
    std::size_t inputs_ = 0;
    std::vector<double> coefficients_;  ///< row-major
    std::vector<double> constants_;
    std::vector<double> heights_, slopes_, zeros_, widths_;
    MaxMin solution_;
    std::vector<double> point_, multipliers_, combined_;
    double value_ = 0;
};

}  // namespace sinew::bounds
