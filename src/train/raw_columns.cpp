// SPDX-License-Identifier: Apache-2.0
#include "train/raw_columns.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"
#include "exact/decimal.hpp"

namespace sinew::train {

namespace {
/// So many numbers to a word make the word a mistake.
constexpr std::size_t numbers_to_a_mistake = 10;

/// Words that programs print where a computation failed.
bool is_no_value(std::string_view cell) {
    std::string word;
    for (const char c : cell) {
        if (word.empty() && (c == '+' || c == '-')) continue;
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return word == "nan" || word == "inf" || word == "infinity" || word == "1.#qnan" || word == "1.#inf";
}

[[noreturn]] void refuse(const model::TextTable& table, std::size_t row, std::size_t column,
                         const std::string& expected) {
    throw InputError({table.file, table.lines[row], 0},
                     fmt::format("column '{}': '{:.40}' is no number", table.names[column], table.cell(row, column)),
                     expected);
}
}  // namespace

void sort_values(std::vector<std::string>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    std::vector<std::pair<Rational, std::string>> numbers;
    for (const std::string& value : values) {
        const std::optional<Rational> number = parse_number(value);
        if (!number) return;
        numbers.emplace_back(*number, value);
    }
    std::sort(numbers.begin(), numbers.end());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = numbers[i].second;
}

const Rational& ColumnContent::ranked(std::size_t rank) const {
    return numbers[static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), rank) - ends.begin())];
}

ColumnContent ColumnReader::content_of(std::size_t column, bool are_names) {
    std::vector<std::pair<std::uint32_t, std::size_t>> seen;  // a word, and its first row
    for (std::size_t row = 0; row < table_.rows(); ++row) {
        const std::uint32_t word = table_.word(row, column);
        if (count_[word]++ == 0) seen.emplace_back(word, row);
    }
    ColumnContent content;
    std::vector<std::pair<Rational, std::size_t>> numbers;  // with the number of cells
    std::size_t words = 0;
    std::size_t number_cells = 0;
    std::size_t first_word = 0;
    for (const auto& [word, row] : seen) {
        const std::string& cell = table_.words->text(word);
        const std::size_t count = std::exchange(count_[word], 0);
        if (is_missing(cell)) {
            content.missing += count;
            continue;
        }
        if (is_no_value(cell)) refuse(table_, row, column, "a number; an empty cell or '?' where there is none");
        content.values.push_back(cell);
        if (are_names) continue;
        if (const std::optional<Rational> number = parse_number(cell)) {
            numbers.emplace_back(*number, count);
            number_cells += count;
        } else {
            if (words == 0) first_word = row;
            words += count;
        }
    }
    if (words != 0 && number_cells > numbers_to_a_mistake * words)
        refuse(table_, first_word, column,
               fmt::format("numbers, as {} other cells have (--categorical says that they are names)", number_cells));
    if (are_names || words != 0) {
        content.kind = Column::Kind::category;
        sort_values(content.values);
        return content;
    }
    content.values.clear();
    std::sort(numbers.begin(), numbers.end());
    std::size_t cells = 0;
    for (const auto& [number, count] : numbers) {
        cells += count;
        if (!content.numbers.empty() && content.numbers.back() == number) {  // 1 and 1.0
            content.ends.back() = cells;
            continue;
        }
        content.numbers.push_back(number);
        content.ends.push_back(cells);
    }
    return content;
}

}  // namespace sinew::train
