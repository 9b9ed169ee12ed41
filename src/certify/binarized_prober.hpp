// SPDX-License-Identifier: Apache-2.0
// Balls of binarized networks: what bnn/ finds out about them.
#pragma once

#include <optional>

#include "certify/ladder.hpp"

namespace sinew::certify {

class BinarizedProber : public Prober {
  public:
    /// All must outlive it.
    BinarizedProber(bnn::Subject subject, const Question& question, const Example& example, Statistics& statistics)
        : subject_(subject), question_(question), example_(example), statistics_(statistics) {}

    /// The class that wins at the example itself, if one does.
    std::optional<std::size_t> winner() const;
    Distances distances() const;

    Reply ask(const std::optional<Rational>& epsilon, const Limits& limits) override;
    bool bounds_certify(const Rational&) override { return false; }
    std::optional<Adversarial> attack(const Rational&, const Limits&) override { return std::nullopt; }
    std::optional<CriticalEpsilon> critical(const std::optional<Rational>& largest, const Rational& certified,
                                            const Limits& limits, Listener* listener,
                                            std::optional<Adversarial>& nearest) override;

  private:
    threshold::Perturbation ball(const std::optional<Rational>& radius) const;
    bnn::CertifyOptions options() const;
    Adversarial adversarial(std::vector<Rational> input, std::size_t class_index) const;

    bnn::Subject subject_;
    const Question& question_;
    const Example& example_;
    Statistics& statistics_;
};

}  // namespace sinew::certify
