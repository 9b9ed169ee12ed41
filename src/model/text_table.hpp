// A table as its file has it: cells of text, before anybody has said what its columns mean.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sinew::model {

/// Rows of equally many cells, row-major, blanks and quotes around cells removed.
struct TextTable {
    std::string file;
    std::vector<std::string> names;  ///< of the columns; "column 3" where the file has no header
    std::vector<std::string> cells;
    std::vector<std::size_t> lines;  ///< of the rows, counted from 1
    bool has_header = false;

    std::size_t columns() const { return names.size(); }
    std::size_t rows() const { return lines.size(); }
    const std::string& cell(std::size_t row, std::size_t column) const { return cells[row * names.size() + column]; }
    std::optional<std::size_t> find(std::string_view name) const {
        for (std::size_t c = 0; c < names.size(); ++c)
            if (names[c] == name) return c;
        return std::nullopt;
    }
};

}  // namespace sinew::model
