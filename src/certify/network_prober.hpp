// SPDX-License-Identifier: Apache-2.0
// Balls of any network: bounds, an attack, then the engines of verify/.
#pragma once

#include <optional>
#include <vector>

#include "certify/ball_attack.hpp"
#include "certify/ball_bounds.hpp"
#include "certify/ball_query.hpp"
#include "certify/ladder.hpp"
#include "certify/region.hpp"
#include "certify/violation.hpp"

namespace sinew::certify {

/// What all examples of a network share.
struct Workshop {
    Workshop(const model::Query& network, const Question& its_question);

    const Question& question;
    Space space;
    Scores scores;
    BallQuery query;
    BallBounds bounds;
    BallAttack attack;
};

class NetworkProber : public Prober {
  public:
    /// All must outlive it.
    NetworkProber(Workshop& shop, const Region& region, std::vector<Rival> rivals, Statistics& statistics);

    Reply ask(const std::optional<Rational>& epsilon, const Limits& limits) override;
    bool bounds_certify(const Rational& epsilon) override;
    std::optional<Adversarial> attack(const Rational& epsilon, const Limits& limits) override;

  private:
    void bound(const std::optional<Rational>& epsilon);
    std::vector<Rival> open_at(const std::optional<Rational>& epsilon) const;
    BallShape shape_of(const std::optional<Rational>& epsilon) const;
    std::optional<Adversarial> attack(const std::optional<Rational>& epsilon, std::span<const Rival> open,
                                      std::size_t steps, const Limits& limits);
    std::optional<Adversarial> nearer(const Adversarial& found, std::span<const Rival> open);
    std::optional<Adversarial> judged(std::span<const Rational> network_input, const std::optional<Rational>& epsilon);
    std::vector<double> nearest(std::span<const Rational> values) const;

    Workshop& shop_;
    const Region& region_;
    std::vector<Rival> rivals_;
    std::size_t count_;
    Statistics& statistics_;
    struct Proof {
        std::optional<Rational> up_to;  ///< the rival does not win where changes are at most this
        bool anywhere = false;
    };
    std::vector<Proof> proofs_;           ///< by rival
    std::optional<Rational> bounded_at_;  ///< the ε that bounds were last tried at
    bool has_integers_ = false;
    std::vector<std::vector<double>> starts_;  ///< the violation found last: smaller balls are attacked from there
};

}  // namespace sinew::certify
