// SPDX-License-Identifier: Apache-2.0
// Whether the first row of a table has the names of its columns.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sinew::read {

enum class Header : std::uint8_t {
    present,
    absent,
    /// What its cells tell, all of them: where they contradict each other, the row is an error.
    automatic,
};

/// What was made of a table's first row.
struct HeaderFacts {
    std::size_t line = 0;      ///< of the header; 0: there is none
    bool is_doubtful = false;  ///< an example of the numbers 0, 1, 2, … or 1, 2, 3, …, as some programs name columns
};

/// Whether a cell of a first row can be a name: neither empty nor a mark for a value that is missing or no number.
bool is_name(std::string_view cell);

/// Whether the cells are the numbers of their columns, counted from 0 or from 1 (three columns or more).
bool counts_up(const std::vector<std::string_view>& cells);

}  // namespace sinew::read
