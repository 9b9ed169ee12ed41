// SPDX-License-Identifier: Apache-2.0
// What a BinarizedNetwork is made of.
#pragma once

#include <optional>

#include <sinew/binarized.hpp>

#include "model/binarized.hpp"
#include "train/preparation.hpp"

namespace sinew {

struct BinarizedData {
    model::BinarizedNetwork network;
    std::optional<train::Preparation> preparation;  ///< that its text is
};

/// Reads the preparation that the network carries. InputError, naming `name`, where it does not fit.
BinarizedNetwork made_binarized(model::BinarizedNetwork network, const std::string& name);

}  // namespace sinew
