// SPDX-License-Identifier: Apache-2.0
// What a set of weights does: activities, classes, and every figure that training promises, each exact.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/problem.hpp"

namespace sinew::train {

/// The sums w · v of all neurons, layer by layer, for one row of features.
std::vector<std::vector<std::int64_t>> sums_of(const Weights& weights, std::span<const std::int32_t> features);

/// The class by the sums of the last layer: of one neuron 1 where its sum is >= 0, of several the greatest (the lowest
/// index of equal ones).
std::uint32_t class_of(std::span<const std::int64_t> scores);
/// Whether `label` wins; of several scores, alone, or as the only one that is >= 0.
bool is_right(std::span<const std::int64_t> scores, std::uint32_t label, Output output = Output::argmax);

std::size_t count_right(const Weights& weights, const Examples& examples, Output output = Output::argmax);
/// Σ |w|
std::int64_t weights_used(const Weights& weights);
/// Σ over the neurons (without several outputs of which the greatest wins) of their margins over the examples.
std::int64_t margin_sum(const Weights& weights, const Examples& examples, Output output = Output::argmax);

}  // namespace sinew::train
