// SPDX-License-Identifier: Apache-2.0
// A table as its file has it: cells of text, before anybody has said what its columns mean. Large tables repeat few
// words, so each different text is kept once, and looked at once by those who read numbers from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sinew::model {

/// The different texts of a table's cells, each with its number from 0.
class Words {
  public:
    Words() = default;
    Words(const Words&) = delete;
    Words& operator=(const Words&) = delete;

    std::uint32_t number_of(std::string_view text) {
        const auto found = numbers_.find(text);
        if (found != numbers_.end()) return found->second;
        const auto number = static_cast<std::uint32_t>(texts_.size());
        numbers_.emplace(texts_.emplace_back(text), number);
        return number;
    }
    const std::string& text(std::uint32_t number) const { return texts_[number]; }
    std::size_t size() const { return texts_.size(); }

  private:
    std::deque<std::string> texts_;  // does not move them
    std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

/// Rows of equally many cells, row-major, blanks and quotes around cells removed.
struct TextTable {
    std::string file;
    std::vector<std::string> names;  ///< of the columns; "column 3" where the file has no header
    std::shared_ptr<const Words> words;
    std::vector<std::uint32_t> cells;  ///< numbers of words
    std::vector<std::size_t> lines;    ///< of the rows, counted from 1
    bool has_header = false;
    std::size_t header_line = 0;      ///< 0 without one
    bool header_is_doubtful = false;  ///< the first row, taken for an example, has the numbers of the columns

    std::size_t columns() const { return names.size(); }
    std::size_t rows() const { return lines.size(); }
    std::uint32_t word(std::size_t row, std::size_t column) const { return cells[row * names.size() + column]; }
    const std::string& cell(std::size_t row, std::size_t column) const { return words->text(word(row, column)); }
    std::optional<std::size_t> find(std::string_view name) const {
        for (std::size_t c = 0; c < names.size(); ++c)
            if (names[c] == name) return c;
        return std::nullopt;
    }
};

}  // namespace sinew::model
