// SPDX-License-Identifier: Apache-2.0
// What the cells of a raw column are: numbers or words.
#pragma once

#include <string>
#include <vector>

#include "train/preparation.hpp"

namespace sinew::train {

/// A column as training data has it.
struct ColumnContent {
    Column::Kind kind = Column::Kind::number;
    std::vector<Rational> numbers;    ///< of a column of numbers: the different ones, sorted
    std::vector<std::size_t> ends;    ///< by number: how many cells hold it or a lesser one
    std::vector<std::string> values;  ///< of a column of words: sorted, each once; numbers in their order
    std::size_t missing = 0;

    /// The number of so many cells in a row sorted by number: of 0 the least.
    const Rational& ranked(std::size_t rank) const;
};

/// Reads columns; each different word of a column is looked at once.
class ColumnReader {
  public:
    explicit ColumnReader(const model::TextTable& table) : table_(table), count_(table.words->size(), 0) {}

    /// Throws InputError, naming the cell, for nan and infinities and for the odd word among numbers.
    ColumnContent content_of(std::size_t column, bool are_names);

  private:
    const model::TextTable& table_;
    std::vector<std::size_t> count_;  ///< by word: of the column that is read; else 0
};

/// Sorts values by number if all are numbers, else by text, and leaves each once.
void sort_values(std::vector<std::string>& values);

}  // namespace sinew::train
