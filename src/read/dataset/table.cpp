// SPDX-License-Identifier: Apache-2.0
// Tables of numbers: comma, tab, semicolon or blank separated, with or without a header line.
#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"
#include "read/dataset/dataset.hpp"

namespace sinew::read::dataset {

namespace {
constexpr std::size_t most_columns = 1 << 20;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return text.substr(0, 0);  // errors want its place
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string_view unquoted(std::string_view cell) {
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') return cell.substr(1, cell.size() - 2);
    return cell;
}

/// Where a cell ends: on its separator, or nowhere. One in quotes may hold separators.
std::size_t end_of_cell(std::string_view line, std::size_t begin, char separator) {
    const std::size_t quote = line.find_first_not_of(" \t", begin);
    const bool quoted = quote != std::string_view::npos && line[quote] == '"';
    const std::size_t closing = quoted ? line.find('"', quote + 1) : std::string_view::npos;
    return line.find(separator, closing == std::string_view::npos ? begin : closing);
}

/// The separator of a line; a blank stands for any run of blanks.
char separator_of(std::string_view line) {
    for (const char separator : {',', ';', '\t'})
        if (line.find(separator) != std::string_view::npos) return separator;
    return ' ';
}

void split(std::string_view line, char separator, std::vector<std::string_view>& cells) {
    cells.clear();
    const bool has_quotes = line.find('"') != std::string_view::npos;
    for (std::size_t begin = 0; begin <= line.size();) {
        if (separator == ' ') begin = std::min(line.find_first_not_of(" \t\r", begin), line.size());
        if (separator == ' ' && begin == line.size()) break;
        std::size_t end = separator == ' ' ? line.find_first_of(" \t\r", begin)
                          : has_quotes     ? end_of_cell(line, begin, separator)
                                           : line.find(separator, begin);
        end = std::min(end, line.size());
        cells.push_back(unquoted(trimmed(line.substr(begin, end - begin))));
        if (cells.size() > most_columns) break;
        begin = end + 1;
    }
}

class TableReader {
  public:
    TableReader(const std::string& name, Header header) : name_(name), header_(header) {}

    void add_line(std::string_view line) {
        ++line_;
        begin_ = line.data();
        line = trimmed(line);
        if (line.empty()) return;
        if (data_.columns == 0) separator_ = separator_of(line);
        split(line, separator_, cells_);
        if (data_.columns == 0) {
            data_.columns = cells_.size();
            if (cells_.size() > most_columns) fail("the row has too many columns", "");
            if (is_header()) {
                data_.column_names.assign(cells_.begin(), cells_.end());
                data_.header.line = line_;
                return;
            }
            data_.header.is_doubtful = header_ == Header::automatic && counts_up(cells_);
        }
        if (cells_.size() != data_.columns)
            fail(fmt::format("this row has {} columns", cells_.size()),
                 fmt::format("{} as in the first row", data_.columns));
        for (std::size_t c = 0; c < cells_.size(); ++c) add_cell(cells_[c], c);
        data_.row_places.push_back(fmt::format("{}:{}", name_, line_));
    }

    DataSet take() {
        if (data_.row_places.empty()) throw InputError({name_, 0, 0}, "the table has no rows");
        data_.numbers = std::move(numbers_);
        return std::move(data_);
    }

  private:
    [[noreturn]] void fail(const std::string& message, const std::string& expected, std::size_t column = 0) const {
        throw InputError({name_, line_, column}, message, expected);
    }

    [[noreturn]] void fail_at(std::size_t column, const std::string& expected) const {
        const std::string_view cell = cells_[column];
        fail(cell.empty() ? fmt::format("column {} is empty", column + 1)
                          : fmt::format("column {}: '{}' is no number", column + 1, printable(cell)),
             expected, static_cast<std::size_t>(cell.data() - begin_) + 1);
    }

    /// Of the first row. A header is one by all of its cells: a damaged example must not be lost as names.
    bool is_header() const {
        if (header_ != Header::automatic) return header_ == Header::present;
        const auto is_number = [](std::string_view cell) { return parse_number(cell).has_value(); };
        const auto first_other = std::find_if_not(cells_.begin(), cells_.end(), is_number);
        if (first_other == cells_.end()) return false;
        const bool has_numbers = std::ranges::any_of(cells_, is_number);
        if (has_numbers || std::ranges::none_of(cells_, is_name))
            fail_at(static_cast<std::size_t>(first_other - cells_.begin()),
                    "an example, numbers alone, or a header, names alone (--header yes: this is one)");
        return true;
    }

    void add_cell(std::string_view cell, std::size_t column) {
        const std::optional<Rational> number = parse_number(cell);
        if (!number) fail_at(column, "numbers");
        if (outgrows(*number, cell))
            fail(fmt::format("column {}: the number {} is too large or too small", column + 1, printable(cell)), "",
                 static_cast<std::size_t>(cell.data() - begin_) + 1);
        numbers_.push_back(*number);
    }

    const std::string& name_;
    Header header_;
    const char* begin_ = nullptr;  ///< of the line
    std::size_t line_ = 0;
    char separator_ = ',';
    std::vector<std::string_view> cells_;
    model::NumberArray numbers_;
    DataSet data_;
};
}  // namespace

DataSet parse_table(std::string_view bytes, const std::string& name, Header header) {
    TableReader reader(name, header);
    for (std::size_t begin = 0; begin < bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
        reader.add_line(bytes.substr(begin, end - begin));
        begin = end + 1;
    }
    return reader.take();
}

}  // namespace sinew::read::dataset
