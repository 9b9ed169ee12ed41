// SPDX-License-Identifier: Apache-2.0
#include "read/dataset/text_table.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "exact/decimal.hpp"
#include "read/file.hpp"
#include "read/utf8_text.hpp"

namespace sinew::read {

namespace {
constexpr std::size_t most_text_columns = 1 << 20;
constexpr std::size_t rows_looked_at = 100;  // for a header

bool is_cell_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/// The separator of the first line that is not empty; a blank stands for any run of blanks.
char separator_of_text(std::string_view text) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    const std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
    bool quoted = false;
    std::string seen;
    for (const char c : line) {
        if (c == '"') quoted = !quoted;
        if (!quoted) seen += c;
    }
    for (const char separator : {',', ';', '\t'})
        if (seen.find(separator) != std::string::npos) return separator;
    return ' ';
}

class TextTableReader {
  public:
    TextTableReader(std::string_view text, const std::string& name) : text_(text), separator_(separator_of_text(text)) {
        table_.file = name;
    }

    model::TextTable read(Header header, std::string_view known_column) {
        while (at_ < text_.size()) read_row();
        if (table_.lines.empty()) fail(0, 0, "the table is empty", "rows of cells");
        const bool first_is_header =
            header == Header::present || (header == Header::automatic && looks_like_header(known_column));
        if (first_is_header)
            take_header();
        else
            for (std::size_t c = 0; c < columns_; ++c) table_.names.push_back(fmt::format("column {}", c + 1));
        if (table_.lines.empty()) fail(0, 0, "the table has a header and no rows", "rows below the header");
        table_.words = std::move(words_);
        return std::move(table_);
    }

  private:
    [[noreturn]] void fail(std::size_t line, std::size_t column, const std::string& message,
                           std::string_view expected) const {
        throw InputError({table_.file, line, column}, message, expected);
    }

    std::size_t column_of(std::size_t place) const { return place - line_begin_ + 1; }

    void read_row() {
        skip_blanks();
        if (at_ == text_.size()) return;
        if (text_[at_] == '\n') {
            next_line();
            return;
        }
        const std::size_t line = line_;
        std::size_t count = 0;
        for (bool more = true; more; ++count) {
            if (count >= most_text_columns) fail(line, 0, "the row has too many columns", "");
            skip_blanks();
            if (table_.lines.empty()) first_row_.emplace_back(line_, column_of(at_));
            table_.cells.push_back(words_->number_of(read_cell()));
            more = at_ < text_.size() && text_[at_] != '\n';
            if (more) ++at_;
        }
        if (at_ < text_.size()) next_line();
        if (table_.lines.empty()) columns_ = count;
        if (count != columns_)
            fail(line, 0, fmt::format("this row has {} columns", count),
                 fmt::format("{} as in the first row", columns_));
        table_.lines.push_back(line);
    }

    /// Ends on the separator, on the line end or at the end of the text. What it returns holds until the next call.
    std::string_view read_cell() {
        skip_blanks();
        std::string_view cell;
        if (at_ < text_.size() && text_[at_] == '"') {
            read_quoted();
            cell = unquoted_;
            skip_blanks();
            const bool ends = at_ == text_.size() || text_[at_] == '\n' || text_[at_] == separator_ ||
                              (separator_ == ' ' && is_cell_blank(text_[at_ - 1]));
            if (!ends) fail(line_, column_of(at_), "text after a closing quote", "a separator");
        } else {
            const std::size_t begin = at_;
            while (at_ < text_.size() && text_[at_] != '\n' &&
                   (separator_ == ' ' ? !is_cell_blank(text_[at_]) : text_[at_] != separator_))
                ++at_;
            std::size_t end = at_;
            while (end > begin && is_cell_blank(text_[end - 1])) --end;
            cell = text_.substr(begin, end - begin);
        }
        if (separator_ == ' ') {
            skip_blanks();
            if (at_ < text_.size() && text_[at_] != '\n') --at_;  // the caller passes one separator
        }
        return cell;
    }

    void read_quoted() {
        const std::size_t line = line_;
        const std::size_t column = column_of(at_);
        unquoted_.clear();
        for (++at_;; ++at_) {
            if (at_ == text_.size()) fail(line, column, "this quote is not closed", "'\"'");
            if (text_[at_] == '"') {
                if (at_ + 1 == text_.size() || text_[at_ + 1] != '"') break;
                ++at_;
            } else if (text_[at_] == '\n') {
                ++line_;
                line_begin_ = at_ + 1;
            }
            unquoted_ += text_[at_];
        }
        ++at_;
    }

    void skip_blanks() {
        while (at_ < text_.size() && is_cell_blank(text_[at_]) && (separator_ != '\t' || text_[at_] != '\t')) ++at_;
    }
    void next_line() {
        ++at_;
        ++line_;
        line_begin_ = at_;
    }

    /// Before there are names.
    const std::string& text_at(std::size_t row, std::size_t column) const {
        return words_->text(table_.cells[row * columns_ + column]);
    }

    bool is_number(std::size_t row, std::size_t column) const { return parse_number(text_at(row, column)).has_value(); }

    /// All cells below the first row that are looked at are numbers, but for missing ones.
    bool has_numbers_below(std::size_t column) const {
        const std::size_t rows = std::min(table_.lines.size(), rows_looked_at);
        bool any = false;
        for (std::size_t r = 1; r < rows; ++r) {
            if (is_number(r, column))
                any = true;
            else if (is_name(text_at(r, column)))
                return false;
        }
        return any;
    }

    bool stands_again(std::size_t column) const {
        for (std::size_t r = 1; r < table_.lines.size(); ++r)
            if (table_.cells[r * columns_ + column] == table_.cells[column]) return true;
        return false;
    }

    /// What speaks for a header and what against one: columns whose cell in the first row is such a piece of evidence.
    struct Evidence {
        std::optional<std::size_t> known;   ///< it is the known column
        std::optional<std::size_t> name;    ///< a name above numbers
        std::optional<std::size_t> number;  ///< a number above numbers
        std::optional<std::size_t> again;   ///< a word that stands below, too
    };
    Evidence evidence(std::string_view known_column) const {
        Evidence found;
        const auto note = [](std::optional<std::size_t>& first, std::size_t column) {
            if (!first) first = column;
        };
        for (std::size_t c = 0; c < columns_; ++c) {
            const std::string& cell = text_at(0, c);
            if (!known_column.empty() && cell == known_column) note(found.known, c);
            if (!is_name(cell)) continue;
            if (has_numbers_below(c))
                note(is_number(0, c) ? found.number : found.name, c);
            else if (stands_again(c))
                note(found.again, c);
        }
        return found;
    }

    /// The text could be the number of a column, as options give it.
    bool may_be_number(std::string_view text) const {
        const bool is_whole = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
        if (!is_whole) return false;
        const Rational number = *parse_number(text);
        return number >= 1 && number <= static_cast<unsigned long>(columns_);
    }

    bool looks_like_header(std::string_view known_column) {
        const Evidence found = evidence(known_column);
        if (found.known && !may_be_number(known_column)) return true;
        const std::optional<std::size_t> against = found.number ? found.number : found.again;
        if (found.name && against)
            fail_first(*found.name, fmt::format("is a name or a damaged number, but '{}' in column {} is no name",
                                                printable(text_at(0, *against)), *against + 1));
        std::vector<std::string_view> cells;
        for (std::size_t c = 0; c < columns_; ++c) cells.emplace_back(text_at(0, c));
        table_.header_is_doubtful = !found.name && counts_up(cells);
        if (found.known && !found.name && (!against || table_.header_is_doubtful))
            fail_first(*found.known, "may be the name of the column that is asked for, or what an example has there");
        return found.name.has_value();
    }

    [[noreturn]] void fail_first(std::size_t column, const std::string& why) const {
        throw InputError({table_.file, first_row_[column].first, first_row_[column].second},
                         fmt::format("column {}: '{}' {}", column + 1, printable(text_at(0, column)), why),
                         "an example or a header (--header yes|no: which of them the first row is)");
    }

    void take_header() {
        const auto end = table_.cells.begin() + static_cast<std::ptrdiff_t>(columns_);
        for (std::size_t c = 0; c < columns_; ++c) table_.names.push_back(text_at(0, c));
        std::unordered_set<std::string_view> seen;
        for (std::size_t c = 0; c < columns_; ++c)
            if (!seen.insert(table_.names[c]).second)
                fail(table_.lines.front(), 0, fmt::format("two columns are called '{}'", printable(table_.names[c])),
                     "names that tell columns apart");
        table_.header_line = table_.lines.front();
        table_.cells.erase(table_.cells.begin(), end);
        table_.lines.erase(table_.lines.begin());
        table_.has_header = true;
    }

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t line_begin_ = 0;
    std::size_t columns_ = 0;
    std::string unquoted_;
    std::vector<std::pair<std::size_t, std::size_t>> first_row_;  ///< line and column of its cells
    std::shared_ptr<model::Words> words_ = std::make_shared<model::Words>();
    model::TextTable table_;
};
}  // namespace

model::TextTable parse_text_table(std::string_view text, const std::string& name, Header header,
                                  std::string_view known_column) {
    text.remove_prefix(byte_order_mark(text, name));
    require_utf8(text, name, "rows of cells, with commas, semicolons, tabs or blanks between them");
    return TextTableReader(text, name).read(header, known_column);
}

model::TextTable read_text_table(const std::string& path, Header header, std::string_view known_column) {
    return parse_text_table(read_file(path), shown_name(path), header, known_column);
}

}  // namespace sinew::read
