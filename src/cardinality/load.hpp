// SPDX-License-Identifier: Apache-2.0
// A problem into an engine.
#pragma once

#include "base/limits.hpp"
#include "cardinality/engine.hpp"

namespace sinew::cardinality {

/// How much of a problem an engine has.
struct Loaded {
    std::size_t variables = 0;
    std::size_t clauses = 0;
    std::size_t rows = 0;

    bool all_of(const Problem& problem) const {
        return variables == problem.variable_count() && clauses == problem.clause_count() &&
               rows == problem.linear_count();
    }
};

/// Adds the variables, clauses and linear constraints that came after `loaded` was reached; returns whether the engine
/// can still be satisfied. Stops where a limit is reached: then `loaded` is not all_of(problem), and what the engine
/// satisfies is no solution.
bool load(Engine& engine, const Problem& problem, Loaded& loaded, const Limits& limits = {});

/// What the user said about values and decisions.
struct Hints {
    std::vector<Literal> phases;
    std::vector<std::pair<BoolVar, std::uint32_t>> preferred;
    std::vector<bool> solution;  ///< empty: none

    void apply(Engine& engine) const;
};

}  // namespace sinew::cardinality
