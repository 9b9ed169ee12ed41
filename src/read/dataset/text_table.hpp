// Tables whose cells are numbers and words alike, for training.
#pragma once

#include <string>
#include <string_view>

#include "model/text_table.hpp"

namespace sinew::read {

enum class Header { present, absent, automatic };

/// Reads cells separated by commas, semicolons, tabs or blanks (whichever of them, in this order, the first line has).
/// A cell in double quotes may hold separators, doubled quotes and line ends. With `automatic` the first row is a
/// header if one of its cells is `known_column`, or if it has no number and a column below it has nothing else. Throws
/// InputError with line and column for bytes that are no UTF-8, rows of another length, quotes that are not closed, two
/// columns of one name, and tables without rows.
model::TextTable read_text_table(const std::string& path, Header header, std::string_view known_column = {});

/// The same from the text itself; `name` is for errors.
model::TextTable parse_text_table(std::string_view text, const std::string& name, Header header,
                                  std::string_view known_column = {});

}  // namespace sinew::read
