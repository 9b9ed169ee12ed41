// SPDX-License-Identifier: Apache-2.0
// What the command line of sinew train asks for, checked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "read/dataset/text_table.hpp"
#include "train/prepare.hpp"
#include "train/training.hpp"

namespace sinew::cli {

/// With the neighbours of --robust-set still to be read.
struct TrainSettings : train::Wanted {
    std::string label;  ///< the column's name as the table has it
    read::Header header = read::Header::automatic;
    train::PrepareOptions prepare;
    std::optional<std::string> neighbours;  ///< --robust-set
    std::optional<double> validation_share;
    std::optional<double> test_share;
    std::optional<std::string> validation_file;
    std::optional<std::string> test_file;
    std::optional<std::string> labels;  ///< of the images in the training file, likewise below
    std::optional<std::string> validation_labels;
    std::optional<std::string> test_labels;
    std::optional<std::size_t> per_class;  ///< training rows of each class
    std::optional<std::string> warm_start;
    std::string share;  ///< the folder; empty: none
    bool save_best_validation = false;
    std::optional<std::size_t> shift;  ///< --augment: images moved by up to so many pixels
};

void describe_training(OptionGroups& options);

/// --label, --header, --ignore, --categorical, --encode, --levels, --missing, --keep-constant.
void describe_columns(OptionGroups& options);

/// Throws UsageError for values that make no sense.
TrainSettings train_settings_of(const Arguments& arguments);

/// The name of an objective as --objective has it.
std::string_view objective_name(train::Objective objective);

/// A share between 0 and 1, as 0.2, 1/5 or 20%.
Rational share_of(std::string_view option, const std::string& text);

/// The names that an option gives, several with commas between them, or several times.
std::vector<std::string> columns_of(const Arguments& arguments, const char* option);

/// Numbers above zero with commas between them.
std::vector<double> numbers_of(std::string_view option, const std::string& text);

}  // namespace sinew::cli
