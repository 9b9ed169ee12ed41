// SPDX-License-Identifier: Apache-2.0
// DIMACS CNF, as SAT competitions and SATLIB write it: comments, a header `p cnf VARIABLES CLAUSES`, clauses that end
// in 0 and may span lines; a line `%` ends the formula.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/cnf.hpp"

namespace sinew::read {

/// No formula has more variables than this: what a literal of 32 bits can name.
constexpr std::size_t most_dimacs_variables = 0x7fffffff;

/// Reads the file, which may be gzip-compressed. Variables are renumbered (model::Cnf::names) where there are far fewer
/// than the header announces: memory grows with the file. Throws InputError with line and column where the header is
/// missing or does not agree with what follows, a literal is out of range, the last clause has no 0, or something is no
/// number.
model::Cnf read_dimacs(const std::string& path);

/// Likewise from text; `name` stands in errors.
model::Cnf read_dimacs_text(std::string_view text, const std::string& name);

}  // namespace sinew::read
