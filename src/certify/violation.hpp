// SPDX-License-Identifier: Apache-2.0
// When an input is classified otherwise: over exact values, as linear forms for bounds, and as a formula for engines.
#pragma once

#include <span>
#include <vector>

#include "certify/certify.hpp"
#include "model/normal_form.hpp"

namespace sinew::certify {

/// A class that must not win. It does where lead <= 0, or lead < 0 where a tie is the label's.
struct Rival {
    std::size_t class_index = 0;
    LinearForm lead;  ///< of the label, over the network's outputs
    bool tie_is_safe = false;

    /// Whether a proven lower bound of the lead excludes it.
    bool excluded_by(double bound) const { return tie_is_safe ? bound >= 0 : bound > 0; }
};

/// The outputs of a network as scores of classes.
class Scores {
  public:
    /// `network` must outlive it. Throws UsageError where it has no outputs.
    explicit Scores(const model::Query& network);

    std::size_t class_count() const { return outputs_.size() == 1 ? 2 : outputs_.size(); }
    const std::vector<Variable>& outputs() const { return outputs_; }
    /// The rivals of a label. Throws UsageError for classes that there are not, and where the question has fewer
    /// rivals than its top_k.
    std::vector<Rival> rivals(const Question& question, std::size_t label) const;
    /// The class of a network's input, exactly.
    std::size_t predict(std::span<const Rational> input) const;

    /// Whether at least `count` of the rivals win at a network's input, decided exactly (tanh and sigmoid: by
    /// enclosures, which may leave it unknown), and then the one with the least lead.
    struct Judgement {
        model::Certainty violated = model::Certainty::unknown;
        std::size_t winner = 0;
    };
    Judgement judge(std::span<const Rational> input, std::span<const Rival> rivals, std::size_t count) const;

  private:
    const model::Query* network_;
    std::vector<Variable> outputs_;
    Rational threshold_ = 0;  ///< of a single output
    bool is_smooth_;
};

/// At least `count` of the rivals win: a disjunction, or of several a graph of them that shares its parts.
model::FormulaId some_win(model::FormulaStore& formulas, std::span<const Rival> rivals, std::size_t count);

}  // namespace sinew::certify
