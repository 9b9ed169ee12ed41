#include "train/raw_columns.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

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

ColumnContent content_of(const model::TextTable& table, std::size_t column, bool are_names) {
    ColumnContent content;
    std::size_t words = 0;
    std::size_t first_word = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::string& cell = table.cell(row, column);
        if (is_missing(cell)) {
            ++content.missing;
            continue;
        }
        if (is_no_value(cell)) refuse(table, row, column, "a number; an empty cell or '?' where there is none");
        content.values.push_back(cell);
        if (are_names) continue;
        if (const std::optional<Rational> number = parse_number(cell))
            content.numbers.push_back(*number);
        else if (words++ == 0)
            first_word = row;
    }
    if (words != 0 && content.numbers.size() > numbers_to_a_mistake * words)
        refuse(table, first_word, column,
               fmt::format("numbers, as {} other cells have (--categorical says that they are names)",
                           content.numbers.size()));
    if (are_names || words != 0) {
        content.kind = Column::Kind::category;
        content.numbers.clear();
        sort_values(content.values);
    } else {
        content.values.clear();
        std::sort(content.numbers.begin(), content.numbers.end());
    }
    return content;
}

}  // namespace sinew::train
