// SPDX-License-Identifier: Apache-2.0
// A propositional formula in conjunctive normal form, as DIMACS gives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sinew::model {

/// Clauses over variables 1 … variable_count; a literal is a variable or its negative. Clause c is
/// literals[begin[c]] … literals[begin[c + 1] - 1].
struct Cnf {
    std::size_t variable_count = 0;
    std::vector<std::int32_t> literals;
    std::vector<std::size_t> begin{0};
    /// Variable v is names[v - 1] in the file, in ascending order; empty where it is v itself. Only files whose numbers
    /// lie far apart have names, and no variable then that no clause has.
    std::vector<std::int32_t> names;

    std::int32_t name(std::size_t variable) const {
        return names.empty() ? static_cast<std::int32_t>(variable) : names[variable - 1];
    }

    std::size_t clause_count() const { return begin.size() - 1; }
};

}  // namespace sinew::model
