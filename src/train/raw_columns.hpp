// What the cells of a raw column are: numbers or words.
#pragma once

#include <string>
#include <vector>

#include "train/preparation.hpp"

namespace sinew::train {

/// A column as training data has it.
struct ColumnContent {
    Column::Kind kind = Column::Kind::number;
    std::vector<Rational> numbers;    ///< of a column of numbers: sorted, with repetitions
    std::vector<std::string> values;  ///< of a column of words: sorted, each once; numbers in their order
    std::size_t missing = 0;
};

/// Throws InputError, naming the cell, for nan and infinities and for the odd word among numbers.
ColumnContent content_of(const model::TextTable& table, std::size_t column, bool are_names);

/// Sorts values by number if all are numbers, else by text, and leaves each once.
void sort_values(std::vector<std::string>& values);

}  // namespace sinew::train
