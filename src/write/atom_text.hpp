// SPDX-License-Identifier: Apache-2.0
// One atom as a person writes it: "y0 - y1 > 0", "x0 < 1/2".
#pragma once

#include <string>

#include "model/query.hpp"

namespace sinew::write {

/// The atom (or its negation) with the constant on the right and a positive first coefficient. Numbers are exact; a
/// form of more than `longest` terms is cut, and says so.
std::string atom_text(const model::Query& query, const model::Atom& atom, bool negated, std::size_t longest = 8);

}  // namespace sinew::write
