// SPDX-License-Identifier: Apache-2.0
// A binarized network as an NPZ file of NumPy arrays.
#pragma once

#include <string>

#include "model/binarized.hpp"

namespace sinew::write {

/// The bytes of a zip archive of int8 arrays fc1.weight, fc2.weight, … (neurons x inputs; between two of them stands a
/// sign), with the kind of input and the preparation as members of text, sinew.input and sinew.preparation.
/// The reader makes the same network of it. Throws UsageError for operations that are none of dense, without scale and
/// bias, and sign between them.
std::string npz(const model::BinarizedNetwork& network);

}  // namespace sinew::write
