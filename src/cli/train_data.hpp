// SPDX-License-Identifier: Apache-2.0
// The examples of sinew train: read, split, prepared, looked at for what makes no sense.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/train_options.hpp"
#include "train/prepare.hpp"
#include "train/problem.hpp"

namespace sinew::cli {

struct TrainingData {
    train::Preparation preparation;
    train::Examples train;
    std::optional<train::Examples> validation;
    std::optional<train::Examples> test;
    /// Neighbours of training examples (--robust-set).
    std::vector<std::int32_t> neighbours;
    std::vector<std::uint32_t> neighbour_of;
    /// What a person should know of the data: what was dropped, filled, contradicts itself.
    std::vector<std::string> notes;
};

/// Reads `file` and the files that the settings name. Splits come before the preparation is fitted, which sees the
/// training rows alone. Throws InputError with file and line.
TrainingData load_training_data(const std::string& file, TrainSettings& settings);

}  // namespace sinew::cli
