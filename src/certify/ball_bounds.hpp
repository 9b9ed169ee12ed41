// SPDX-License-Identifier: Apache-2.0
// Proven lower bounds of rows over a ball: affine back-substitution, and what it ends in minimised over the ball itself
// rather than over the box around it (the dual norm of the coefficients, with the box's sides).
#pragma once

#include <span>
#include <vector>

#include "bounds/network_bounds.hpp"
#include "certify/region.hpp"

namespace sinew::certify {

/// The ball of norm one or two, in the network's units: Σ (weight_i·|x_i - centre_i|)^p <= radius^p over the inputs
/// with a weight that is not zero; the others are limited by the box alone.
struct BallShape {
    Norm norm = Norm::infinity;  ///< infinity: the box says everything
    std::vector<Interval> centre;
    std::vector<Interval> weight;
    Interval radius;
};

class BallBounds {
  public:
    /// `network` must outlive it.
    explicit BallBounds(const model::Network& network) : bounds_(network) {}

    /// Lower bounds of the rows over the box's part of the ball; infinity everywhere where it is empty. Cost: one
    /// back-substitution of all open neurons; for norms one and two one more a layer.
    std::vector<double> lower_bounds(std::span<const Interval> box, const BallShape& shape,
                                     std::span<const bounds::Row> rows);
    /// Bounds of all variables at a point, by intervals: cheap.
    bounds::State at(std::span<const Interval> point) { return bounds_.start(point); }
    std::size_t open_phases() const { return bounds_.open_phases(); }

  private:
    bool tighten_by_ball(bounds::State& state, std::span<const Interval> box, const BallShape& shape);

    bounds::NetworkBounds bounds_;
    bounds::RowBounds out_;
};

/// The least value of Σ coefficient_i·x_i + constant over the box's part of the ball, rounded down.
double least_on_ball(std::span<const double> coefficients, double constant, std::span<const Interval> box,
                     const BallShape& shape);

}  // namespace sinew::certify
