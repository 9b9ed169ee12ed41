// SPDX-License-Identifier: Apache-2.0
// The figures of a network on examples that reports tell: all of them counted, none estimated.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "train/problem.hpp"
#include "train/weights.hpp"

namespace sinew::train {

/// How many examples of a class were told to be of which.
struct Confusion {
    std::vector<std::vector<std::size_t>> counts;  ///< [label][told]

    explicit Confusion(std::size_t classes) : counts(classes, std::vector<std::size_t>(classes, 0)) {}
    std::size_t examples() const;
    std::size_t right() const;
    double accuracy() const;
    /// The mean share that is right of each class that occurs.
    double balanced_accuracy() const;
};

/// The label where it wins alone; else the best other class, so that an equal score is a mistake.
std::uint32_t told_class(std::span<const std::int64_t> scores, std::uint32_t label);

Confusion confusion_of(const Weights& weights, const Examples& examples);

/// The least |w · v| of each neuron over the examples, layer by layer; of several outputs the least lead of the label's
/// score over the best other, over the examples that are right (absent without any).
struct Margins {
    std::vector<std::vector<std::int64_t>> neurons;  ///< of several outputs only with signs
    std::optional<std::int64_t> lead;                ///< of several outputs
};
Margins margins_of(const Weights& weights, const Examples& examples, Output output = Output::argmax);

/// A class for features.
using Classifier = std::function<std::uint32_t(std::span<const std::int32_t>)>;

/// Which examples change their class for some combination of values that these features have together in any of the
/// examples. Costs examples x combinations evaluations.
std::vector<bool> unfair_examples(const Classifier& classify, const Examples& examples,
                                  const std::vector<std::uint32_t>& sensitive);

}  // namespace sinew::train
