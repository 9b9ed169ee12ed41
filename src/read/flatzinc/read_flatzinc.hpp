// SPDX-License-Identifier: Apache-2.0
// FlatZinc, what MiniZinc hands to solvers (grammar/flatzinc.y).
#pragma once

#include <string>
#include <string_view>

#include "model/constraint_program.hpp"

namespace sinew::read {

/// The program of a file, which may be gzip-compressed. What the predicates of its constraints mean is not known here.
/// Throws InputError with line and column for what is not of the grammar, for names that are declared twice or not at
/// all, for values that do not fit their type, and for variables that are floats or sets.
model::ConstraintProgram read_flatzinc(const std::string& path);

/// The same from the text itself; `name` is for errors.
model::ConstraintProgram parse_flatzinc(std::string_view text, const std::string& name);

}  // namespace sinew::read
