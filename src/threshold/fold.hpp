// SPDX-License-Identifier: Apache-2.0
// Batch normalisations, biases, scales and poolings become whole-number thresholds, exactly.
#pragma once

#include "threshold/threshold_network.hpp"

namespace sinew::threshold {

/// Folds a network that is: lines, a selection, an activation or quantisation of the inputs (or none of them), then
/// linear operations, each with lines and at most one pooling before its activation, the last without an activation.
/// a · s + b >= 0 becomes s >= ceil(-b / a); where a < 0, s <= floor(-b / a); where a = 0 a constant. Throws
/// UsageError, saying which operation, for networks of another form.
ThresholdNetwork fold(const model::BinarizedNetwork& network);

}  // namespace sinew::threshold
