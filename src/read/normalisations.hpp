// SPDX-License-Identifier: Apache-2.0
// Batch normalisations of a binarized network, whose lines are found when it is known what reads them.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "model/binarized.hpp"
#include "read/batch_norm.hpp"

namespace sinew::read {

class Normalisations {
  public:
    /// Adds an operation to the network, one line for each channel. Its numbers are there after settle().
    void add(model::BinarizedNetwork& network, std::vector<BatchNormChannel> channels);

    /// Gives every added operation its lines: so that signs and comparisons of scores are those of the exact
    /// normalisations (batch_norm.hpp), where the numbers that are normalised are whole multiples of some number.
    void settle(model::BinarizedNetwork& network) const;

  private:
    std::vector<std::pair<std::size_t, std::vector<BatchNormChannel>>> added_;  // by operation
};

}  // namespace sinew::read
