// SPDX-License-Identifier: Apache-2.0
// What a solver learns that others want to know.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sat/literal.hpp"

namespace sinew::sat {

/// Clauses of few literals and few levels, over variables before `variables`.
struct Exports {
    std::size_t variables = 0;
    std::size_t most_literals = 0;
    std::uint32_t most_glue = 0;
    std::vector<std::vector<Literal>> clauses{};

    void offer(std::span<const Literal> clause, std::uint32_t glue) {
        if (clause.size() > most_literals || (glue > most_glue && clause.size() > 2)) return;
        for (const Literal literal : clause)
            if (literal.variable().index() >= variables) return;
        clauses.emplace_back(clause.begin(), clause.end());
    }
};

}  // namespace sinew::sat
