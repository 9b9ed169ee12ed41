// SPDX-License-Identifier: Apache-2.0
// Fits a preparation to training data: types of columns, encodings, what is dropped and why.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "train/preparation.hpp"

namespace sinew::train {

enum class Encoding : std::uint8_t {
    automatic,    ///< whole numbers and decimals of few digits raw, other numbers scaled, categories one-hot
    raw,          ///< numbers as they are; decimals times the power of ten that makes all of them whole
    scaled,       ///< least to greatest becomes 0 to PrepareOptions::levels
    centred,      ///< as wide, and the median becomes 0 (of two numbers their middle): neurons have no bias
    thermometer,  ///< a sign for each of PrepareOptions::levels quantiles: x >= q
    one_hot,      ///< a sign for each value; of two values one sign
};

struct PrepareOptions {
    std::string label;
    std::vector<std::string> ignored;        ///< columns that are no features
    Encoding numbers = Encoding::automatic;  ///< of all columns of numbers
    std::map<std::string, Encoding> of_column;
    std::vector<std::string> categorical;  ///< columns whose numbers are names
    std::size_t levels = 0;                ///< 0: 100 scaled, 8 of a thermometer
    std::size_t most_categories = 50;      ///< a column of words with more is dropped
    bool keep_constant = false;
    Missing missing = Missing::fill;
};

/// A column or feature that is no input, and why.
struct Dropped {
    std::string name;
    std::string reason;  ///< "constant", "no value", "7214 different words", …
};

struct Fitted {
    Preparation preparation;
    std::vector<Dropped> dropped;
    std::vector<std::pair<std::string, std::size_t>> missing;  ///< columns and how many of their cells have no value
};

/// Classes are the label's values: in the order of the numbers if all are, else of their text. A column is of numbers
/// if all of its cells are; where some few of many are not, that is an error, as 'nan' and infinities always are.
/// Throws InputError naming line and column for these, for a missing label, a label of one value, options that name
/// columns that do not exist, and where no feature is left.
Fitted prepare(const model::TextTable& table, const PrepareOptions& options);

}  // namespace sinew::train
