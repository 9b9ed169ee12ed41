// SPDX-License-Identifier: Apache-2.0
// Finds the binarized network in a general one, as ONNX files and dnn texts give it.
#pragma once

#include "model/binarized.hpp"

namespace sinew::threshold {

/// A chain of layers as operations: dense matrices and convolutions whose rows are whole multiples (up to 127) of one
/// number each, lines and reorderings, poolings, sign and step. Throws UsageError naming the first layer that is none
/// of these; the kind of input is the caller's to say.
model::BinarizedNetwork recognise(const model::Network& network, model::InputKind input);

}  // namespace sinew::threshold
