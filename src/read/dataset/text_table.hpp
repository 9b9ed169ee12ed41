// SPDX-License-Identifier: Apache-2.0
// Tables whose cells are numbers and words alike, for training.
#pragma once

#include <string>
#include <string_view>

#include "model/text_table.hpp"
#include "read/dataset/header.hpp"

namespace sinew::read {

/// Reads cells separated by commas, semicolons, tabs or blanks (whichever of them, in this order, the first line has).
/// A cell in double quotes may hold separators, doubled quotes and line ends. With Header::automatic the first row is a
/// header if one of its cells is `known_column`, a name that somebody has used; or if all its cells above columns of
/// numbers are names, and no other cell stands again in its column. It is an example if its cells above columns of
/// numbers are numbers. Whatever is neither is an error. Throws InputError with line and column for bytes that are no
/// UTF-8, rows of another length, quotes that are not closed, two columns of one name, and tables without rows.
model::TextTable read_text_table(const std::string& path, Header header, std::string_view known_column = {});

/// The same from the text itself; `name` is for errors.
model::TextTable parse_text_table(std::string_view text, const std::string& name, Header header,
                                  std::string_view known_column = {});

}  // namespace sinew::read
