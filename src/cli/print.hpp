// SPDX-License-Identifier: Apache-2.0
// The one path of everything that is printed. Standard output carries the answer: if it cannot be written that is an
// error. Standard error only tells about it: what cannot be told there is dropped, and the work goes on.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "base/output_error.hpp"

namespace sinew::cli {

/// Whoever read standard output has gone (`sinew … | head`): the program ends, and there is nothing to complain of.
class ReaderGone : public OutputError {
  public:
    using OutputError::OutputError;
};

/// Onto standard output, buffered. Throws OutputError, ReaderGone for a broken pipe.
void write_output(std::string_view text);
template <class... Values>
void print_out(fmt::format_string<Values...> format, Values&&... values) {
    write_output(fmt::format(format, std::forward<Values>(values)...));
}
/// What has been printed reaches a pipe or a file now. Throws as write_output() does.
void flush_output();

/// Of the terminal that standard output is, from 60 to 100; 80 where it is none.
std::size_t terminal_columns();

/// Onto standard error, at once.
void write_errors(std::string_view text) noexcept;
template <class... Values>
void print_error(fmt::format_string<Values...> format, Values&&... values) {
    write_errors(fmt::format(format, std::forward<Values>(values)...));
}

}  // namespace sinew::cli
