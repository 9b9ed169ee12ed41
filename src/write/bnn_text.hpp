// SPDX-License-Identifier: Apache-2.0
// A binarized network in its text form (grammar/bnn.y).
#pragma once

#include <string>

#include "model/binarized.hpp"

namespace sinew::write {

/// Everything that the network is, numbers exact; read::parse_bnn_text() makes the same network of it. Throws
/// UsageError for an input shape of 2 or more than 3 extents.
std::string bnn_text(const model::BinarizedNetwork& network);

}  // namespace sinew::write
