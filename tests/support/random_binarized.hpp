// SPDX-License-Identifier: Apache-2.0
// Random binarized networks: every kind of input, operation and odd normalisation.
#pragma once

#include <vector>

#include "base/random.hpp"
#include "model/binarized.hpp"

namespace support {

struct BinarizedLimits {
    std::size_t most_inputs = 12;
    std::size_t most_units = 8;
    std::size_t most_hidden = 3;
    bool pools = true;
    bool convolutions = true;
};

/// A network over `kind`. Normalisations have factors above, below and at zero; thresholds that sums hit exactly are
/// frequent, and equal scores too.
sinew::model::BinarizedNetwork random_binarized(sinew::Random& random, sinew::model::InputKind kind,
                                                const BinarizedLimits& limits = {});

/// Values that the network's inputs may have; reals are multiples of 1/64.
std::vector<sinew::Rational> random_input(sinew::Random& random, const sinew::model::BinarizedNetwork& network);

}  // namespace support
