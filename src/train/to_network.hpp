// SPDX-License-Identifier: Apache-2.0
// Trained weights as a network that everything else reads, and back.
#pragma once

#include "model/binarized.hpp"
#include "train/preparation.hpp"
#include "train/weights.hpp"

namespace sinew::train {

/// Dense operations with a sign between each two; one output is one score (class 1 where it is >= 0). The kind of
/// input and the text of the preparation are the network's too.
model::BinarizedNetwork to_network(const Weights& weights, const Preparation& preparation);

/// The same without a preparation: inputs of this kind and number.
model::BinarizedNetwork to_network(const Weights& weights, std::size_t inputs, model::InputKind kind);

/// The weights of a network of this form. Throws UsageError, saying which operation, for networks of another.
Weights weights_of(const model::BinarizedNetwork& network);

}  // namespace sinew::train
