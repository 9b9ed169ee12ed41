// Tables of numbers: comma, tab, semicolon or blank separated, with or without a header line.
#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/error.hpp"
#include "exact/decimal.hpp"
#include "read/dataset/dataset.hpp"
#include "read/printable.hpp"

namespace sinew::read::dataset {

namespace {
constexpr std::size_t most_columns = 1 << 20;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string_view unquoted(std::string_view cell) {
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') return cell.substr(1, cell.size() - 2);
    return cell;
}

/// The separator of a line; a blank stands for any run of blanks.
char separator_of(std::string_view line) {
    for (const char separator : {',', ';', '\t'})
        if (line.find(separator) != std::string_view::npos) return separator;
    return ' ';
}

void split(std::string_view line, char separator, std::vector<std::string_view>& cells) {
    cells.clear();
    for (std::size_t begin = 0; begin <= line.size();) {
        if (separator == ' ') begin = std::min(line.find_first_not_of(" \t\r", begin), line.size());
        if (separator == ' ' && begin == line.size()) break;
        const std::size_t end =
            std::min(separator == ' ' ? line.find_first_of(" \t\r", begin) : line.find(separator, begin), line.size());
        cells.push_back(unquoted(trimmed(line.substr(begin, end - begin))));
        if (cells.size() > most_columns) break;
        begin = end + 1;
    }
}

class TableReader {
  public:
    explicit TableReader(const std::string& name) : name_(name) {}

    void add_line(std::string_view line) {
        ++line_;
        line = trimmed(line);
        if (line.empty()) return;
        if (data_.columns == 0) separator_ = separator_of(line);
        split(line, separator_, cells_);
        if (data_.columns == 0) {
            data_.columns = cells_.size();
            if (cells_.size() > most_columns) fail("the row has too many columns", "");
            if (std::any_of(cells_.begin(), cells_.end(), [](auto cell) { return !parse_number(cell); })) {
                for (const std::string_view cell : cells_) data_.column_names.emplace_back(printable(cell));
                return;
            }
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
    [[noreturn]] void fail(const std::string& message, const std::string& expected) const {
        throw InputError({name_, line_, 0}, message, expected);
    }

    void add_cell(std::string_view cell, std::size_t column) {
        const std::optional<Rational> number = parse_number(cell);
        if (!number) fail(fmt::format("column {}: '{}' is no number", column + 1, printable(cell)), "numbers");
        numbers_.push_back(*number);
    }

    const std::string& name_;
    std::size_t line_ = 0;
    char separator_ = ',';
    std::vector<std::string_view> cells_;
    model::NumberArray numbers_;
    DataSet data_;
};
}  // namespace

DataSet parse_table(std::string_view bytes, const std::string& name) {
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    TableReader reader(name);
    for (std::size_t begin = 0; begin < bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
        reader.add_line(bytes.substr(begin, end - begin));
        begin = end + 1;
    }
    return reader.take();
}

}  // namespace sinew::read::dataset
