// SPDX-License-Identifier: Apache-2.0
// Whole public data sets (../shared/data) for training: which columns are features and why, and their split into files.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "model/text_table.hpp"

namespace sinew::bench {

struct UciTable {
    std::string name;
    std::string file;                ///< below the folder of data
    std::vector<std::string> names;  ///< of the columns, where the file has no header
    std::string label;
    std::vector<std::string> features;     ///< columns that are features; empty: all others
    std::string reason;                    ///< why these
    std::vector<std::string> categorical;  ///< numbers that are names
    std::vector<std::string> sensitive;    ///< columns that the class should not depend on
    bool has_numbers = true;               ///< else epsilon means nothing
    double share = 1;                      ///< of the rows, by class
    std::size_t splits = 3;
};

std::vector<UciTable> uci_tables();

/// What the file of a table holds, with names for its columns. Throws InputError.
model::TextTable read_uci(const UciTable& table, const std::string& folder);

/// Three fifths for training, a fifth each for validation and test, of each class alike.
struct UciSplit {
    std::array<std::string, 3> files;  ///< train, validation, test
    std::array<std::size_t, 3> rows{};
    std::array<std::size_t, 3> majority{};  ///< rows of the class that has most training rows
};

/// Writes the files of this split into the folder, features and label alone, with a header.
UciSplit write_split(const UciTable& table, const model::TextTable& raw, std::uint64_t seed, const std::string& folder);

}  // namespace sinew::bench
