// SPDX-License-Identifier: Apache-2.0
// What a reader understood of a binarized network, for people.
#pragma once

#include <string>

#include "model/binarized.hpp"

namespace sinew::threshold {

/// Operations with their sizes, the weights that occur, the kind of input.
std::string describe(const model::BinarizedNetwork& network);

/// "-1, 0, 1"; with more than eight values "-7 … 7".
std::string alphabet_text(const model::BinarizedLinear& linear);

}  // namespace sinew::threshold
