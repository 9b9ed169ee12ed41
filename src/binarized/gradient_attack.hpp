// SPDX-License-Identifier: Apache-2.0
// Looks for a violation by following gradients of the folded network's ramps over all digits at once (projected sign
// steps with momentum: Madry et al., ICLR 2018; Dong et al., CVPR 2018). It proves nothing; what it finds holds for the
// folded network exactly, and is checked again by its caller.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "base/random.hpp"
#include "threshold/ball.hpp"
#include "threshold/reduced_network.hpp"
#include "threshold/soft_network.hpp"

namespace sinew::binarized {

struct GradientAttackOptions {
    std::uint64_t seed = 0;
    std::size_t steps = 60;  ///< before a restart
};

class GradientAttack {
  public:
    /// For a ball without a budget (UsageError). All must outlive this.
    GradientAttack(threshold::SoftNetwork& soft, const threshold::ThresholdNetwork& network,
                   const threshold::Ball& ball, std::span<const threshold::ScoreCondition> conditions,
                   const GradientAttackOptions& options);

    /// Values of the free digits (from their least ones) at which one of the conditions holds; absent when none was
    /// found within so many evaluations of the network (those of earlier calls count: a later call goes on).
    std::optional<std::vector<std::uint32_t>> run(std::size_t evaluations, const Limits& limits);

    /// How far the best condition was from holding, at best: 0 and above if one held.
    std::int64_t best_margin() const { return best_margin_; }
    /// Digit values there.
    const std::vector<std::uint32_t>& best_values() const { return best_values_; }
    std::size_t evaluations() const { return evaluations_; }

  private:
    void start(std::size_t round);
    bool step(std::size_t step);
    bool evaluate();
    void aim();

    threshold::SoftNetwork& soft_;
    const threshold::ThresholdNetwork& network_;
    const threshold::Ball& ball_;
    std::span<const threshold::ScoreCondition> conditions_;
    GradientAttackOptions options_;
    Random random_;
    std::vector<float> entering_;
    std::vector<float> place_;     ///< of free digits, between the whole numbers
    std::vector<float> momentum_;  ///< of free digits
    std::vector<double> margins_;
    std::vector<float> by_score_;
    std::size_t round_ = 0;
    std::size_t aimed_at_ = 0;  ///< the condition of this round
    std::int64_t best_margin_ = 0;
    std::vector<std::uint32_t> best_values_;
    std::size_t evaluations_ = 0;
};

}  // namespace sinew::binarized
