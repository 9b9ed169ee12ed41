// SPDX-License-Identifier: Apache-2.0
// OPB as the pseudo-Boolean competitions define it (linear and non-linear, optimisation and decision), read leniently.
#pragma once

#include <string>
#include <string_view>

#include "model/pseudo_boolean.hpp"

namespace sinew::read {

/// No problem has more variables than this: a bound on what a header or a name alone can make a solver allocate.
constexpr std::size_t most_opb_variables = std::size_t{1} << 28;

/// Reads the file, which may be gzip-compressed. A header `* #variable= N #constraint= M` is optional; where it stands,
/// it must not be contradicted. Variables are called x1, x2, …; `~` negates; a constraint may
/// have a label, `@name`; a term may be a product of literals;
/// relations are >= and =, and also <=, <, >; an objective begins with `min:` or `max:`. Coefficients may be of any
/// size: what does not fit 64 bits is normalised (saturated, divided by the common divisor), and refused only if it
/// still does not fit then. Throws InputError with line and column.
model::PseudoBoolean read_opb(const std::string& path);

/// Likewise from text; `name` stands in errors.
model::PseudoBoolean read_opb_text(std::string_view text, const std::string& name);

}  // namespace sinew::read
