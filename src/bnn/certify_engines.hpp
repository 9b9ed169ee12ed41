// SPDX-License-Identifier: Apache-2.0
// The engines that answer one question of certification: a walk, two attacks, two searches.
#pragma once

#include <optional>
#include <vector>

#include "bnn/certify.hpp"
#include "engine/turns.hpp"
#include "threshold/reduced_network.hpp"

namespace sinew::bnn {

/// Can a target win within the ball? As a query, over the free digits alone: whole numbers counted from their least
/// ones; what lies above them is `reduced`. For engines of one thread.
class BallQuestion {
  public:
    /// All must outlive this.
    BallQuestion(const Subject& subject, const threshold::Ball& ball, std::size_t label, const CertifyOptions& options);

    const Subject& subject;
    const threshold::Ball& ball;
    const std::size_t label;
    const CertifyOptions& options;
    threshold::ReducedNetwork reduced;
    model::Query query;

    std::vector<std::uint32_t> centre() const;
    /// That the target class wins against the label, over scores.
    threshold::ScoreCondition condition_of(std::size_t target) const;
    struct Violation {
        std::vector<Rational> input;
        std::size_t class_index = 0;
    };
    /// The digits' values as a violation, kept; ContractBreach where exact evaluation of the network as it was trained
    /// says that it is none.
    void confirm(const std::vector<std::uint32_t>& values);
    const Violation& violation() const { return violation_; }

  private:
    void check_in_ball(const std::vector<Rational>& input) const;
    std::size_t winner(const std::vector<Rational>& scores) const;

    std::vector<std::size_t> targets_;
    Violation violation_;
};

/// By turns; each engine knows how much it does in a turn, twice as much as in the one before. `combinations`: of the
/// ball's changes.
std::vector<engine::Seat> certify_engines(BallQuestion& question, double combinations);

}  // namespace sinew::bnn
