// SPDX-License-Identifier: Apache-2.0
// Which column of a table an option means: the same in every command.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "read/dataset/header.hpp"

namespace sinew::cli {

/// A column is called by its name in the header, or by its number in the table as its file has it: from 1, the label's
/// column counted like any other; "column 3" is the number, too. `names` are those of all columns of the file ("column
/// 3" without a header). Absent if there is no such column. Throws InputError, naming `option` and the table's `file`,
/// where two columns have the name, and where it is one column's name and another's number.
std::optional<std::size_t> find_column(const std::vector<std::string>& names, std::string_view given,
                                       std::string_view option, const std::string& file);

/// What a table without a header calls its columns: "column 1", "column 2", …
std::string numbered_column(std::size_t index);
std::vector<std::string> numbered_columns(std::size_t count);

/// --header yes|no; without it the table tells.
read::Header header_of(const Arguments& arguments);

/// Adds what was made of the first row of a table where nobody had said it: that it is a header, with its first names;
/// or that it is taken for an example although it looks like numbers of columns.
void tell_header(std::vector<std::string>& notes, const std::string& file, const read::HeaderFacts& header,
                 const std::vector<std::string>& names);

/// The class that an option names. Classes that have names (of training) are called by these, and where no name is a
/// number, by their number from 0, too; others by their number alone. Throws InputError, naming `option`, for what is
/// no class.
std::size_t class_called(std::string_view given, const std::vector<std::string>& names, std::size_t count,
                         std::string_view option);

}  // namespace sinew::cli
