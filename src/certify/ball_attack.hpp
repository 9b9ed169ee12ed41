// SPDX-License-Identifier: Apache-2.0
// Looks for violations in balls of norms one and two by gradients, sixteen points at a time, and draws those that are
// found nearer to the example. In doubles: whoever calls judges the points exactly.
#pragma once

#include <span>
#include <vector>

#include "base/limits.hpp"
#include "base/random.hpp"
#include "certify/ball_bounds.hpp"
#include "certify/violation.hpp"
#include "search/lane_network.hpp"

namespace sinew::certify {

class BallAttack {
  public:
    /// `network` must outlive it.
    BallAttack(const model::Network& network, std::uint64_t seed);

    /// What is found from now on does not depend on what was looked for before.
    void begin_anew(std::uint64_t seed) { random_ = Random(seed); }

    /// Points of the box's part of the ball where `count` of the rivals seem to win, the surest first; by input, in the
    /// network's units. Frank-Wolfe steps: each goes to the ball's best point for the gradient at hand. One step costs
    /// two multiplications per weight and lane.
    std::vector<std::vector<double>> run(std::span<const Interval> box, const BallShape& shape,
                                         std::span<const Rival> rivals, std::size_t count, std::size_t steps,
                                         const Limits& limits);

    /// Of the points from + t·(to - from): the t, a multiple of 1/256 above 0, of the nearest to `from` where so many
    /// rivals seem to win; 1 where only `to` does.
    double nearest_on_line(std::span<const double> from, std::span<const double> to, std::span<const Rival> rivals,
                           std::size_t count);

  private:
    void take(std::span<const Rival> rivals, std::size_t count);
    void place(std::span<const Interval> box, const BallShape& shape);
    void evaluate();
    void seed_adjoints(std::size_t lane);
    void move(std::size_t lane, std::span<const Interval> box, const BallShape& shape, double share);

    search::LaneNetwork network_;
    Random random_;
    std::vector<std::uint32_t> inputs_;
    std::vector<bounds::Row> leads_;
    std::size_t count_ = 1;
    std::vector<double> lead_;           ///< rival-major, by lane
    std::vector<std::uint32_t> chosen_;  ///< by lane: count_ rivals
    double margin_[bounds::lanes] = {};  ///< of the count_-th best rival
    std::vector<double> goal_;
    std::vector<std::pair<double, std::uint32_t>> order_;
};

}  // namespace sinew::certify
