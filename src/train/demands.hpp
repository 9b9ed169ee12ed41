// SPDX-License-Identifier: Apache-2.0
// What a problem demands of weights beside right classes: robustness and fairness, example by example, and all demands
// together. Every answer of training is measured here before it is told.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "train/problem.hpp"
#include "train/weights.hpp"

namespace sinew::train {

/// The points beside an example at which the network must do as it does there: the explicit neighbours and, of
/// sensitive features, the example with each combination of their values that occurs among the examples (of one
/// feature alone, where the first layer is what must stay, the least and the greatest). The ball of epsilon is not
/// among them. Examples and robustness must outlive it.
class Surroundings {
  public:
    Surroundings(const Examples& examples, const Robustness& robustness);
    /// Around example k: without the example itself, and each once.
    std::vector<std::vector<std::int32_t>> points(std::size_t k) const;

  private:
    const Examples& examples_;
    const Robustness& robustness_;
    std::vector<std::vector<std::int32_t>> combinations_;
    std::vector<std::vector<std::size_t>> neighbours_of_;  ///< by example
};
/// By how much the feature may change.
std::int32_t epsilon_of(const Robustness& robustness, std::size_t feature);

/// Whether each example is robust.
/// first_layer: every neuron of the first layer is as active at all points of the ball, and at all points around the
/// example, as at the example.
/// output: the class is the same at all points around the example, and on the ball by interval reasoning: each neuron
/// takes any activity that its sum's range allows, and one output's sum keeps its sign, or the example's class keeps a
/// greater sum than all others. (Sufficient for every point of the ball; not necessary.) Of sign outputs each keeps its
/// sign in place of the class.
std::vector<bool> robust_examples(const Weights& weights, const Examples& examples, const Robustness& robustness,
                                  Output output = Output::argmax);
/// How many examples must be robust: 0 where the demand is soft.
std::size_t robust_needed(const Robustness& robustness, std::size_t rows);

/// Whether the weights have the problem's shape and alphabet.
bool fits(const Problem& problem, const Weights& weights);
/// The weights without those on features that a demand lets change: what is robust and fair because it does not look.
/// The same weights where none may be 0.
Weights without_guarded_features(const Problem& problem, Weights weights);
/// Whether they satisfy everything asked: least_right, forbid_perfect, robustness and fairness (but for soft ones).
bool satisfies(const Problem& problem, const Weights& weights);

/// The soft demand's robustness: whether it is one more objective.
bool has_soft_demand(const Problem& problem);
/// The values of all objectives in their order; then, with soft demands, the number of examples robust in each, summed.
std::vector<std::int64_t> values_of(const Problem& problem, const Weights& weights);
/// Whether values `left` are better than `right`, the first difference deciding.
bool is_better(const Problem& problem, std::span<const std::int64_t> left, std::span<const std::int64_t> right);

}  // namespace sinew::train
