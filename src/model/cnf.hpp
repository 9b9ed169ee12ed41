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

    std::size_t clause_count() const { return begin.size() - 1; }
};

}  // namespace sinew::model
